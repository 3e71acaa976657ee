"""Many want what few can have. Each race names its defence, and fails when that is taken out of the production path."""

from __future__ import annotations

import asyncio
from collections import Counter
from functools import partial
from typing import Any

import pytest
from sqlalchemy import ColumnElement, or_
from sqlalchemy.dialects import postgresql, sqlite

from domain.errors import SeatTaken
from domain.ports import Tx
from domain.ticketing.holding import LetGo
from domain.ticketing.model import Order
from storage.repositories import claims
from storage.tables.ticketing import claim
from storage.unit_of_work import UnitOfWork
from tests.races.buyers import Rush, in_processes
from tests.races.defences import without_constraint
from tests.support.house import SmallHouse, small_house
from tests.support.invariants import check_invariants, violations
from tests.support.selling import hold, people, seated_house

BUYERS, SEATS = 500, 50
RIVALS, ROUNDS = 20, 200

sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
postgresql_only = pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)


async def rush_at(house: SmallHouse, uow: UnitOfWork, url: str, without: str = "") -> Counter[str]:
    buyer_ids = await people(uow, BUYERS)
    halves = (buyer_ids[::2], buyer_ids[1::2])
    return await in_processes(*(Rush(url, house.performance_id, house.concession_id, half, without) for half in halves))


async def wrong_with(outcomes: Counter[str], uow: UnitOfWork, house: SmallHouse) -> list[str]:
    """What is not as it must be after the rush."""
    wrong = [f"nobody may see {outcome}" for outcome in outcomes if outcome not in ("sold", "not_enough_together")]
    if outcomes["sold"] != SEATS:
        wrong.append(f"{outcomes['sold']} sold")
    return wrong + await violations(uow)


@pytest.mark.parametrize("seated", [False, True], ids=["places", "seats"])
async def test_500_buyers_for_50_seats_in_two_processes(uow: UnitOfWork, database_url: str, seated: bool) -> None:
    """Defences: BEGIN IMMEDIATE on SQLite, the claim's primary key on PostgreSQL."""
    house = await uow.write(seated_house if seated else small_house)
    outcomes = await rush_at(house, uow, database_url)
    assert not await wrong_with(outcomes, uow, house)
    assert outcomes == {"sold": SEATS, "not_enough_together": BUYERS - SEATS}


@sqlite_only
async def test_without_begin_immediate_buyers_meet_a_locked_database(uow: UnitOfWork, database_url: str) -> None:
    house = await uow.write(small_house)
    outcomes = await rush_at(house, uow, database_url, without="begin immediate")
    wrong = await wrong_with(outcomes, uow, house)
    assert any(fault.startswith("nobody may see") and "database is locked" in fault for fault in wrong), wrong


@postgresql_only
async def test_without_the_claims_key_places_are_sold_twice(uow: UnitOfWork, database_url: str) -> None:
    house = await uow.write(small_house)
    async with without_constraint(uow, claim.primary_key):
        outcomes = await rush_at(house, uow, database_url, without="claim key")
        wrong = await wrong_with(outcomes, uow, house)
    assert any(fault.startswith("a place has one claim:") for fault in wrong), wrong


async def one_seat(uow: UnitOfWork, house: SmallHouse, rivals: list[int]) -> list[int]:
    """All of them want place 1 at once; gives the orders that got it."""
    wishes = (uow.write(hold(house, rival, 1)) for rival in rivals)
    outcomes = await asyncio.gather(*wishes, return_exceptions=True)
    assert all(isinstance(outcome, int | SeatTaken) for outcome in outcomes), outcomes
    return [outcome for outcome in outcomes if isinstance(outcome, int)]


def order_of(order_id: int, tx: Tx) -> Order:
    order = tx.ticketing.order(order_id)
    assert order is not None
    return order


async def test_one_seat_20_buyers_200_rounds(uow: UnitOfWork) -> None:
    """Defence: the claim's conflict clause takes over what has expired, and nothing else."""
    house = await uow.write(small_house)
    rivals = await people(uow, RIVALS)
    winners = Counter[int]()
    for round in range(ROUNDS):
        start = round % RIVALS
        won = await one_seat(uow, house, rivals[start:] + rivals[:start])
        assert len(won) == 1, f"round {round}: {len(won)} winners"
        order = await uow.read(partial(order_of, won[0]))
        winners[order.buyer_id] += 1
        await uow.write(LetGo(order.buyer_id, order.id))
    assert len(winners) > 1
    await check_invariants(uow)


async def test_without_the_conflict_clauses_condition_everybody_wins(
    uow: UnitOfWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    json, array = claims._JSON_PLACES, claims._ARRAY_PLACES
    taking_over = {
        "sqlite": claims._claim(_taking_over(sqlite), json, json.c.value),
        "postgresql": claims._claim(_taking_over(postgresql), array, array.c.place),
    }
    monkeypatch.setattr(claims, "_CLAIM", taking_over)
    house = await uow.write(small_house)
    won = await one_seat(uow, house, await people(uow, RIVALS))
    assert len(won) > 1


def _taking_over(dialect: Any) -> type:
    class TakingOver(dialect.Insert):  # type: ignore[misc]
        """The conflict clause without its condition: what lives is taken over too."""

        inherit_cache = False

        def on_conflict_do_update(self, *, where: ColumnElement[bool], **clause: Any) -> Any:
            return super().on_conflict_do_update(where=or_(where, claims._LIVE), **clause)

    return TakingOver
