"""The cells of a row that describe one performance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from domain.programme import cells
from domain.programme.blocked import BlockDraft, read_blocks
from domain.programme.catalogue import Catalogue, HallFacts
from domain.programme.columns import LATECOMERS_WORDS, Column
from domain.programme.model import (
    Access,
    Event,
    LatecomersPolicy,
    Performance,
    RunState,
    SeatingPlan,
)
from domain.programme.price_cells import read_prices
from domain.programme.sheet_row import RowReader

DOORS_BEFORE = timedelta(minutes=30)
PURCHASE_LIMIT = 6
_MOST_PLACES = 100_000
_LONGEST = timedelta(days=31)
#: "On sale at once": a fixed distance, so that the same sheet always says the same.
_SALES_BEFORE = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class _Times:
    starts_at: datetime
    doors_at: datetime
    ends_at: datetime
    sales_open_at: datetime
    sales_close_at: datetime


def read_performance(
    reader: RowReader, catalogue: Catalogue, event: Event | None
) -> tuple[Performance, tuple[BlockDraft, ...]] | None:
    """None where something was refused. ``event`` is None where the event itself was."""
    key = reader.require(Column.PERFORMANCE, cells.key)
    facts = catalogue.halls.get(reader.text(Column.HALL))
    if facts is None:
        reader.refuse(Column.HALL, "unknown_hall", known=", ".join(catalogue.halls))
        return None
    stored = catalogue.performances.get(key or "")
    plan, capacity = _places(reader, catalogue, facts, stored)
    timed_entry = reader.read(Column.TIMED_ENTRY, cells.yes_no, False)
    times = _times(reader, ZoneInfo(facts.venue.timezone), event, bool(timed_entry))
    prices = read_prices(reader, plan, catalogue.concessions, facts.venue.currency)
    access = _access(reader)
    latecomers = reader.read(
        Column.LATECOMERS,
        partial(cells.word, words=LatecomersPolicy, others=LATECOMERS_WORDS),
        LatecomersPolicy.ANY_TIME if timed_entry else LatecomersPolicy.AT_BREAK,
    )
    limit = reader.read(Column.PURCHASE_LIMIT, partial(cells.whole, least=1, most=100), PURCHASE_LIMIT)
    returns = _returns(reader, catalogue)
    blocks = _blocks(reader, plan, capacity)
    if stored is not None:
        _check_stored(reader, stored, facts, event, plan, capacity)
    if not reader.ok or event is None or key is None or times is None:
        return None
    assert capacity is not None  # these were read, or the row would have been refused
    assert latecomers is not None
    assert limit is not None
    return Performance(
        id=stored.id if stored else 0,
        key=key,
        event_id=event.id,
        venue_id=facts.venue.id,
        hall_id=facts.hall.id,
        plan_id=plan.id if plan else None,
        capacity=capacity,
        starts_at=times.starts_at,
        doors_at=times.doors_at,
        ends_at=times.ends_at,
        sales_open_at=times.sales_open_at,
        sales_close_at=times.sales_close_at,
        run_state=stored.run_state if stored else RunState.SCHEDULED,
        revision=stored.revision if stored else 1,
        access=access,
        latecomers=latecomers,
        purchase_limit=limit,
        timed_entry=bool(timed_entry),
        prices=prices,
        returns=returns,
    ), blocks


def _places(
    reader: RowReader, catalogue: Catalogue, facts: HallFacts, stored: Performance | None
) -> tuple[SeatingPlan | None, int | None]:
    """A number of people means places without seats; otherwise the hall's plan, or the one already sold on."""
    written = reader.text(Column.CAPACITY)
    if written:
        return None, reader.read(Column.CAPACITY, partial(cells.whole, least=1, most=_MOST_PLACES))
    plan = facts.plan
    if stored is not None and stored.plan_id is not None and stored.hall_id == facts.hall.id:
        plan = catalogue.plans[stored.plan_id]
    if plan is None:
        reader.refuse(Column.CAPACITY, "no_plan_no_capacity", hall=facts.hall.key)
        return None, None
    return plan, len(plan.seats)


def _returns(reader: RowReader, catalogue: Catalogue) -> str:
    key = reader.text(Column.RETURNS)
    if key and key not in catalogue.returns:
        reader.refuse(Column.RETURNS, "unknown_returns", known=", ".join(filter(None, catalogue.returns)) or "–")
    return key


def _blocks(reader: RowReader, plan: SeatingPlan | None, capacity: int | None) -> tuple[BlockDraft, ...]:
    if capacity is None:
        return ()
    return reader.read(Column.BLOCKED, partial(read_blocks, plan=plan, capacity=capacity)) or ()


def _times(reader: RowReader, zone: ZoneInfo, event: Event | None, timed_entry: bool) -> _Times | None:
    starts_at = reader.require(Column.STARTS_AT, partial(cells.moment, zone=zone))
    if starts_at is None:
        return None
    near = partial(cells.moment_near, zone=zone, start=starts_at)
    lasts = timedelta(minutes=event.duration_minutes if event else 1)
    doors_at = reader.read(
        Column.DOORS_AT, partial(near, before=True), starts_at if timed_entry else starts_at - DOORS_BEFORE
    )
    ends_at = reader.read(Column.ENDS_AT, partial(near, before=False), starts_at + lasts)
    opens = reader.read(Column.SALES_OPEN_AT, partial(cells.moment, zone=zone), starts_at - _SALES_BEFORE)
    if ends_at is None or doors_at is None or opens is None:
        return None
    closes = reader.read(Column.SALES_CLOSE_AT, partial(near, before=True), ends_at if timed_entry else starts_at)
    if closes is None:
        return None
    _check_order(reader, times := _Times(starts_at, doors_at, ends_at, opens, closes))
    return times


def _check_order(reader: RowReader, times: _Times) -> None:
    if times.doors_at > times.starts_at:
        reader.refuse(Column.DOORS_AT, "doors_after_start")
    if not times.starts_at < times.ends_at <= times.starts_at + _LONGEST:
        reader.refuse(Column.ENDS_AT, "ends_before_start", days=_LONGEST.days)
    if not times.sales_open_at < times.sales_close_at:
        reader.refuse(Column.SALES_OPEN_AT, "sales_open_after_close")
    if times.sales_close_at > times.ends_at:
        reader.refuse(Column.SALES_CLOSE_AT, "sales_close_after_end")


def _access(reader: RowReader) -> Access:
    return Access(
        step_free=bool(reader.read(Column.STEP_FREE, cells.yes_no)),
        captioned=bool(reader.read(Column.CAPTIONED, cells.yes_no)),
        relaxed=bool(reader.read(Column.RELAXED, cells.yes_no)),
        surtitles=reader.read(Column.SURTITLES, cells.languages) or (),
    )


def _check_stored(
    reader: RowReader,
    stored: Performance,
    facts: HallFacts,
    event: Event | None,
    plan: SeatingPlan | None,
    capacity: int | None,
) -> None:
    """Places of a known performance may be sold, so a sheet cannot take them away."""
    if event is not None and stored.event_id != event.id:
        reader.refuse(Column.EVENT, "event_changed")
    if stored.hall_id != facts.hall.id:
        reader.refuse(Column.HALL, "hall_changed")
    elif (stored.plan_id is None) != (plan is None):
        reader.refuse(Column.CAPACITY, "seating_changed")
    elif capacity is not None and capacity < stored.capacity:
        reader.refuse(Column.CAPACITY, "capacity_shrinks", stored=stored.capacity)
