"""A page's session: signed, stored nowhere, sent as a bearer token in a header; so no other site can make use of it.

It says who came and what for. What they may do is read from the database at each request, as everywhere.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from domain.codes import Keyring
from domain.errors import SignedOut

#: An evening's shift.
LASTS = timedelta(hours=12)
_USE = "session"


@dataclass(frozen=True, slots=True)
class Session:
    """``purpose`` is the page; ``subject`` what it is bound to there, such as a performance and a gate ('' nothing)."""

    person_id: int
    purpose: str
    subject: str
    locale: str
    expires_at: datetime


def seal_session(keyring: Keyring, session: Session) -> str:
    """The token. The time is kept in whole seconds."""
    expires = int(session.expires_at.timestamp())
    fields = [session.person_id, session.purpose, session.subject, session.locale, expires]
    message = base64.urlsafe_b64encode(json.dumps(fields, separators=(",", ":")).encode()).rstrip(b"=")
    return f"{message.decode()}.{keyring.stamp(_USE, message)}"


def open_session(keyring: Keyring, token: str, purpose: str, now: datetime) -> Session:
    """Raises SignedOut for one that is not ours, for another page's, and for one that is over."""
    message, _, stamp = token.partition(".")
    if not message.isascii() or not stamp.isascii() or not keyring.is_stamp(stamp, _USE, message.encode()):
        raise SignedOut
    try:
        fields = json.loads(base64.urlsafe_b64decode(message + "=" * (-len(message) % 4)))
        person_id, given, subject, locale, expires = fields
    except (binascii.Error, ValueError):  # a stamp of ours on something older
        raise SignedOut from None
    session = Session(person_id, given, subject, locale, datetime.fromtimestamp(expires, UTC))
    if session.purpose != purpose or now >= session.expires_at:
        raise SignedOut
    return session
