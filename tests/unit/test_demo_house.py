"""The demo's documents go through the same checks as an office's, and show what the demo promises."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest

from bot.demo.house import DemoHouse, demo_documents
from domain.programme.catalogue import Catalogue, HallFacts
from domain.programme.house_file import HouseDraft, parse_house
from domain.programme.model import SeatKind
from domain.programme.plan_file import parse_plan
from domain.programme.programme_file import ProgrammeDraft, parse_programme

TODAY = date(2026, 12, 1)


@pytest.fixture(scope="module")
def documents() -> DemoHouse:
    return demo_documents(TODAY)


@pytest.fixture(scope="module")
def house(documents: DemoHouse) -> HouseDraft:
    return parse_house(documents.house)


def read_programme(documents: DemoHouse, house: HouseDraft) -> ProgrammeDraft:
    numbers = count(1)
    plans = {hall: parse_plan(plan) for hall, plan in documents.plans.items()}
    halls = {
        draft.hall.key: HallFacts(replace(draft.hall, id=next(numbers)), venue.venue, plans.get(draft.hall.key))
        for venue in house.venues
        for draft in venue.halls
    }
    concessions = [replace(concession, id=next(numbers)) for concession in house.concessions]
    return parse_programme(documents.programme_rows, Catalogue(halls, concessions, {}, {}, {}))


def test_the_programme_is_what_the_demo_promises(documents: DemoHouse, house: HouseDraft) -> None:
    draft = read_programme(documents, house)
    assert len(draft.events) >= 12
    assert len({event.kind for event in draft.events}) >= 8
    assert len(draft.performances) >= 30
    for event in draft.events:
        for text in (event.title, event.summary, event.description):
            assert set(text) == {"zh_Hans", "en"}
    shown = [one.performance for one in draft.performances]
    now = datetime(2026, 12, 1, 1, tzinfo=UTC)
    assert any(performance.sale_state(now) == "before" for performance in shown)
    assert any(all(price.amount.minor == 0 for price in performance.prices) for performance in shown)
    assert any(performance.timed_entry and performance.plan_id is None for performance in shown)
    assert all(performance.starts_at < now + timedelta(days=40) for performance in shown)
    assert {block.reason.value for one in draft.performances for block in one.blocks} >= {"house", "technical"}


def test_one_is_sold_out_and_one_nearly(documents: DemoHouse) -> None:
    keys = {row.cells["performance"] for row in documents.programme_rows}
    assert set(documents.fill) <= keys
    assert 1.0 in documents.fill.values()
    assert any(0.9 < part < 1 for part in documents.fill.values())


def test_the_concert_hall_is_real_enough_to_sell(documents: DemoHouse, house: HouseDraft) -> None:
    plan = parse_plan(documents.plans["concert-hall"])
    assert len(plan.seats) >= 1_200
    assert len(plan.zones) == 4
    kinds = Counter(seat.kind for seat in plan.seats)
    assert kinds[SeatKind.WHEELCHAIR] == kinds[SeatKind.COMPANION] == 6
    assert kinds[SeatKind.RESTRICTED] >= 20
    assert {"Stage", "Door"} <= {word for area in plan.areas for word in area.text.split()}
    assert 140 <= len(parse_plan(documents.plans["studio"]).seats) <= 160
    gates = {zone for venue in house.venues for hall in venue.halls for zone, _ in hall.gates}
    assert gates - {"*"} <= set(plan.zones), "gates name zones that there are"


def test_every_zone_has_a_name_in_each_language(documents: DemoHouse, house: HouseDraft) -> None:
    halls = {draft.hall.key: draft.hall for venue in house.venues for draft in venue.halls}
    for key, plan in documents.plans.items():
        assert {zone for zone, _ in halls[key].zones} == set(parse_plan(plan).zones)
        assert all(set(name) == {"zh_Hans", "en"} for _, name in halls[key].zones)
    assert halls["concert-hall"].zone_name("池座 Stalls").texts == (("zh_Hans", "池座"), ("en", "Stalls"))


@pytest.mark.parametrize("today", [date(2026, 2, 28), date(2027, 12, 31), date(2028, 2, 29)])
def test_it_can_be_set_up_on_any_day(today: date, house: HouseDraft) -> None:
    documents = demo_documents(today)
    assert read_programme(documents, house).performances[0].performance.starts_at.year in (today.year, today.year + 1)
    assert demo_documents(today) == documents
