"""Handing mails to the house's SMTP server. What became of one is an outcome with a name, never an exception."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime, parseaddr
from enum import StrEnum
from mimetypes import guess_type
from types import TracebackType
from urllib.parse import parse_qsl, unquote, urlsplit

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPHeloError,
    SMTPRecipientRefused,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from bot.adapters.files import Files
from handlers.ui.files import CalendarEntry, MonthBook
from handlers.ui.mail import Mail

_ANSWER_WITHIN = 30.0  # s, for each command
SEND_WITHIN = 90.0  # s, for a whole mail
_SECURITIES = ("required", "auto", "never")


class Fate(StrEnum):
    SENT = "sent"  # the server has taken it over
    LATER = "later"  # surely not delivered; try again
    REFUSED = "refused"  # surely not delivered, for good: the address or the mail is at fault
    UNKNOWN = "unknown"  # the connection ended in the middle: it may have been delivered


@dataclass(frozen=True, slots=True)
class Told:
    """``why``: a code of the server or the name of a failure. Its words are left out: they repeat the address."""

    fate: Fate
    why: str = ""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mails are handed in. Make it by ``read_smtp_url``."""

    host: str
    port: int
    user: str
    password: str
    tls: bool  # from the first byte
    starttls: str  # required | auto | never

    def session(self, sender: str) -> Session:
        return Session(self, sender)


class Session:
    """One connection for several mails, made when the first one needs it and again after it broke."""

    def __init__(self, server: MailServer, sender: str) -> None:
        self._sender = parseaddr(sender)[1]
        self._client = SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user or None,
            password=server.password or None,
            use_tls=server.tls,
            start_tls={"required": True, "never": False}.get(server.starttls) if not server.tls else False,
            timeout=_ANSWER_WITHIN,
        )

    async def __aenter__(self) -> Session:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        try:
            if self._client.is_connected:
                await self._client.quit()
        except (SMTPException, OSError):
            self._client.close()  # everything was settled before: it is gone either way

    async def send(self, message: EmailMessage, to: str) -> Told:
        try:
            async with asyncio.timeout(SEND_WITHIN):
                if not self._client.is_connected:
                    try:
                        await self._client.connect()
                    except SMTPResponseException as error:
                        return self._broken(Told(Fate.LATER, str(error.code)))
                    except (SMTPException, OSError, ValueError) as error:
                        return self._broken(Told(Fate.LATER, type(error).__name__))
                return await self._hand_in(message, to)
        except TimeoutError:
            return self._broken(Told(Fate.UNKNOWN, "timeout"))

    async def _hand_in(self, message: EmailMessage, to: str) -> Told:
        try:
            await self._client.send_message(message, sender=self._sender, recipients=[to])
        except SMTPRecipientsRefused as error:
            return _by_code(error.recipients[0])
        except (SMTPSenderRefused, SMTPHeloError) as error:
            return Told(Fate.LATER, str(error.code))  # ours to mend, not the person's
        except SMTPResponseException as error:
            return _by_code(error)
        except (SMTPException, OSError) as error:
            return self._broken(Told(Fate.UNKNOWN, type(error).__name__))
        return Told(Fate.SENT)

    def _broken(self, told: Told) -> Told:
        self._client.close()
        return told


def read_smtp_url(url: str) -> MailServer:
    """``smtp://user:password@host:587?starttls=required`` or ``smtps://…:465``. Raises ValueError with a sentence.

    ``starttls``: required (whenever there is a password), auto (otherwise; used where the server offers it) or never.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path not in ("", "/"):
        raise ValueError("should be like smtp://user:password@mail.example.org:587 or smtps://…:465")
    asked = dict(parse_qsl(parts.query, keep_blank_values=True))
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    starttls = asked.pop("starttls", "required" if password else "auto") or "required"
    if asked or starttls not in _SECURITIES:
        raise ValueError("takes nothing after the ? but starttls=required, starttls=auto or starttls=never")
    tls = parts.scheme == "smtps"
    return MailServer(parts.hostname, port or (465 if tls else 587), user, password, tls, starttls)


def make_message(mail: Mail, sender: str, message_id: str, now: datetime, files: Files) -> EmailMessage:
    """``message_id`` is the same at every attempt: whoever gets the mail twice may be shown it once (RFC 5322, 3.6.4).

    Computing: call it outside the event loop.
    """
    message = EmailMessage(policy=SMTP_POLICY)
    name, address = parseaddr(sender)
    local, _, domain = address.rpartition("@")
    message["From"] = Address(name, local, domain)
    message["To"] = Address("", *_halves(mail.to))
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{message_id}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answer by a machine is wanted
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    for document in mail.attached:
        assert not isinstance(document.content, MonthBook), "books go to the chat"
        made = document.content
        if isinstance(made, CalendarEntry):
            made = replace(made, organizer=sender)  # RFC 5546 wants to know who says so
        kind = guess_type(document.name)[0] or "application/octet-stream"
        main, _, sub = kind.partition("/")
        message.add_attachment(files.make(made), maintype=main, subtype=sub, filename=document.name)
        if isinstance(made, CalendarEntry):
            part = list(message.iter_attachments())[-1]
            part.set_param("method", made.method)  # RFC 6047, 2.4
            part.set_param("charset", "utf-8")
    message["Content-Language"] = mail.locale.replace("_", "-")  # last: parts take such headers along
    return message


def _by_code(error: SMTPResponseException | SMTPRecipientRefused) -> Told:
    """RFC 5321, 4.2.1: 5 is for good, 4 for now."""
    return Told(Fate.REFUSED if error.code >= 500 else Fate.LATER, str(error.code))


def _halves(address: str) -> tuple[str, str]:
    local, _, domain = address.rpartition("@")
    return local, domain
