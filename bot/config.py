"""All settings, frozen; the only reader of the environment. A wrong one stops the start with a sentence naming it."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from bot.checkout_settings import CheckoutSettings
from bot.delivery_settings import DeliverySettings
from domain.codes import Keyring

PREFIX = "FOYER_"
TELEGRAM = "https://api.telegram.org"


class SettingsFault(Exception):
    """A sentence that names the setting and says what it should be."""


class Settings(CheckoutSettings, DeliverySettings):
    """One field per environment variable ``FOYER_…`` (DESIGN: outside names)."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    bot_token: SecretStr | None = None
    api_base: str = TELEGRAM
    database_url: str = ""
    data_dir: Path = Path("data")
    secret_keys: SecretStr = SecretStr("")
    port: int = Field(default=8080, ge=0, le=65535)
    webhook_url: str = ""
    webhook_secret: SecretStr = SecretStr("")
    #: Where people's telephones reach this server's pages; empty: the origin of the webhook's address.
    public_url: str = ""
    payment_token: SecretStr = SecretStr("")
    #: The payment provider's own API, for refunds and reconciliation; empty: refunds are tasks by hand.
    payment_api: str = ""
    owner_ids: Annotated[frozenset[int], NoDecode] = frozenset()
    log_format: Literal["console", "json"] = "console"

    @field_validator("owner_ids", mode="before")
    @classmethod
    def _ids(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        parts = [part.strip() for part in value.split(",") if part.strip()]
        if not all(part.isdigit() for part in parts):
            raise ValueError("should be Telegram user ids, separated by commas, such as 123456,789012")
        return frozenset(int(part) for part in parts)

    @field_validator("bot_token")
    @classmethod
    def _token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None or not value.get_secret_value():
            return None
        if not re.fullmatch(r"\d{3,20}:[A-Za-z0-9_-]{10,}", value.get_secret_value()):
            raise ValueError("should be the token that @BotFather gave, such as 123456:ABC-DEF1234ghIkl")
        return value

    @field_validator("api_base", "webhook_url", "payment_api")
    @classmethod
    def _url(cls, value: str) -> str:
        if value and not re.match(r"https?://[^/\s]+", value):
            raise ValueError("should be an address that begins with https:// or http://")
        return value.rstrip("/")

    @field_validator("public_url")
    @classmethod
    def _public(cls, value: str) -> str:
        # Telegram opens pages by https only; the local messenger has its own on loopback.
        if value and not re.fullmatch(r"(https://|http://(127\.0\.0\.1|localhost|\[::1\])(?=[:/]|$))[^?#\s]*", value):
            raise ValueError("should be an address that begins with https://, such as https://tickets.house.example")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        if value and not re.match(r"(sqlite|postgresql|postgres)(\+\w+)?://", value):
            raise ValueError("should begin with sqlite:/// or postgresql://")
        return value

    @field_validator("secret_keys")
    @classmethod
    def _keys(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value():
            parse_keys(value.get_secret_value())
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _secret(cls, value: SecretStr) -> SecretStr:
        # Bot API, setWebhook: 1-256 characters, only A-Z, a-z, 0-9, _ and -.
        if value.get_secret_value() and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value.get_secret_value()):
            raise ValueError("should be 1 to 256 of the characters A-Z, a-z, 0-9, _ and -")
        return value

    @model_validator(mode="after")
    def _together(self) -> Settings:
        if self.webhook_url and not self.webhook_secret.get_secret_value():
            raise ValueError("FOYER_WEBHOOK_SECRET is missing: with FOYER_WEBHOOK_URL it proves that Telegram calls")
        self.check_checkouts(self.app_url)
        self.check_delivery()
        return self

    @property
    def app_url(self) -> str:
        """Of the pages; empty where no telephone can reach them, so that no button offers one."""
        webhook = urlsplit(self.webhook_url)
        return self.public_url or (f"https://{webhook.netloc}" if webhook.scheme == "https" else "")

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{(self.data_dir / 'foyer.db').resolve()}"

    @property
    def database_folder(self) -> Path:
        """The folder that has to be there for the database: its own for SQLite, else the data folder."""
        scheme, _, path = self.database.partition(":///")
        return Path(path.partition("?")[0]).parent if scheme.startswith("sqlite") else self.data_dir

    @property
    def pictures(self) -> Path:
        """The folder of the house's own pictures."""
        return self.data_dir / "pictures"

    def secrets(self) -> list[str]:
        """What the log must never show. Of the keys those that were set; a kept one is read by nobody but us."""
        hidden = (self.bot_token or SecretStr(""), self.payment_token, self.webhook_secret)
        keys = [part.partition(":")[2] for part in self.secret_keys.get_secret_value().split(",")]
        password = urlsplit(self.database_url).password
        given = (secret.get_secret_value() for secret in hidden)
        words = (*given, *self.checkout_secrets(), *self.delivery_secrets(), *keys, password)
        return [word for word in words if word]

    def keyring(self) -> Keyring:
        """From ``FOYER_SECRET_KEYS``, else from a file in the data folder that is made on first use."""
        given = self.secret_keys.get_secret_value()
        return parse_keys(given) if given else parse_keys(_kept_keys(self.data_dir / "secret_keys"))


def load(environment: Mapping[str, str] | None = None, **given: Any) -> Settings:
    """Settings from the environment; ``given`` wins. Raises SettingsFault."""
    environment = os.environ if environment is None else environment
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    for name in environment:
        if name.startswith(PREFIX) and name not in known and not name.startswith("FOYER_TEST_"):
            raise SettingsFault(f"{name} is not a setting of Foyer. The settings are: {', '.join(sorted(known))}.")
    values = {
        name: environment[f"{PREFIX}{name.upper()}"]
        for name in Settings.model_fields
        if environment.get(f"{PREFIX}{name.upper()}")
    }
    try:
        return Settings(**{**values, **given})
    except ValidationError as fault:
        raise SettingsFault(_sentence(fault)) from None


def parse_keys(text: str) -> Keyring:
    """``a:<secret>,b:<secret>``: the first one signs. Raises ValueError with a sentence."""
    keys = {}
    for part in text.split(","):
        key_id, colon, secret = part.strip().partition(":")
        if not colon or not re.fullmatch("[A-Za-z0-9]", key_id) or len(secret) < 16:
            raise ValueError("should be keys such as a:<16 or more characters>,b:<…>; the first one signs")
        keys[key_id] = secret.encode()
    return Keyring(keys)


def _kept_keys(path: Path) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(f"a:{secrets.token_urlsafe(32)}")
        # Of processes that start together the first one's keys count, for all of them.
        with suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text().strip()


def _sentence(fault: ValidationError) -> str:
    first = fault.errors(include_input=False, include_url=False)[0]
    said = str(first["msg"]).removeprefix("Value error, ")
    if not first["loc"]:
        return said
    name = f"{PREFIX}{str(first['loc'][0]).upper()}"
    return f"{name}: {said[0].lower() + said[1:]}."
