"""What a house shows: events, performances, prices. What it has is in ``house``, how its plans change in
``plan_moves``."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Text, bindparam, cast, delete, func, insert, or_, select, update

from domain.money import Money
from domain.programme.model import (
    Access,
    Event,
    EventKind,
    Hall,
    LatecomersPolicy,
    Performance,
    Price,
    RunState,
    Venue,
)
from domain.programme.ports import PerformanceFilter
from domain.programme.returns import Resale, ReturnPolicy
from domain.programme.search import search_text, search_words
from domain.text import LocalText
from storage.base import Part, labelled
from storage.repositories.house import PLAN_HEAD, by_id, put, venue_of
from storage.repositories.plan_moves import PlanMoves
from storage.tables.programme import event, performance, price, return_policy, seating_plan, venue

_EVENT = select(event).where(event.c.id == bindparam("id"))
_EVENT_BY_KEY = select(event).where(event.c.key == bindparam("key"))
_EVENTS = select(event).where(event.c.id.in_(bindparam("ids", expanding=True)))


def _with_prices(row_of: Callable[..., ColumnElement[Any]], all_of: Callable[..., ColumnElement[Any]]) -> Select[Any]:
    """Performances, their prices as one JSON text, and what identifies their plan: all that a sale looks up."""
    columns = (price.c.rank, price.c.category, price.c.concession_id)
    row = row_of(*columns, price.c.amount_minor, price.c.currency, price.c.tax_rate_bp)
    prices = select(cast(all_of(row), Text)).where(price.c.performance_id == performance.c.id).scalar_subquery()
    plan = (column.label(f"plan_{column.name}") for column in PLAN_HEAD)
    policy = (column.label(f"returns_{column.name}") for column in return_policy.c)
    joined = performance.outerjoin(seating_plan, seating_plan.c.id == performance.c.plan_id).outerjoin(
        return_policy, return_policy.c.key == performance.c.returns
    )
    return select(performance, *plan, *policy, prices.label("prices")).select_from(joined)


_SHOWN = {
    "sqlite": _with_prices(func.json_array, func.json_group_array),
    "postgresql": _with_prices(func.json_build_array, func.json_agg),
}
_PERFORMANCE = {name: rows.where(performance.c.id == bindparam("id")) for name, rows in _SHOWN.items()}
# FOR KEY SHARE, which sales share among them, and which the FOR UPDATE of a move to another plan waits for.
_PERFORMANCE_ON_SALE = {
    name: rows.with_for_update(of=performance, read=True, key_share=True) for name, rows in _PERFORMANCE.items()
}
_PERFORMANCE_TO_MOVE = {name: rows.with_for_update(of=performance) for name, rows in _PERFORMANCE.items()}
_PERFORMANCE_BY_KEY = {name: rows.where(performance.c.key == bindparam("key")) for name, rows in _SHOWN.items()}
_PERFORMANCES = {
    name: rows.where(performance.c.id.in_(bindparam("ids", expanding=True))) for name, rows in _SHOWN.items()
}
_RETURN_POLICIES = select(return_policy).order_by(return_policy.c.key)
_RETURN_POLICY_GONE = delete(return_policy).where(return_policy.c.key == bindparam("_key"))
_PRICES_GONE = delete(price).where(price.c.performance_id == bindparam("_id"))
_CHANGE_EVENT, _CHANGE_PERFORMANCE = by_id(event), by_id(performance)
# Everything that stands beside a performance on a screen, its hall apart: that has a row for each gate.
_SHOWING = {
    name: rows.add_columns(*labelled(event, "of_event"), *labelled(venue, "of_venue"))
    .join(event, event.c.id == performance.c.event_id)
    .join(venue, venue.c.id == performance.c.venue_id)
    for name, rows in _PERFORMANCE.items()
}
_SET_RUN_STATE = (
    update(performance)
    .where(performance.c.id == bindparam("_id"))
    .values(run_state=bindparam("_state"), revision=performance.c.revision + 1)
)


class ProgrammeRepository(PlanMoves):
    """Implements ``domain.programme.ports.ProgrammeRepository`` over one connection; never commits."""

    def event(self, event_id: int) -> Event | None:
        row = self._connection.execute(_EVENT, {"id": event_id}).one_or_none()
        return _event(row) if row else None

    def showing(self, performance_id: int) -> tuple[Performance, Event, Venue, Hall] | None:
        row = self._connection.execute(_SHOWING[self._dialect], {"id": performance_id}).one_or_none()
        hall = self.hall(row.hall_id) if row else None
        if row is None or hall is None:
            return None
        return self._performance(row), _event(Part(row, "of_event")), venue_of(Part(row, "of_venue")), hall

    def event_by_key(self, key: str) -> Event | None:
        row = self._connection.execute(_EVENT_BY_KEY, {"key": key}).one_or_none()
        return _event(row) if row else None

    def events(self, event_ids: Collection[int]) -> Mapping[int, Event]:
        rows = self._connection.execute(_EVENTS, {"ids": list(event_ids)})
        return {row.id: _event(row) for row in rows}

    def put_event(self, value: Event) -> int:
        texts = (text for field in (value.title, value.summary, value.description) for text in field.values())
        values = {
            "key": value.key,
            "kind": value.kind.value,
            "title": dict(value.title),
            "summary": dict(value.summary),
            "description": dict(value.description),
            "duration_minutes": value.duration_minutes,
            "age_from": value.age_from,
            "spoken_language": value.spoken_language,
            "poster": value.poster,
            "search_text": search_text(texts),
        }
        return put(self._connection, event, _CHANGE_EVENT, value.id, values)

    def performance(self, performance_id: int) -> Performance | None:
        row = self._connection.execute(_PERFORMANCE[self._dialect], {"id": performance_id}).one_or_none()
        return self._performance(row) if row else None

    def performance_on_sale(self, performance_id: int) -> Performance | None:
        row = self._connection.execute(_PERFORMANCE_ON_SALE[self._dialect], {"id": performance_id}).one_or_none()
        return self._performance(row) if row else None

    def performance_to_move(self, performance_id: int) -> Performance | None:
        row = self._connection.execute(_PERFORMANCE_TO_MOVE[self._dialect], {"id": performance_id}).one_or_none()
        return self._performance(row) if row else None

    def performance_by_key(self, key: str) -> Performance | None:
        row = self._connection.execute(_PERFORMANCE_BY_KEY[self._dialect], {"key": key}).one_or_none()
        return self._performance(row) if row else None

    def performances_by_id(self, performance_ids: Collection[int]) -> Mapping[int, Performance]:
        rows = self._connection.execute(_PERFORMANCES[self._dialect], {"ids": list(performance_ids)})
        return {row.id: self._performance(row) for row in rows}

    def performances(self, wanted: PerformanceFilter, *, limit: int, offset: int = 0) -> Sequence[Performance]:
        query = _fitting(_SHOWN[self._dialect], wanted).order_by(performance.c.starts_at, performance.c.id)
        rows = self._connection.execute(query.limit(limit).offset(offset))
        return [self._performance(row) for row in rows]

    def next_of_each(self, wanted: PerformanceFilter, *, limit: int, offset: int = 0) -> Sequence[tuple[int, int]]:
        c = performance.c
        nth = func.row_number().over(partition_by=c.event_id, order_by=(c.starts_at, c.id)).label("nth")
        many = func.count().over(partition_by=c.event_id).label("many")
        fits = _fitting(select(c.id, c.starts_at, nth, many), wanted).subquery().c
        query = select(fits.id, fits.many).where(fits.nth == 1).order_by(fits.starts_at, fits.id)
        return [(row.id, row.many) for row in self._connection.execute(query.limit(limit).offset(offset))]

    def count_events(self, wanted: PerformanceFilter) -> Mapping[EventKind, int]:
        many = func.count(performance.c.event_id.distinct())
        query = _fitting(select(event.c.kind, many), wanted, with_event=True).group_by(event.c.kind)
        return {EventKind(kind): count for kind, count in self._connection.execute(query)}

    def starts(self, wanted: PerformanceFilter, *, limit: int) -> Sequence[tuple[datetime, int]]:
        c = performance.c
        query = _fitting(select(c.starts_at, c.venue_id).distinct(), wanted).order_by(c.starts_at, c.venue_id)
        return [(row.starts_at, row.venue_id) for row in self._connection.execute(query.limit(limit))]

    def languages(self, wanted: PerformanceFilter) -> Sequence[str]:
        tags = select(event.c.spoken_language, performance.c.surtitles).distinct()
        rows = self._connection.execute(_fitting(tags, wanted, with_event=True)).all()
        found = {tag for spoken, shown in rows for tag in (spoken, *shown.split(",")) if tag}
        return sorted({tag.split("-")[0].lower() for tag in found})

    def put_performance(self, value: Performance) -> int:
        return put(self._connection, performance, _CHANGE_PERFORMANCE, value.id, _performance_values(value))

    def return_policies(self) -> Sequence[ReturnPolicy]:
        return [_return_policy(row) for row in self._connection.execute(_RETURN_POLICIES)]

    def put_return_policy(self, value: ReturnPolicy) -> None:
        self._connection.execute(_RETURN_POLICY_GONE, {"_key": value.key})
        self._connection.execute(insert(return_policy), value.snapshot())

    def put_prices(self, performance_id: int, prices: Collection[Price]) -> None:
        self._connection.execute(_PRICES_GONE, {"_id": performance_id})
        rows = [
            {
                "performance_id": performance_id,
                "category": value.category,
                "concession_id": value.concession_id,
                "rank": rank,
                "amount_minor": value.amount.minor,
                "currency": value.amount.currency,
                "tax_rate_bp": value.tax_rate_bp,
            }
            for rank, value in enumerate(prices)
        ]
        if rows:
            self._connection.execute(insert(price), rows)

    def set_run_state(self, performance_id: int, state: RunState, since: datetime | None) -> None:
        self._connection.execute(_SET_RUN_STATE, {"_id": performance_id, "_state": state.value, "run_since": since})

    def _performance(self, row: Row[Any]) -> Performance:
        if row.plan_id is not None:
            self.keep_head(row.plan_id, (row.plan_hall_id, row.plan_version, row.plan_content_hash))
        return _performance(row)


def _fitting(query: Select[Any], wanted: PerformanceFilter, *, with_event: bool = False) -> Select[Any]:
    if with_event or wanted.kind or wanted.text or wanted.language:
        query = query.join_from(performance, event, event.c.id == performance.c.event_id)
    return query.where(*_conditions(wanted))


def _conditions(wanted: PerformanceFilter) -> list[ColumnElement[bool]]:
    c = performance.c
    found: list[ColumnElement[bool]] = []
    if not wanted.with_cancelled:
        found.append(c.run_state != RunState.CANCELLED.value)
    if wanted.starts_from is not None:
        found.append(c.starts_at >= wanted.starts_from)
    if wanted.starts_before is not None:
        found.append(c.starts_at < wanted.starts_before)
    if wanted.ends_after is not None:
        found.append(c.ends_at > wanted.ends_after)
    if wanted.event_id is not None:
        found.append(c.event_id == wanted.event_id)
    if wanted.venue_id is not None:
        found.append(c.venue_id == wanted.venue_id)
    if wanted.kind is not None:
        found.append(event.c.kind == wanted.kind.value)
    facts = {c.step_free: wanted.step_free, c.captioned: wanted.captioned, c.relaxed: wanted.relaxed}
    found += [column.is_(True) for column, asked in facts.items() if asked]
    found += [event.c.search_text.contains(word, autoescape=True) for word in search_words(wanted.text)]
    if wanted.language:
        found.append(_in_language(wanted.language))
    return found


def _in_language(language: str) -> ColumnElement[bool]:
    """Spoken or shown in it, whatever the region or script: "zh" finds zh-Hans."""
    spoken = event.c.spoken_language
    return or_(
        spoken == language,
        spoken.startswith(f"{language}-", autoescape=True),
        performance.c.surtitles.contains(f",{language},", autoescape=True),
        performance.c.surtitles.contains(f",{language}-", autoescape=True),
    )


def _performance_values(value: Performance) -> dict[str, Any]:
    return {
        "key": value.key,
        "event_id": value.event_id,
        "venue_id": value.venue_id,
        "hall_id": value.hall_id,
        "plan_id": value.plan_id,
        "capacity": value.capacity,
        "starts_at": value.starts_at,
        "doors_at": value.doors_at,
        "ends_at": value.ends_at,
        "sales_open_at": value.sales_open_at,
        "sales_close_at": value.sales_close_at,
        "run_state": value.run_state.value,
        "revision": value.revision,
        "step_free": value.access.step_free,
        "captioned": value.access.captioned,
        "relaxed": value.access.relaxed,
        "surtitles": "".join(f",{tag}" for tag in value.access.surtitles) + "," if value.access.surtitles else "",
        "latecomers": value.latecomers.value,
        "purchase_limit": value.purchase_limit,
        "timed_entry": value.timed_entry,
        "returns": value.returns,
    }


def _event(row: Row[Any] | Part) -> Event:
    return Event(
        id=row.id,
        key=row.key,
        kind=EventKind(row.kind),
        title=LocalText.of(row.title),
        summary=LocalText.of(row.summary),
        description=LocalText.of(row.description),
        duration_minutes=row.duration_minutes,
        age_from=row.age_from,
        spoken_language=row.spoken_language,
        poster=row.poster,
    )


def _return_policy(row: Row[Any], prefix: str = "") -> ReturnPolicy:
    values = {name: getattr(row, prefix + name) for name in return_policy.c.keys()}  # noqa: SIM118
    return ReturnPolicy(**{**values, "resale": Resale(values["resale"])})


@lru_cache(maxsize=1024)  # of the text alone, so it is right for every database
def _prices(text: str | None) -> tuple[Price, ...]:
    rows = sorted(json.loads(text or "[]"))
    return tuple(
        Price(category, concession_id, Money(minor, currency), tax_rate_bp)
        for _, category, concession_id, minor, currency, tax_rate_bp in rows
    )


def _performance(row: Row[Any]) -> Performance:
    return Performance(
        id=row.id,
        key=row.key,
        event_id=row.event_id,
        venue_id=row.venue_id,
        hall_id=row.hall_id,
        plan_id=row.plan_id,
        capacity=row.capacity,
        starts_at=row.starts_at,
        doors_at=row.doors_at,
        ends_at=row.ends_at,
        sales_open_at=row.sales_open_at,
        sales_close_at=row.sales_close_at,
        run_state=RunState(row.run_state),
        revision=row.revision,
        access=Access(row.step_free, row.captioned, row.relaxed, tuple(filter(None, row.surtitles.split(",")))),
        latecomers=LatecomersPolicy(row.latecomers),
        purchase_limit=row.purchase_limit,
        timed_entry=row.timed_entry,
        prices=_prices(row.prices),
        returns=row.returns,
        return_policy=_return_policy(row, "returns_") if row.returns_key is not None else ReturnPolicy(),
        run_since=row.run_since,
        latecomers_until=row.latecomers_until,
    )
