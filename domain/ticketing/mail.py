"""Tickets by mail: the address that a person gives and proves, and what they ask to have sent there."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from domain.codes import Keyring
from domain.errors import BadInput, LimitExceeded, NotFound
from domain.notices import Notice, NoticeKind
from domain.ports import Tx
from domain.ticketing.model import TicketState

#: A code that was not used by then is void; so is its mail.
CODE_LASTS = timedelta(minutes=30)
CODE_DIGITS = 6
MOST_TRIES = 5
#: Codes go to addresses that nobody has proved yet: few, so that nobody is pestered through us.
MOST_CODES = 5
MOST_CODES_WITHIN = timedelta(hours=24)
MOST_MAILS = 10
MOST_MAILS_WITHIN = timedelta(hours=1)
#: RFC 5321, 4.5.3.1: 64 before the sign, 254 in all (erratum 1690 of RFC 3696).
_ADDRESS = re.compile(
    r"(?=.{6,254}$)[A-Za-z0-9._%+'=-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+"
    r"[A-Za-z0-9][A-Za-z0-9-]{0,61}[A-Za-z0-9]"
)


class MailKind(StrEnum):
    CODE = "code"  # proves that the address is theirs; goes to an address not confirmed yet
    TICKETS = "tickets"  # performance_id: all that they hold for it when it is sent
    CHANGED = "changed"  # performance_id, change_id: to who has had tickets by mail, when it is moved or cancelled


@dataclass(frozen=True, slots=True)
class NewMail:
    person_id: int
    kind: MailKind
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MailAddress:
    address: str
    given_at: datetime
    tries: int
    confirmed_at: datetime | None


class MailRepository(Protocol):
    def address(self, person_id: int, *, lock: bool = False) -> MailAddress | None: ...

    def put_address(self, person_id: int, address: str, now: datetime) -> None:
        """Takes the place of the one before; it is not confirmed."""

    def confirm_address(self, person_id: int, now: datetime) -> None: ...

    def count_try(self, person_id: int) -> None: ...

    def forget_address(self, person_id: int) -> bool:
        """Gives whether there was one."""

    def add(self, mail: NewMail, now: datetime) -> int: ...

    def waiting(self, person_id: int, kind: MailKind) -> Sequence[tuple[int, Mapping[str, Any]]]:
        """(id, params) of those not sent yet."""

    def count_since(self, person_id: int, kind: MailKind, since: datetime) -> int:
        """How many were asked for, whatever became of them."""

    def who_was_sent(self, performance_id: int, person_ids: Collection[int]) -> set[int]:
        """Those of these persons who have been sent tickets for it by mail."""

    def give_calendar(self, performance_id: int, person_id: int, now: datetime) -> None:
        """Remembers that they have the visit in their calendar; twice is once."""

    def who_has_calendar(self, performance_id: int, person_ids: Collection[int]) -> set[int]: ...

    def void(self, person_id: int, kind: MailKind | None, now: datetime) -> None:
        """What has not been sent of this kind (None: of any) will not be."""


@dataclass(frozen=True, slots=True)
class GiveAddress:
    """Keeps an address that is still to be proved, and sends it a code. Gives the mail's id.

    Raises BadInput('mail'), LimitExceeded('codes').
    """

    person_id: int
    text: str

    def __call__(self, tx: Tx) -> int:
        address = clean_address(self.text)
        if address is None:
            raise BadInput("mail")
        if tx.mail.count_since(self.person_id, MailKind.CODE, tx.now - MOST_CODES_WITHIN) >= MOST_CODES:
            raise LimitExceeded("codes", MOST_CODES)
        # Whatever waits was meant for the address before.
        tx.mail.void(self.person_id, None, tx.now)
        tx.mail.put_address(self.person_id, address, tx.now)
        tx.audit(self.person_id, "address.given", "person", self.person_id)
        return _add(tx, NewMail(self.person_id, MailKind.CODE))


@dataclass(frozen=True, slots=True)
class ConfirmAddress:
    """The code that came by mail. Gives '' once the address is proved, else why not: wrong | expired | tries.

    A wrong code is an outcome and no error: that it was tried must be kept. Raises NotFound where none is awaited.
    """

    person_id: int
    text: str

    def __call__(self, tx: Tx) -> str:
        found = tx.mail.address(self.person_id, lock=True)
        if found is None or found.confirmed_at is not None:
            raise NotFound
        if found.tries >= MOST_TRIES:
            return "tries"
        if tx.now >= found.given_at + CODE_LASTS:
            return "expired"
        digits = "".join(char for char in self.text if char.isdigit())
        if digits != address_code(tx.keyring, self.person_id, found):
            tx.mail.count_try(self.person_id)
            return "wrong"
        tx.mail.confirm_address(self.person_id, tx.now)
        tx.audit(self.person_id, "address.confirmed", "person", self.person_id)
        return ""


@dataclass(frozen=True, slots=True)
class MailTickets:
    """All valid tickets that the person holds for a performance, in one mail to their own proved address.

    Gives the mail's id; while one such mail waits it is that one's. Raises NotFound without tickets, BadInput
    ('no_mail') without a proved address, LimitExceeded('mails').
    """

    person_id: int
    performance_id: int

    def __call__(self, tx: Tx) -> int:
        tickets = tx.ticketing.tickets_of_holder(self.person_id)
        valid = [ticket for ticket in tickets if ticket.state is TicketState.VALID]
        if self.performance_id not in {ticket.performance_id for ticket in valid}:
            raise NotFound
        found = tx.mail.address(self.person_id, lock=True)
        if found is None or found.confirmed_at is None:
            raise BadInput("no_mail")
        for mail_id, params in tx.mail.waiting(self.person_id, MailKind.TICKETS):
            if params["performance_id"] == self.performance_id:
                return mail_id
        if tx.mail.count_since(self.person_id, MailKind.TICKETS, tx.now - MOST_MAILS_WITHIN) >= MOST_MAILS:
            raise LimitExceeded("mails", MOST_MAILS)
        return _add(tx, NewMail(self.person_id, MailKind.TICKETS, {"performance_id": self.performance_id}))


@dataclass(frozen=True, slots=True)
class GiveCalendar:
    """They take the calendar entry of their visit: when it is moved or cancelled they are given another one.

    Gives the performance's id. Raises NotFound without tickets.
    """

    person_id: int
    performance_id: int

    def __call__(self, tx: Tx) -> int:
        tickets = tx.ticketing.tickets_of_holder(self.person_id)
        if not any(t.performance_id == self.performance_id and t.state is TicketState.VALID for t in tickets):
            raise NotFound
        tx.mail.give_calendar(self.performance_id, self.person_id, tx.now)
        tx.audit(self.person_id, "calendar.given", "performance", self.performance_id)
        return self.performance_id


def send_anew(tx: Tx, change_id: int, performance_id: int, person_ids: Collection[int]) -> None:
    """What these persons have by mail or in their calendars says the wrong time now: they get it again."""
    for person_id in sorted(tx.mail.who_was_sent(performance_id, person_ids)):
        _add(tx, NewMail(person_id, MailKind.CHANGED, {"performance_id": performance_id, "change_id": change_id}))
    for person_id in sorted(tx.mail.who_has_calendar(performance_id, person_ids)):
        tx.notify(
            Notice(
                person_id,
                NoticeKind.CALENDAR_CHANGED,
                dedupe_key=f"calendar:{change_id}:{person_id}",
                params={"change_id": change_id, "person_id": person_id},
            )
        )


@dataclass(frozen=True, slots=True)
class ForgetAddress:
    """Takes the address away, and what was still to go there. Gives whether there was one."""

    person_id: int

    def __call__(self, tx: Tx) -> bool:
        known = forget_address(tx, self.person_id)
        if known:
            tx.audit(self.person_id, "address.forgotten", "person", self.person_id)
        return known


def forget_address(tx: Tx, person_id: int) -> bool:
    """Gives whether there was one."""
    tx.mail.void(person_id, None, tx.now)
    return tx.mail.forget_address(person_id)


def clean_address(text: str) -> str | None:
    """What somebody typed, as an address; None if no mail can go there. Only ASCII: most servers take no other."""
    address = text.strip().removeprefix("mailto:")
    local = address.rpartition("@")[0]
    if not _ADDRESS.fullmatch(address) or local[0] == "." or local[-1] == "." or ".." in local:
        return None
    return address


def address_code(keyring: Keyring, person_id: int, given: MailAddress) -> str:
    """Six figures that only somebody who reads this address's mail can know; made, not stored."""
    message = f"{person_id}\0{given.address}\0{given.given_at.isoformat()}".encode()
    digest = hashlib.sha256(keyring.stamp("mail", message).encode()).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 10**CODE_DIGITS:0{CODE_DIGITS}}"


def _add(tx: Tx, mail: NewMail) -> int:
    mail_id = tx.mail.add(mail, tx.now)
    tx.audit(mail.person_id, "mail.asked", "mail", mail_id)
    return mail_id
