"""Finding a ticket for somebody who has nothing to show, and reading what was ticked on paper.

Every look-up is on record, with what was asked by and how much was found, not with the words: they may be a name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.admission.house import post_at, ticket_at
from domain.admission.judging import judge_validity
from domain.admission.model import Admission, Channel, Guest, Outcome
from domain.admission.scanning import admit
from domain.admission.seat_words import SeatRange, parse_seats
from domain.codes import SHORT_LENGTH, clean_short_code
from domain.errors import Stale
from domain.notices import Notice, NoticeKind
from domain.ports import Tx
from domain.programme.model import Hall, RunState
from domain.programme.search import folded, search_words
from domain.ticketing.handing_on import reissue
from domain.ticketing.model import TicketState
from domain.ticketing.resale import keep_listed

#: What one look-up or one entering of ticks may hold.
TEXT_MOST = 3000

_OF_A_ROW = re.compile(r"[:：排]|\brow\b", re.IGNORECASE)

#: Zone of the plan → every name that it goes by.
ZoneNames = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class LookUp:
    """ "Who holds F12?", or whose ticket has this code, order number, telephone, mail or name. Gives the tickets' ids,
    by place.

    Raises NotAllowed, NotFound.
    """

    by: int
    performance_id: int
    text: str

    def __call__(self, tx: Tx) -> list[int]:
        _, performance = post_at(tx, self.by, self.performance_id)
        zones = zone_names(tx.programme.hall(performance.hall_id))
        how, found = find(tx.admission.guests(performance.id), self.text[:TEXT_MOST], zones)
        tx.audit(self.by, "door.looked_up", "performance", performance.id, how=how, found=len(found))
        return [guest.ticket_id for guest in found]


@dataclass(frozen=True, slots=True)
class LookAtGuest:
    """Whose this ticket is: a look-up too. Gives the ticket's id. Raises NotAllowed, NotFound."""

    by: int
    ticket_id: int

    def __call__(self, tx: Tx) -> int:
        _, _, ticket = ticket_at(tx, self.by, self.ticket_id)
        tx.audit(self.by, "ticket.looked_up", "ticket", ticket.id)
        return ticket.id


@dataclass(frozen=True, slots=True)
class AdmitFound:
    """Somebody whose ticket was found by hand, by the same judgement as a scan. Gives what ``Scan`` gives, and
    "performance_id".

    Raises NotAllowed, NotFound.
    """

    by: int
    ticket_id: int

    def __call__(self, tx: Tx) -> dict[str, Any]:
        post, performance, ticket = ticket_at(tx, self.by, self.ticket_id)
        (found,) = admit(tx, post, performance, [(ticket, None)], Channel.FOUND)
        return {**found, "performance_id": performance.id}


@dataclass(frozen=True, slots=True)
class ReissueTicket:
    """The ticket's old code and short code die, new ones live, and are sent to its holder if they have a chat. The
    code of a party, which others of it may be holding, goes on. Gives the ticket's id.

    Raises NotAllowed, NotFound, Stale for a ticket that is good no more.
    """

    by: int
    ticket_id: int

    def __call__(self, tx: Tx) -> int:
        _, performance, ticket = ticket_at(tx, self.by, self.ticket_id)
        if ticket.state is not TicketState.VALID or performance.run_state is RunState.CANCELLED:
            raise Stale
        old = tx.ticketing.standing_credentials([ticket.id])[ticket.id]
        reissue(tx, ticket.id, "reissued")
        tx.audit(self.by, "ticket.reissued", "ticket", ticket.id)
        tx.notify(
            Notice(
                ticket.holder_id,
                NoticeKind.TICKETS_ISSUED,
                dedupe_key=f"tickets:reissued:{old.id}",
                params={"order_id": ticket.order_id, "ticket_ids": [ticket.id], "holder_id": ticket.holder_id},
            )
        )
        return ticket.id


@dataclass(frozen=True, slots=True)
class EnterTicked:
    """What was ticked on the printed list while everything was down, entered afterwards. Gives the tickets' ids that
    were let in by it: a ticket that was ever let in, on paper or not, is left as it is, so entering twice is no harm.

    Neither time nor gate nor lateness is judged: they have been let in. Raises NotAllowed, NotFound.
    """

    by: int
    performance_id: int
    ticket_ids: tuple[int, ...]

    def __call__(self, tx: Tx) -> list[int]:
        post, performance = post_at(tx, self.by, self.performance_id)
        tickets = tx.admission.tickets_at_door(performance.id, self.ticket_ids)
        entered = tx.admission.entries([ticket.id for ticket in tickets])
        good = [t for t in tickets if t.id not in entered and judge_validity(performance, t, None) is None]
        lines = [
            Admission(
                id=0,
                performance_id=performance.id,
                ticket_id=ticket.id,
                credential_id=None,
                gate_id=post.gate_id,
                usher_id=self.by,
                at=tx.now,
                outcome=Outcome.ADMITTED,
                inside=True,
                channel=Channel.PAPER,
            )
            for ticket in good
        ]
        done = [(t.id, id) for t, id in zip(good, tx.admission.log(lines), strict=True) if id is not None]
        for ticket_id, admission_id in done:
            tx.audit(self.by, "ticket.admitted", "ticket", ticket_id, admission=admission_id)
        keep_listed(tx, good)
        return [ticket_id for ticket_id, _ in done]


