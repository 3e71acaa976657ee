"""Reading a plan of shifts: rows of text in, checked shifts out, or every fault that there is.

One row is one person's shift. ``docs/staff.md`` describes the columns for the office.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import combinations
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from domain.errors import SheetFault
from domain.people.model import Actor, Role
from domain.people.shifts import Shift
from domain.programme import cells
from domain.programme.cells import CellFault
from domain.programme.columns import Heading
from domain.programme.model import Gate, Venue
from domain.programme.programme_file import SheetRow
from domain.programme.search import folded_name
from domain.programme.sheet_row import RowReader

if TYPE_CHECKING:
    from domain.ports import Tx

MOST_SHIFTS = 2_000
LONGEST = timedelta(hours=16)
_CHANNEL_MOST = 60
_SEPARATORS = str.maketrans("，、；;", ",,,,")


class Column(StrEnum):
    VENUE = "venue"
    PERSON = "person"
    ROLE = "role"
    STARTS_AT = "starts_at"
    ENDS_AT = "ends_at"
    ZONES = "zones"
    GATE = "gate"
    FIRST_AIDER = "first_aider"
    CHANNEL = "channel"


REQUIRED = (Column.PERSON, Column.ROLE, Column.STARTS_AT, Column.ENDS_AT)
_CHINESE = {
    "场馆": Column.VENUE,
    "人员": Column.PERSON,
    "姓名": Column.PERSON,
    "岗位": Column.ROLE,
    "开始": Column.STARTS_AT,
    "结束": Column.ENDS_AT,
    "区域": Column.ZONES,
    "入口": Column.GATE,
    "急救员": Column.FIRST_AIDER,
    "频道": Column.CHANNEL,
}
ROLE_WORDS: Mapping[str, Role] = {
    "引座": Role.USHER,
    "引座员": Role.USHER,
    "检票": Role.USHER,
    "检票员": Role.USHER,
    "票房": Role.BOX_OFFICE,
    "场内": Role.FLOOR,
    "场内服务": Role.FLOOR,
    "舞台": Role.STAGE,
    "舞台组": Role.STAGE,
    "安全": Role.SAFETY,
    "安全组": Role.SAFETY,
    "经理": Role.MANAGER,
}
_ROLES = [role for role in Role if role not in (Role.AUDIENCE, Role.OWNER)]


@dataclass(frozen=True, slots=True)
class Roster:
    """What a plan may name: venues with their gates and zones, and who works there (``usernames`` by person)."""

    venues: Sequence[Venue]
    gates: Mapping[int, Sequence[Gate]]
    zones: Mapping[int, frozenset[str]]
    team: Sequence[Actor]
    usernames: Mapping[int, str]

    @classmethod
    def of(cls, tx: Tx) -> Roster:
        venues, team = tx.programme.venues(), tx.people.team()
        plans = ((hall.venue_id, tx.programme.newest_plan(hall.id)) for hall in tx.programme.halls())
        zones: dict[int, set[str]] = {venue.id: set() for venue in venues}
        for venue_id, plan in plans:
            zones[venue_id] |= set(plan.zones) if plan else set()
        return cls(
            venues,
            {venue.id: tx.programme.gates(venue.id) for venue in venues},
            {venue_id: frozenset(named) for venue_id, named in zones.items()},
            team,
            tx.people.usernames([actor.person_id for actor in team]),
        )


@dataclass(frozen=True, slots=True)
class ShiftDraft:
    """A row that was understood; ``shift.id`` is 0. ``written``: the heading of its beginning, for faults."""

    row: int
    written: str
    shift: Shift


def parse_shifts(rows: Sequence[SheetRow], roster: Roster) -> tuple[ShiftDraft, ...]:
    """Raises an ExceptionGroup of SheetFault with everything that is wrong, in the order of the sheet."""
    faults: list[SheetFault] = []
    rows = [row for row in rows if any(cell.strip() for cell in row.cells.values())]
    if not rows:
        faults.append(SheetFault(1, "", "no_rows"))
    if len(rows) > MOST_SHIFTS:
        faults.append(SheetFault(rows[MOST_SHIFTS].number, "", "too_many_rows", most=MOST_SHIFTS))
    headings = _headings(rows[0].cells, faults) if rows else []
    found: list[ShiftDraft] = []
    if not faults:
        readers = [RowReader(row.number, row.cells, headings, faults) for row in rows]
        found = [draft for reader in readers if (draft := _read(reader, roster)) is not None]
        check_no_two_at_once(found, faults)
    if faults:
        raise ExceptionGroup("the sheet has faults", sorted(faults, key=lambda fault: fault.row))
    return tuple(found)


def check_no_two_at_once(drafts: Iterable[ShiftDraft], faults: list[SheetFault]) -> None:
    """Nobody is in two places at once."""
    by_person: dict[int, list[ShiftDraft]] = {}
    for draft in drafts:
        by_person.setdefault(draft.shift.person_id, []).append(draft)
    for of_one in by_person.values():
        for one, other in combinations(of_one, 2):
            if one.shift.starts_at < other.shift.ends_at and other.shift.starts_at < one.shift.ends_at:
                faults.append(SheetFault(other.row, other.written, "two_shifts", other=one.row))


def _headings(written: Iterable[str], faults: list[SheetFault]) -> list[Heading]:
    found: list[Heading] = []
    for name in written:
        if not name.strip() or name.strip().startswith("#"):
            continue
        plain = cells.plain(name).casefold()
        column = _CHINESE.get(plain) or next((c for c in Column if c.value == plain.replace(" ", "_")), None)
        if column is None:
            faults.append(SheetFault(1, name, "unknown_column"))
        elif any(heading.column is column for heading in found):
            faults.append(SheetFault(1, name, "double_column"))
        else:
            found.append(Heading(name, column))
    present = {heading.column for heading in found}
    faults.extend(SheetFault(1, column.value, "missing_column") for column in REQUIRED if column not in present)
    return found


def _read(reader: RowReader, roster: Roster) -> ShiftDraft | None:
    venue = _venue(reader, roster)
    person = reader.require(Column.PERSON, lambda text: _person(text, roster))
    role = reader.require(Column.ROLE, _role)
    if venue is None:
        return None
    clock = ZoneInfo(venue.timezone)
    starts = reader.require(Column.STARTS_AT, lambda text: cells.moment(text, clock))
    ends = None
    if starts is not None:
        ends = reader.require(Column.ENDS_AT, lambda text: cells.moment_near(text, clock, starts, before=False))
    zones = reader.read(Column.ZONES, lambda text: _zones(text, roster.zones[venue.id]))
    gate_id = reader.read(Column.GATE, lambda text: _gate(text, roster.gates[venue.id]))
    first_aider = reader.read(Column.FIRST_AIDER, cells.yes_no, empty=False)
    channel = reader.read(Column.CHANNEL, lambda text: cells.prose(text, most=_CHANNEL_MOST), empty="")
    if starts is not None and ends is not None and not starts < ends <= starts + LONGEST:
        reader.refuse(Column.ENDS_AT, "shift_length", hours=int(LONGEST.total_seconds()) // 3600)
    if person is not None and role is not None and not person.may(role, venue.id):
        reader.refuse(Column.ROLE, "not_in_role", name=person.display_name or f"#{person.person_id}")
    if not reader.ok or person is None or role is None or starts is None or ends is None:
        return None
    shift = Shift(
        id=0,
        venue_id=venue.id,
        person_id=person.person_id,
        planned_for=person.person_id,
        role=role,
        starts_at=starts,
        ends_at=ends,
        on_at=starts,
        off_at=ends,
        zones=zones,
        gate_id=gate_id,
        first_aider=bool(first_aider),
        channel=channel or "",
        page_due_at=starts,
    )
    return ShiftDraft(reader.number, reader.written(Column.STARTS_AT), shift)


def _venue(reader: RowReader, roster: Roster) -> Venue | None:
    """By its key; a house with one venue need not say it."""
    by_key = {venue.key: venue for venue in roster.venues}
    if not reader.text(Column.VENUE) and len(roster.venues) == 1:
        return roster.venues[0]

    def known(text: str) -> Venue:
        if text not in by_key:
            raise CellFault("unknown_venue", name=text, known=", ".join(sorted(by_key)))
        return by_key[text]

    return reader.require(Column.VENUE, known)


def _person(text: str, roster: Roster) -> Actor:
    """``#12``, ``@name``, or the name as the team's list shows it, where only one has it."""
    said = cells.plain(text)
    if said.startswith("#"):
        found = [actor for actor in roster.team if f"#{actor.person_id}" == said]
    elif said.startswith("@"):
        name = said.removeprefix("@").casefold()
        found = [actor for actor in roster.team if roster.usernames.get(actor.person_id, "").casefold() == name]
    else:
        found = [actor for actor in roster.team if folded_name(actor.display_name) == folded_name(said)]
    if not found:
        raise CellFault("unknown_person", name=said)
    if len(found) > 1:
        raise CellFault("several_persons", name=said, known=", ".join(f"#{actor.person_id}" for actor in found))
    return found[0]


def _role(text: str) -> Role:
    said = cells.plain(text).casefold()
    role = ROLE_WORDS.get(said) or next((role for role in _ROLES if role.value == said.replace(" ", "_")), None)
    if role is None:
        raise CellFault("unknown_word", known=", ".join(_ROLES))
    return role


def _zones(text: str, known: frozenset[str]) -> tuple[str, ...] | None:
    """Names as the seating plan has them; ``*`` for the whole house."""
    if cells.plain(text) == "*":
        return None
    names = {folded_name(name): name for name in known}
    wanted = [part.strip() for part in text.translate(_SEPARATORS).split(",") if part.strip()]
    for part in wanted:
        if folded_name(part) not in names:
            raise CellFault("unknown_zone", name=part, known=", ".join(sorted(known)))
    return tuple(dict.fromkeys(names[folded_name(part)] for part in wanted)) or None


def _gate(text: str, gates: Sequence[Gate]) -> int:
    found = next((gate.id for gate in gates if gate.key.casefold() == cells.plain(text).casefold()), None)
    if found is None:
        raise CellFault("unknown_gate", name=text, known=", ".join(gate.key for gate in gates))
    return found
