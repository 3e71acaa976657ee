"""Settings of tickets on their way: the mail server and the certificate for Apple Wallet."""

from __future__ import annotations

import re
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr, field_validator
from pydantic_settings import BaseSettings

from bot.adapters.mail import MailServer, read_smtp_url
from bot.adapters.wallet_pass import PassSigner, load_signer


class DeliverySettings(BaseSettings):
    #: Empty: no tickets by mail.
    smtp_url: SecretStr = SecretStr("")
    mail_from: str = ""
    #: PEM files of a Pass Type ID certificate, its key, and Apple's WWDR certificate. Empty: no passes.
    pass_certificate: Path | None = None
    pass_key: Path | None = None
    pass_key_password: SecretStr = SecretStr("")
    pass_wwdr: Path | None = None
    pass_type: str = ""
    pass_team: str = ""

    @field_validator("smtp_url")
    @classmethod
    def _smtp(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value():
            read_smtp_url(value.get_secret_value())
        return value

    @field_validator("mail_from")
    @classmethod
    def _from(cls, value: str) -> str:
        if value and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+|[^@\s]+@localhost", parseaddr(value)[1]):
            raise ValueError("should be an address such as tickets@house.example or House <tickets@house.example>")
        return value

    @field_validator("pass_type")
    @classmethod
    def _pass_type(cls, value: str) -> str:
        if value and not value.startswith("pass."):
            raise ValueError("should be the pass type identifier, such as pass.example.house.tickets")
        return value

    def check_delivery(self) -> None:
        """Raises ValueError with a sentence."""
        if self.smtp_url.get_secret_value() and not self.mail_from:
            raise ValueError("FOYER_MAIL_FROM is missing: with FOYER_SMTP_URL it says whom the mails are from")
        needed = {
            "FOYER_PASS_CERTIFICATE": self.pass_certificate,
            "FOYER_PASS_KEY": self.pass_key,
            "FOYER_PASS_WWDR": self.pass_wwdr,
            "FOYER_PASS_TYPE": self.pass_type,
            "FOYER_PASS_TEAM": self.pass_team,
        }
        missing = [name for name, value in needed.items() if not value]
        if missing and len(missing) < len(needed):
            raise ValueError(f"{missing[0]} is missing: passes for Apple Wallet need all of {', '.join(needed)}")

    def delivery_secrets(self) -> list[str]:
        """What the log must never show."""
        url = self.smtp_url.get_secret_value()
        raw = urlsplit(url).password or "" if url else ""
        return [raw, read_smtp_url(url).password if url else "", self.pass_key_password.get_secret_value()]

    def mail_server(self) -> MailServer | None:
        url = self.smtp_url.get_secret_value()
        return read_smtp_url(url) if url else None

    def pass_signer(self) -> PassSigner | None:
        """None without a certificate. Raises OSError, ValueError with what is wrong."""
        if self.pass_certificate is None or self.pass_key is None or self.pass_wwdr is None:
            return None
        password = self.pass_key_password.get_secret_value()
        return load_signer(
            self.pass_certificate, self.pass_key, password, self.pass_wwdr, self.pass_type, self.pass_team
        )
