"""A small programme in two languages, to find one's way in: a concert, an opera not yet on sale, an exhibition."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from domain.money import Money
from domain.ports import Tx
from domain.programme.model import (
    Access,
    Concession,
    Event,
    EventKind,
    Hall,
    LatecomersPolicy,
    Organisation,
    Performance,
    Price,
    RunState,
    Venue,
)
from domain.text import LocalText
from domain.ticketing.model import BlockReason
from domain.ticketing.watching import block_places

SLOTS = 16


@dataclass(frozen=True, slots=True)
class Playbill:
    venue_id: int
    concert_id: int
    opera_id: int
    exhibition_id: int
    concert_performance_id: int
    opera_performance_id: int


def text(en: str, zh: str) -> LocalText:
    return LocalText.of(en=en, zh_Hans=zh)


def playbill(tx: Tx) -> Playbill:
    """The concert is tomorrow and the day after, 3 places left tomorrow; the opera in ten days; the exhibition
    opens its doors every half hour from now on."""
    programme = tx.programme
    programme.put_organisation(Organisation(text("The Foyer", "艺厅")))
    address = text("1 River Road", "滨江路 1 号")
    venue = Venue(0, "riverside", text("Riverside", "江畔"), address, "Asia/Shanghai", "CNY")
    venue_id = programme.put_venue(venue)
    hall_id = programme.put_hall(Hall(0, venue_id, "hall", text("Grand Hall", "大厅")))
    concession_id = programme.put_concession(Concession(0, "full", text("Full price", "全价")), 1)
    concert = programme.put_event(
        Event(
            0,
            "new-world",
            EventKind.CONCERT,
            text("From the New World", "自新大陆"),
            text("Dvořák's ninth.", "德沃夏克第九交响曲。"),
            text("A symphony and a farewell.", "一部交响曲，一次告别。"),
            100,
            6,
            "",
        )
    )
    opera = programme.put_event(
        Event(0, "aida", EventKind.OPERA, text("Aida", "阿依达"), LocalText(), LocalText(), 180, 0, "it")
    )
    exhibition = programme.put_event(
        Event(0, "ink", EventKind.EXHIBITION, text("Ink and Water", "水墨"), LocalText(), LocalText(), 60, 0, "")
    )
    base = Performance(
        id=0,
        key="new-world-1",
        event_id=concert,
        venue_id=venue_id,
        hall_id=hall_id,
        plan_id=None,
        capacity=60,
        starts_at=tx.now + timedelta(days=1),
        doors_at=tx.now + timedelta(hours=23),
        ends_at=tx.now + timedelta(hours=26),
        sales_open_at=tx.now - timedelta(days=30),
        sales_close_at=tx.now + timedelta(hours=24),
        run_state=RunState.SCHEDULED,
        revision=1,
        access=Access(step_free=True),
        latecomers=LatecomersPolicy.AT_BREAK,
        purchase_limit=3,
    )
    price = Price("", concession_id, Money(12000, "CNY"), 600)

    def add(performance: Performance) -> int:
        performance_id = programme.put_performance(performance)
        programme.put_prices(performance_id, [price])
        return performance_id

    first = add(base)
    block_places(tx, first, range(1, 58), BlockReason.PROMOTER)
    add(replace(moved(base, timedelta(days=1)), key="new-world-2", capacity=500))
    later = moved(base, timedelta(days=9))
    waiting = add(
        replace(
            later,
            key="aida-1",
            event_id=opera,
            sales_open_at=tx.now + timedelta(days=1),
            access=Access(surtitles=("zh-Hans", "en")),
        )
    )
    for slot in range(SLOTS):
        begins = moved(base, timedelta(minutes=30 * slot) - timedelta(hours=23))
        add(replace(begins, key=f"ink-{slot}", event_id=exhibition, capacity=40, timed_entry=True))
    return Playbill(venue_id, concert, opera, exhibition, first, waiting)


def moved(performance: Performance, by: timedelta) -> Performance:
    return replace(
        performance,
        starts_at=performance.starts_at + by,
        doors_at=performance.doors_at + by,
        ends_at=performance.ends_at + by,
        sales_close_at=performance.sales_close_at + by,
    )
