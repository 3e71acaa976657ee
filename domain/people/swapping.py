"""A shift changes hands by consent: one offers it, a colleague takes it, the manager hears of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain.errors import BadInput, NotFound, Stale
from domain.notices import Notice, NoticeKind
from domain.people.duty import own_shift, tell_managers
from domain.people.shifts import Shift
from domain.people.usecases import actor_of
from domain.ports import Tx


@dataclass(frozen=True, slots=True)
class OfferShift:
    """Colleagues with the same role there who are free then are asked. Gives how many. Raises NotFound, Stale."""

    by: int
    shift_id: int

    def __call__(self, tx: Tx) -> int:
        shift = own_shift(tx, self.by, self.shift_id)
        if shift.offered_at is None:
            tx.shifts.put(replace(shift, offered_at=tx.now))
            tx.audit(self.by, "shift.offered", "shift", shift.id)
        free = [id for id in self._colleagues(tx, shift) if not _busy(tx, id, shift)]
        for person_id in free:
            tx.notify(
                Notice(
                    person_id,
                    NoticeKind.SHIFT_OFFERED,
                    dedupe_key=f"shift_offered:{shift.id}:{self.by}:{person_id}",
                    params={"shift_id": shift.id, "giver_id": self.by},
                )
            )
        return len(free)

    def _colleagues(self, tx: Tx, shift: Shift) -> list[int]:
        holders = tx.people.holders_of([shift.role])
        return [id for id in holders if id != self.by and actor_of(tx, id).may(shift.role, shift.venue_id)]


@dataclass(frozen=True, slots=True)
class KeepShift:
    """The offer is taken back. Gives the shift's id. Raises NotFound, Stale."""

    by: int
    shift_id: int

    def __call__(self, tx: Tx) -> int:
        shift = own_shift(tx, self.by, self.shift_id)
        if shift.offered_at is not None:
            tx.shifts.put(replace(shift, offered_at=None))
            tx.audit(self.by, "shift.kept", "shift", shift.id)
        return shift.id


@dataclass(frozen=True, slots=True)
class TakeShift:
    """A colleague takes an offered shift; the first one does. Both sides and the managers on duty hear of it.

    Gives the shift's id. Raises NotFound (no such shift, or none of theirs to take), Stale for one that is not offered
    any more, BadInput('two_shifts') for somebody who is on duty elsewhere at that time.
    """

    by: int
    shift_id: int

    def __call__(self, tx: Tx) -> int:
        tx.shifts.lock_persons([self.by])  # nobody takes two at once that overlap
        shift = tx.shifts.shift(self.shift_id, lock=True)
        taker = actor_of(tx, self.by)
        if shift is None or not taker.may(shift.role, shift.venue_id):
            raise NotFound
        if shift.person_id == self.by:
            return shift.id
        if shift.offered_at is None or shift.is_over(tx.now):
            raise Stale(reason="shift_taken")
        if _busy(tx, self.by, shift):
            raise BadInput("two_shifts")
        taken = replace(
            shift,
            person_id=self.by,
            offered_at=None,
            answered_at=None,
            pages=0,
            page_due_at=max(shift.on_at, tx.now),
            first_aider=tx.shifts.is_first_aider(self.by),
        )
        tx.shifts.put(taken)
        tx.audit(self.by, "shift.taken", "shift", shift.id, giver=shift.person_id)
        params = {"shift_id": shift.id, "giver_id": shift.person_id, "taker_id": self.by}
        cause = f"shift_swapped:{shift.id}:{int(tx.now.timestamp())}:{self.by}"
        for person_id in (shift.person_id, self.by):
            tx.notify(Notice(person_id, NoticeKind.SHIFT_SWAPPED, dedupe_key=f"{cause}:{person_id}", params=params))
        tell_managers(tx, shift.venue_id, NoticeKind.SHIFT_SWAPPED, cause, params)
        return shift.id


def _busy(tx: Tx, person_id: int, shift: Shift) -> bool:
    """Whether they have another shift at that time."""
    return any(
        other.id != shift.id and other.starts_at < shift.ends_at and shift.starts_at < other.ends_at
        for other in tx.shifts.of_person(person_id, shift.starts_at)
    )
