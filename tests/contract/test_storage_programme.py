"""House, plans and programme in storage: what goes in comes out, twice in is once in."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from domain.errors import BadInput
from domain.money import Money
from domain.ports import Tx
from domain.programme.house_file import parse_house
from domain.programme.model import Access, EventKind, Price, RunState
from domain.programme.plan_file import parse_plan
from domain.programme.ports import PerformanceFilter
from domain.programme.usecases import ImportHouse, ImportPlan
from domain.text import LocalText
from storage.database import Database
from storage.tables.records import audit_entry
from storage.unit_of_work import UnitOfWork
from tests.support.house import SmallHouse, small_house
from tests.unit.test_plan_file import document


def house_document() -> dict[str, Any]:
    text = {"zh_Hans": "字", "en": "Text"}
    gates = [{"key": key, "name": text, "directions": text, "step_free": text} for key in ("north", "south")]
    zones = [{"key": "Stalls", "name": {"zh_Hans": "池座", "en": "Stalls"}}]
    hall = {"key": "hall", "name": text, "gates": {"*": "north", "Stalls": "south"}, "zone": zones}
    venue = {"key": "venue", "name": text, "address": text, "timezone": "Asia/Shanghai", "currency": "CNY"}
    document = {
        "organisation": {"name": text},
        "concession": [{"key": "full", "name": text}, {"key": "student", "name": text, "proof": text}],
        "venue": [{**venue, "gate": gates, "hall": [hall]}],
    }
    return without_sharing(document)


def without_sharing(document: dict[str, Any]) -> dict[str, Any]:
    """With no dictionary in two places."""
    copied: dict[str, Any] = json.loads(json.dumps(document))
    return copied


async def audit_rows(database: Database) -> int:
    return await database.read(lambda c: c.execute(select(func.count()).select_from(audit_entry)).scalar_one())


async def test_a_house_comes_out_as_it_went_in(uow: UnitOfWork) -> None:
    tally = await uow.write(ImportHouse(parse_house(house_document())))
    assert tally == {"new": 7, "changed": 0, "same": 0}

    def look(tx: Tx) -> None:
        hall = tx.programme.hall_by_key("hall")
        assert hall is not None
        venue = tx.programme.venue(hall.venue_id)
        assert venue is not None
        assert (venue.timezone, venue.currency, venue.name["zh_Hans"]) == ("Asia/Shanghai", "CNY", "字")
        gates = {gate.id: gate.key for gate in tx.programme.gates(venue.id)}
        assert gates[hall.gate_of("Stalls") or 0] == "south"
        assert gates[hall.gate_of("Balcony") or 0] == "north"
        assert hall.zone_name("Stalls") == LocalText.of(zh_Hans="池座", en="Stalls")
        assert not hall.zone_name("Balcony")
        assert hall in tx.programme.halls()
        assert [c.key for c in tx.programme.concessions()] == ["full", "student"]
        assert [c.needs_proof for c in tx.programme.concessions()] == [False, True]
        organisation = tx.programme.organisation()
        assert organisation is not None
        assert organisation.name["en"] == "Text"

    await uow.read(look)


async def test_a_house_that_is_there_is_left_alone_and_a_change_is_one_change(
    uow: UnitOfWork, database: Database
) -> None:
    await uow.write(ImportHouse(parse_house(house_document())))
    before = await audit_rows(database)
    assert await uow.write(ImportHouse(parse_house(house_document()))) == {"new": 0, "changed": 0, "same": 7}
    assert await audit_rows(database) == before
    changed = house_document()
    changed["venue"][0]["gate"][1]["directions"]["en"] = "Round the corner"
    changed["concession"].reverse()
    changed["venue"][0]["hall"][0]["gates"] = {"*": "south"}
    tally = await uow.write(ImportHouse(parse_house(changed)))
    assert (tally["new"], tally["changed"]) == (0, 2)
    assert [c.key for c in await uow.read(lambda tx: tx.programme.concessions())] == ["student", "full"]


async def test_a_zone_gets_another_name(uow: UnitOfWork) -> None:
    await uow.write(ImportHouse(parse_house(house_document())))
    changed = house_document()
    changed["venue"][0]["hall"][0]["zone"][0]["name"]["en"] = "Parterre"
    assert await uow.write(ImportHouse(parse_house(changed))) == {"new": 0, "changed": 1, "same": 6}
    hall = await uow.read(lambda tx: tx.programme.hall_by_key("hall"))
    assert hall is not None
    assert hall.zone_name("Stalls")["en"] == "Parterre"


async def test_a_plan_tells_which_of_its_zones_nobody_has_named(uow: UnitOfWork) -> None:
    plan = document()
    plan["zones"][0]["name"] = "Balcony"
    named = house_document()
    bare = without_sharing(named)
    del bare["venue"][0]["hall"][0]["zone"]
    for house, unnamed in ((named, ["Balcony"]), (bare, [])):
        await uow.write(ImportHouse(parse_house(house)))
        outcome = await uow.write(ImportPlan("hall", parse_plan(plan)))
        assert [zone for zone in outcome["unnamed"] if zone == "Balcony"] == unnamed


@pytest.mark.parametrize(
    ("zones", "path", "reason"),
    [
        ([{"key": "A", "name": {"en": "x"}}, {"key": "A", "name": {"en": "y"}}], "venue[0].hall[0].zone", "double_key"),
        (
            [{"key": "A", "name": {"en": "x"}}, {"key": "B", "name": {"en": "x"}}],
            "venue[0].hall[0].zone",
            "double_zone",
        ),
        ([{"key": "A", "name": {}}], "venue[0].hall[0].zone[0].name", "empty"),
        ([{"key": "A"}], "venue[0].hall[0].zone[0].name", "missing"),
        ([{"name": {"en": "x"}}], "venue[0].hall[0].zone[0].key", "missing"),
        ([{"key": "A", "name": {"english": "x"}}], "venue[0].hall[0].zone[0].name.english", "bad_locale"),
        ({}, "venue[0].hall[0].zone", "wrong_type"),
    ],
)
def test_faulty_names_of_zones_are_refused_with_their_path(zones: Any, path: str, reason: str) -> None:
    house = house_document()
    house["venue"][0]["hall"][0]["zone"] = zones
    with pytest.raises(BadInput) as refused:
        parse_house(house)
    assert (refused.value.params["path"], refused.value.reason) == (path, reason)


async def test_a_plan_is_a_version_and_the_same_plan_the_same_version(uow: UnitOfWork) -> None:
    await uow.write(ImportHouse(parse_house(house_document())))
    first = await uow.write(ImportPlan("hall", parse_plan(document())))
    again = await uow.write(ImportPlan("hall", parse_plan(document())))
    assert (first["new"], again["new"], first["plan_id"]) == (True, False, again["plan_id"])
    other = document()
    other["zones"][0]["rows"].pop()
    second = await uow.write(ImportPlan("hall", parse_plan(other)))
    assert second["plan_id"] != first["plan_id"]

    def look(tx: Tx) -> None:
        old, new = tx.programme.plan(first["plan_id"]), tx.programme.plan(second["plan_id"])
        assert old is not None
        assert new is not None
        assert (old.version, new.version, len(old.seats), len(new.seats)) == (1, 2, 12, 8)
        assert old.seats == parse_plan(document()).seats
        assert tx.programme.plan(first["plan_id"]) is old, "decoded once"
        assert tx.programme.newest_plan(old.hall_id) is new
        assert tx.programme.plan(10**9) is None

    await uow.read(look)


async def test_a_plan_for_an_unknown_hall_is_refused_with_the_known_ones(uow: UnitOfWork) -> None:
    await uow.write(ImportHouse(parse_house(house_document())))
    with pytest.raises(BadInput) as refused:
        await uow.write(ImportPlan("cellar", parse_plan(document())))
    assert refused.value.params["known"] == "hall"


async def test_a_plan_that_was_rolled_back_leaves_nothing_in_memory(uow: UnitOfWork) -> None:
    await uow.write(ImportHouse(parse_house(house_document())))
    small = document()
    small["zones"][0]["rows"].pop()

    def add_and_fail(tx: Tx) -> None:
        outcome = ImportPlan("hall", parse_plan(small))(tx)
        plan = tx.programme.plan(outcome["plan_id"])
        assert plan is not None
        assert len(plan.seats) == 8
        raise BadInput("on purpose")

    with pytest.raises(BadInput):
        await uow.write(add_and_fail)
    outcome = await uow.write(ImportPlan("hall", parse_plan(document())))
    plan = await uow.read(lambda tx: tx.programme.plan(outcome["plan_id"]))
    assert plan is not None
    assert len(plan.seats) == 12, "the id may have been given out again, the content was not"


@pytest.fixture
async def house(uow: UnitOfWork) -> SmallHouse:
    return await uow.write(small_house)


async def change_event(uow: UnitOfWork, house: SmallHouse, **changes: Any) -> None:
    def work(tx: Tx) -> None:
        performance = tx.programme.performance(house.performance_id)
        assert performance is not None
        event = tx.programme.event(performance.event_id)
        assert event is not None
        tx.programme.put_event(replace(event, **changes))

    await uow.write(work)


async def found(uow: UnitOfWork, **wanted: Any) -> int:
    return len(await uow.read(lambda tx: tx.programme.performances(PerformanceFilter(**wanted), limit=10)))


async def test_events_are_found_by_words_in_any_language_however_they_are_spelled(
    uow: UnitOfWork, house: SmallHouse
) -> None:
    title = LocalText.of(zh_Hans="德沃夏克：自新大陆", en="Dvořák 100%")
    await change_event(uow, house, title=title, summary=LocalText.of(en="With the Ａ orchestra"))
    for text in ("dvorak", "DVOŘÁK", "新大陆", "100%", "orchestra dvorak", "a orch", ""):
        assert await found(uow, text=text) == 1, text
    for text in ("1%0", "d_orak", "smetana", "dvorak smetana", "\\", "'"):
        assert await found(uow, text=text) == 0, text


async def test_performances_are_filtered_by_every_fact(uow: UnitOfWork, house: SmallHouse) -> None:
    await change_event(uow, house, spoken_language="de")

    def make_accessible(tx: Tx) -> None:
        performance = tx.programme.performance(house.performance_id)
        assert performance is not None
        access = Access(step_free=True, surtitles=("zh-Hans", "en"))
        tx.programme.put_performance(replace(performance, access=access))

    await uow.write(make_accessible)
    shown = await uow.read(lambda tx: tx.programme.performance(house.performance_id))
    assert shown is not None
    assert shown.access.surtitles == ("zh-Hans", "en")
    for language, count in {"de": 1, "zh": 1, "en": 1, "fr": 0, "z": 0, "n": 0}.items():
        assert await found(uow, language=language) == count, language
    assert await found(uow, step_free=True) == 1
    assert await found(uow, captioned=True) == 0
    assert await found(uow, relaxed=True) == 0
    assert await found(uow, kind=EventKind.CONCERT) == 1
    assert await found(uow, kind=EventKind.OPERA) == 0
    assert await found(uow, venue_id=house.venue_id) == 1
    assert await found(uow, venue_id=house.venue_id + 1) == 0
    assert await found(uow, starts_from=shown.starts_at, starts_before=shown.starts_at + timedelta(1)) == 1
    assert await found(uow, starts_before=shown.starts_at) == 0
    assert await found(uow, ends_after=shown.ends_at) == 0
    await uow.write(lambda tx: tx.programme.set_run_state(shown.id, RunState.CANCELLED, tx.now))
    assert await found(uow) == 0
    assert await found(uow, with_cancelled=True) == 1


async def test_prices_keep_their_order_and_are_replaced_as_a_whole(uow: UnitOfWork, house: SmallHouse) -> None:
    prices = [Price(name, house.concession_id, Money(100, "EUR"), 700) for name in ("Z", "A", "M")]

    def replace_prices(tx: Tx) -> None:
        tx.programme.put_prices(house.performance_id, prices)

    await uow.write(replace_prices)
    shown = await uow.read(lambda tx: tx.programme.performance(house.performance_id))
    assert shown is not None
    assert [price.category for price in shown.prices] == ["Z", "A", "M"]
