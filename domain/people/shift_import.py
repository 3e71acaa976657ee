"""Putting a plan of shifts into storage. Doing it twice changes nothing; a corrected plan corrects what is stored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from domain.errors import SheetFault
from domain.notices import Notice, NoticeKind
from domain.people.model import Role
from domain.people.shift_sheet import ShiftDraft, check_no_two_at_once
from domain.people.shifts import Shift
from domain.people.usecases import actor_of
from domain.ports import Tx
from domain.programme.model import Venue

_Planned = tuple[int, int, Role, object]


@dataclass(frozen=True, slots=True)
class ImportShifts:
    """The plan of a venue for the days that it names: what was planned there for those days and is not in it any more
    is withdrawn, unless it has begun. A shift that was swapped stays with who took it.

    Gives how many are new, changed, the same, withdrawn. Those whose shifts are others now are told.
    ``by`` None: from the command line. Raises NotAllowed, and an ExceptionGroup of SheetFault where somebody is on
    duty elsewhere at that time.
    """

    drafts: Sequence[ShiftDraft]
    by: int | None = None

    def __call__(self, tx: Tx) -> dict[str, int]:
        venues = {venue.id: venue for venue in tx.programme.venues()}
        if self.by is not None:
            actor_of(tx, self.by).require(Role.MANAGER)
            for venue_id in sorted({draft.shift.venue_id for draft in self.drafts}):
                actor_of(tx, self.by).require(Role.MANAGER, venue_id)
        tx.shifts.lock_persons([draft.shift.person_id for draft in self.drafts])
        stored = {_planned(shift): shift for shift in self._stored(tx, venues)}
        wanted = [replace(draft, shift=_onto(stored.get(_planned(draft.shift)), draft.shift)) for draft in self.drafts]
        kept = {_planned(draft.shift) for draft in wanted}
        gone = [shift for key, shift in stored.items() if key not in kept and shift.on_at > tx.now]
        self._refuse_two_at_once(tx, wanted, {shift.id for shift in gone})
        tally = {"new": 0, "changed": 0, "same": 0, "withdrawn": len(gone)}
        told: set[int] = set()
        for shift in gone:
            tx.shifts.put(replace(shift, withdrawn_at=tx.now, page_due_at=None, offered_at=None))
            tx.audit(self.by, "shift.withdrawn", "shift", shift.id)
            told.add(shift.person_id)
        for draft in wanted:
            before = stored.get(_planned(draft.shift))
            outcome = "new" if before is None else "same" if before == draft.shift else "changed"
            tally[outcome] += 1
            if outcome == "same":
                continue
            shift = draft.shift if draft.shift.off_at > tx.now else replace(draft.shift, page_due_at=None)
            tx.audit(self.by, "shift.planned", "shift", tx.shifts.put(shift))
            if shift.off_at > tx.now:
                told.add(shift.person_id)
        self._tell(tx, told)
        return tally

    def _stored(self, tx: Tx, venues: dict[int, Venue]) -> Iterable[Shift]:
        """What is planned at these venues for the days that the sheet names."""
        days: dict[int, set[date]] = {}
        for draft in self.drafts:
            days.setdefault(draft.shift.venue_id, set()).add(_day(draft.shift, venues[draft.shift.venue_id]))
        for venue_id, named in days.items():
            starts = [draft.shift.starts_at for draft in self.drafts if draft.shift.venue_id == venue_id]
            around = timedelta(days=1)
            for shift in tx.shifts.of_venue(venue_id, min(starts) - around, max(starts) + around):
                if _day(shift, venues[venue_id]) in named:
                    yield shift

    def _refuse_two_at_once(self, tx: Tx, wanted: Sequence[ShiftDraft], gone: set[int]) -> None:
        faults: list[SheetFault] = []
        check_no_two_at_once(wanted, faults)  # once more: who took over a shift may be planned for another
        known = {draft.shift.id for draft in wanted} | gone
        for draft in wanted:
            for other in tx.shifts.of_person(draft.shift.person_id, draft.shift.starts_at):
                if other.id not in known and other.starts_at < draft.shift.ends_at:
                    faults.append(SheetFault(draft.row, draft.written, "shift_elsewhere"))
                    break
        if faults:
            raise ExceptionGroup("the sheet has faults", faults)

    def _tell(self, tx: Tx, persons: set[int]) -> None:
        for person_id in sorted(persons):
            cause = f"shifts_planned:{int(tx.now.timestamp())}:{person_id}"
            tx.notify(Notice(person_id, NoticeKind.SHIFTS_PLANNED, dedupe_key=cause, params={"person_id": person_id}))


def _planned(shift: Shift) -> _Planned:
    """What makes it the same shift in two versions of a plan."""
    return shift.venue_id, shift.planned_for, shift.role, shift.starts_at


def _day(shift: Shift, venue: Venue) -> date:
    return shift.starts_at.astimezone(ZoneInfo(venue.timezone)).date()


def _onto(stored: Shift | None, wanted: Shift) -> Shift:
    """What the plan says, on top of what has become of the shift since."""
    if stored is None:
        return wanted
    return replace(
        stored,
        ends_at=wanted.ends_at,
        off_at=wanted.off_at if stored.off_at == stored.ends_at else stored.off_at,
        zones=wanted.zones,
        gate_id=wanted.gate_id,
        first_aider=wanted.first_aider if stored.person_id == stored.planned_for else stored.first_aider,
        channel=wanted.channel,
    )
