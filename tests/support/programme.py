"""Made-up events and performances for the tests of views."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

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
from domain.text import LocalText

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
BIG = 9_999_999_999

VENUE = Venue(
    id=1,
    key="riverside",
    name=LocalText.of(en="Riverside Centre", zh_Hans="江畔艺术中心"),
    address=LocalText.of(en="1 River Road", zh_Hans="滨江路 1 号"),
    timezone="Asia/Shanghai",
    currency="CNY",
)
HALL = Hall(id=1, venue_id=1, key="grand", name=LocalText.of(en="Grand Hall", zh_Hans="大厅"))
EVENT = Event(
    id=7,
    key="new-world",
    kind=EventKind.CONCERT,
    title=LocalText.of(en="From the New World", zh_Hans="自新大陆"),
    summary=LocalText.of(en="Dvořák's ninth, and a trumpet.", zh_Hans="德沃夏克第九，外加一支小号。"),
    description=LocalText.of(en="An evening of songs without words.", zh_Hans="一个无言歌之夜。"),
    duration_minutes=110,
    age_from=6,
    spoken_language="",
)
PERFORMANCE = Performance(
    id=11,
    key="new-world-1",
    event_id=7,
    venue_id=1,
    hall_id=1,
    plan_id=1,
    capacity=1200,
    starts_at=NOW + timedelta(days=3, hours=2, minutes=30),
    doors_at=NOW + timedelta(days=3, hours=2),
    ends_at=NOW + timedelta(days=3, hours=4, minutes=30),
    sales_open_at=NOW - timedelta(days=10),
    sales_close_at=NOW + timedelta(days=3),
    run_state=RunState.SCHEDULED,
    revision=1,
    access=Access(step_free=True, surtitles=("zh-Hans", "en")),
    latecomers=LatecomersPolicy.AT_BREAK,
    purchase_limit=8,
    prices=(
        Price("A", 1, Money(68000, "CNY"), 600),
        Price("B", 1, Money(8000, "CNY"), 600),
        Price("B", 2, Money(0, "CNY"), 600),
    ),
)


def local(text: str) -> LocalText:
    return LocalText.of(en=text, zh_Hans=text)


def hostile_event(text: str) -> Event:
    """All of its texts are this one."""
    title = local(text)
    return replace(EVENT, id=BIG, title=title, summary=title, description=title, spoken_language="zxx-Qaaa")


def performance(**change: Any) -> Performance:
    return replace(PERFORMANCE, **change)
