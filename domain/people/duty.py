"""At the beginning of a shift, during it, and at its end: the test page, coming, staying, going."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from domain.errors import NotFound, Stale
from domain.notices import Notice, NoticeKind
from domain.people.model import Role
from domain.people.shifts import Shift
from domain.people.usecases import actor_of
from domain.ports import Tx
from domain.records.tasks import SHIFT_UNFILLED, ask_for_a_hand

#: How long somebody has to answer the test page before they are asked again, and then before the manager is told.
ANSWER_WITHIN = timedelta(minutes=5)
TEST_PAGES = 2
STEP = timedelta(minutes=30)
#: Nobody comes earlier or stays longer by mere taps.
EARLIER_MOST = LONGER_MOST = timedelta(hours=4)
_A_TICK = 50


class Move(StrEnum):
    """What a person says of their own shift."""

    HERE = "here"  # on duty from now on
    LATER = "later"  # half an hour later
    LONGER = "longer"  # half an hour longer
    OFF = "off"  # off duty from now on


@dataclass(frozen=True, slots=True)
class AnswerTest:
    """The test page has come through. Gives the shift's id. Raises NotFound for a shift that is somebody else's, Stale
    for one that is over."""

    by: int
    shift_id: int

    def __call__(self, tx: Tx) -> int:
        shift = own_shift(tx, self.by, self.shift_id)
        if shift.answered_at is None:
            tx.shifts.put(replace(shift, answered_at=tx.now, page_due_at=None))
            tx.audit(self.by, "shift.answered", "shift", shift.id)
        return shift.id


@dataclass(frozen=True, slots=True)
class MoveDuty:
    """Somebody is on duty earlier, later, longer or shorter than planned. Gives the shift's id.

    The managers on duty hear where fewer people are there than they count on. Raises NotFound, Stale.
    """

    by: int
    shift_id: int
    move: Move

    def __call__(self, tx: Tx) -> int:
        shift = own_shift(tx, self.by, self.shift_id)
        if self.move not in moves_of(shift, tx.now):
            raise Stale
        tx.shifts.put(_moved(shift, self.move, tx.now))
        tx.audit(self.by, "shift.moved", "shift", shift.id, move=self.move.value)
        if self.move in (Move.LATER, Move.OFF):
            params = {"shift_id": shift.id}
            cause = f"duty_changed:{shift.id}:{int(tx.now.timestamp())}"
            tell_managers(tx, shift.venue_id, NoticeKind.DUTY_CHANGED, cause, params, but=self.by)
        return shift.id


@dataclass(frozen=True, slots=True)
class PageDuty:
    """The clock's: a test page for each shift that begins, another after five minutes, then a word to the managers on
    duty. Gives how many shifts it has looked at."""

    def __call__(self, tx: Tx) -> int:
        due = tx.shifts.pages_due(tx.now, _A_TICK)
        for shift in due:
            actor = tx.people.actor(shift.person_id)
            if shift.is_over(tx.now) or actor is None or not actor.may(shift.role, shift.venue_id):
                tx.shifts.put(replace(shift, page_due_at=None))
            elif shift.pages < TEST_PAGES:
                self._page(tx, shift)
            else:
                tx.shifts.put(replace(shift, page_due_at=None))
                tx.audit(None, "shift.silent", "shift", shift.id)
                cause = f"duty_silent:{shift.id}:{int(shift.on_at.timestamp())}"
                params = {"shift_id": shift.id}
                tell_managers(tx, shift.venue_id, NoticeKind.DUTY_SILENT, cause, params, but=shift.person_id)
        return len(due)

    def _page(self, tx: Tx, shift: Shift) -> None:
        paged = replace(shift, pages=shift.pages + 1, page_due_at=tx.now + ANSWER_WITHIN)
        tx.shifts.put(paged)
        tx.audit(None, "shift.paged", "shift", shift.id)
        tx.notify(
            Notice(
                shift.person_id,
                NoticeKind.DUTY_TEST,
                dedupe_key=f"duty_test:{shift.id}:{int(shift.on_at.timestamp())}:{paged.pages}:{shift.person_id}",
                params={"shift_id": shift.id},
            )
        )


def leave_shifts(tx: Tx, person_id: int) -> None:
    """Somebody goes for good: what is left of their shifts is nobody's, and a manager has to find somebody."""
    for shift in tx.shifts.of_person(person_id, tx.now):
        tx.shifts.put(replace(shift, withdrawn_at=tx.now, page_due_at=None, offered_at=None))
        tx.audit(person_id, "shift.withdrawn", "shift", shift.id)
        ask_for_a_hand(tx, SHIFT_UNFILLED, "shift", shift.id, max(tx.now, shift.on_at))


def own_shift(tx: Tx, person_id: int, shift_id: int) -> Shift:
    """A shift that is this person's, locked. Raises NotFound, Stale for one that is over."""
    shift = tx.shifts.shift(shift_id, lock=True)
    if shift is None or shift.person_id != person_id:
        raise NotFound
    if shift.is_over(tx.now):
        raise Stale
    return shift


def moves_of(shift: Shift, now: datetime) -> Sequence[Move]:
    """What may be said of a shift now, in the order of the buttons."""
    if shift.is_over(now):
        return ()
    if shift.is_on(now):
        longer = shift.off_at + STEP <= shift.ends_at + LONGER_MOST
        return (Move.LONGER, Move.OFF) if longer else (Move.OFF,)
    here = shift.on_at - EARLIER_MOST <= now
    later = shift.on_at + STEP < shift.off_at
    return tuple(move for move, may in ((Move.HERE, here), (Move.LATER, later)) if may)


def _moved(shift: Shift, move: Move, now: datetime) -> Shift:
    match move:
        case Move.HERE:
            # Whoever taps that they are there has shown that a page would reach them.
            return replace(shift, on_at=now, answered_at=now, page_due_at=None)
        case Move.LATER:
            on_at = shift.on_at + STEP
            return replace(shift, on_at=on_at, page_due_at=on_at)
        case Move.LONGER:
            return replace(shift, off_at=shift.off_at + STEP)
        case Move.OFF:
            return replace(shift, off_at=now, page_due_at=None, offered_at=None)


def tell_managers(
    tx: Tx, venue_id: int, kind: NoticeKind, cause: str, params: dict[str, int], *, but: int | None = None
) -> None:
    """To the managers on duty at a venue; where the matter is their own, to the others. ``cause``: see
    ``Notice.dedupe_key``."""
    told = [one.person_id for one in tx.shifts.on_duty(venue_id, tx.now, Role.MANAGER) if one.person_id != but]
    if not told:
        managers = tx.people.holders_of([Role.MANAGER, Role.OWNER])
        told = [id for id in managers if id != but and actor_of(tx, id).may(Role.MANAGER, venue_id)]
    for person_id in told:
        tx.notify(Notice(person_id, kind, dedupe_key=f"{cause}:{person_id}", params=params))