@dataclass(frozen=True, slots=True)
class Ticked:
    """``unclear``: what stands for no ticket, or for those of several zones, as it was written."""

    guests: tuple[Guest, ...]
    unclear: tuple[str, ...]


def find(guests: Sequence[Guest], text: str, zones: ZoneNames) -> tuple[str, list[Guest]]:
    """(by what, whom): code, order, seat, telephone, mail or name, the first that fits; order numbers and places may
    look alike."""
    asked = text.strip()
    code = clean_short_code(asked)
    if code is not None and (found := [guest for guest in guests if guest.short_code == code]):
        return "code", found
    number = asked.removeprefix("#").strip()
    of_order = [guest for guest in guests if number.isdecimal() and guest.order_id == int(number[:18])]
    seated = _living(_in_ranges(guests, parse_seats(asked), zones))
    if of_order or seated:
        return ("order" if of_order else "seat"), [*of_order, *(guest for guest in seated if guest not in of_order)]
    if reached := [guest for guest in guests if _is_reached(guest, asked)]:
        return "contact", reached
    return "name", [guest for guest in guests if _is_named(guest, search_words(asked.removeprefix("@")))]


def read_ticks(guests: Sequence[Guest], text: str, zones: ZoneNames) -> Ticked:
    """A line names seats, or lists codes and single seats in any mixture. Codes may be parted in the middle."""
    by_code = {guest.short_code: guest for guest in guests}
    found: dict[int, Guest] = {}
    unclear: list[str] = []

    def seats(said: str) -> bool:
        """Whether all that it names are seats of one zone that somebody has."""
        ranges = [_living(_in_ranges(guests, [one], zones)) for one in parse_seats(said)]
        good = bool(ranges) and all(len({guest.zone for guest in seated}) == 1 for seated in ranges)
        if good:
            found.update((guest.ticket_id, guest) for seated in ranges for guest in seated)
        return good

    for line in re.split(r"[\n;；]+", text[:TEXT_MOST]):
        line = line.strip()
        codes, rest = _codes([word for word in re.split(r"[\s,，、]+", line) if word], by_code)
        found.update((guest.ticket_id, guest) for guest in codes)
        if not codes and (seats(line) or not line):
            continue
        if not codes and _OF_A_ROW.search(line):  # its words mean nothing alone
            unclear.append(line)
        else:
            unclear += [word for word in rest if not seats(word)]
    return Ticked(tuple(sorted(found.values(), key=lambda guest: guest.place)), tuple(dict.fromkeys(unclear)))


def zone_names(hall: Hall | None) -> ZoneNames:
    return {zone: (zone, *names.values()) for zone, names in (hall.zones if hall else ())}


def _codes(words: Sequence[str], by_code: Mapping[str, Guest]) -> tuple[list[Guest], list[str]]:
    """Codes that are some ticket's, whole or as two words, and the words that are none."""
    codes: list[Guest] = []
    rest: list[str] = []
    index = 0
    while index < len(words):
        one = clean_short_code(words[index]) or ""
        half = len(words[index]) < SHORT_LENGTH
        two = (clean_short_code("".join(words[index : index + 2])) or "") if half else ""
        if one in by_code:
            codes.append(by_code[one])
        elif two in by_code:
            codes.append(by_code[two])
            index += 1
        else:
            rest.append(words[index])
        index += 1
    return codes, rest


def _in_ranges(guests: Sequence[Guest], ranges: Sequence[SeatRange], zones: ZoneNames) -> list[Guest]:
    return [
        guest
        for guest in guests
        if any(one.holds(zones.get(guest.zone, (guest.zone,)), guest.row, guest.number) for one in ranges)
    ]


def _living(guests: Sequence[Guest]) -> list[Guest]:
    """Of a seat that was sold again, the ticket that is good."""
    valid = {guest.place for guest in guests if guest.is_valid}
    return [guest for guest in guests if guest.is_valid or guest.place not in valid]


def _is_reached(guest: Guest, asked: str) -> bool:
    """A mail address in full, or the last figures of a telephone number, six at least."""
    if "@" in asked:
        return folded(asked) in map(folded, guest.contacts)
    figures = re.sub(r"[\s()+./-]", "", asked)
    if len(figures) < 6 or not figures.isdecimal():
        return False
    numbers = (re.sub(r"\D", "", one) for one in guest.contacts if "@" not in one)
    return any(number.endswith(figures.lstrip("0")) for number in numbers)


def _is_named(guest: Guest, words: Sequence[str]) -> bool:
    names = folded(" ".join((guest.holder, guest.buyer, guest.username)))
    return bool(words) and len("".join(words)) > (1 if words[0].isascii() else 0) and all(w in names for w in words)
