"""Whatever a clerk does with a drawer, it should hold what the journal says, and every count tells the difference."""

from __future__ import annotations

import asyncio
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.codes import Keyring
from domain.errors import Rejected
from domain.payments.drawer import CloseDrawer, OpenDrawer, PayOut, SignForDrawer
from domain.ports import Tx
from domain.ticketing.window_model import WindowRules
from domain.ticketing.window_paying import GiveComplimentary, TakeCard, TakeCash
from storage.database import open_database
from storage.unit_of_work import UnitOfWork
from tests.support.clock import FakeClock
from tests.support.house import SmallHouse, small_house
from tests.support.invariants import check_invariants
from tests.support.selling import PRICE
from tests.support.window import clerk_at, holds_at_window

MOST_PRESENTS = WindowRules().complimentary_most
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("cash"), st.integers(1, 3)),
        st.tuples(st.just("card"), st.integers(1, 3)),
        st.tuples(st.just("present"), st.just(1)),
        st.tuples(st.just("pay out"), st.integers(0, 20_000)),
        st.tuples(st.just("close"), st.integers(-500, 500)),
    ),
    min_size=1,
    max_size=8,
)


class Till:
    """The drawer as a clerk would keep it on a slip of paper."""

    def __init__(self, opening: int) -> None:
        self.lies_in_it = opening
        self.presents = 0
        self.closed: dict[int, tuple[int, int]] = {}  # drawer → what was due, what was counted


async def work_through(uow: UnitOfWork, opening: int, steps: list[tuple[str, int]]) -> None:
    house = await uow.write(small_house)
    clerk, other = await clerk_at(uow, house, float_minor=opening), await clerk_at(uow, house, float_minor=None)
    till, place = Till(opening), 1
    for number, (what, how_much) in enumerate(steps):
        places = range(place, place + how_much) if what in ("cash", "card", "present") else range(0)
        place += len(places)
        impossible = (
            (what == "pay out" and not 0 < how_much <= till.lies_in_it)
            or (what == "close" and till.lies_in_it + how_much < 0)
            or (what == "present" and till.presents == MOST_PRESENTS)
        )
        step = _do(uow, house, clerk, other, till, what, how_much, list(places), number)
        if impossible:
            with pytest.raises(Rejected):
                await step
        else:
            await step
    assert await uow.read(lambda tx: _closed(tx, list(till.closed))) == till.closed
    await check_invariants(uow)


async def _do(
    uow: UnitOfWork,
    house: SmallHouse,
    clerk: int,
    other: int,
    till: Till,
    what: str,
    how_much: int,
    places: list[int],
    number: int,
) -> None:
    if what == "pay out":
        await uow.write(PayOut(clerk, how_much, "paper"))
        till.lies_in_it -= how_much
    elif what == "close":
        counted = till.lies_in_it + how_much
        drawer_id = await uow.write(CloseDrawer(clerk, counted))
        till.closed[drawer_id] = (till.lies_in_it, counted)
        await uow.write(SignForDrawer(other, drawer_id))
        await uow.write(OpenDrawer(clerk, house.venue_id, counted))
        till.lies_in_it = counted
    else:
        order_id = await holds_at_window(uow, house, clerk, *places)
        if what == "cash":
            await uow.write(TakeCash(clerk, order_id, 10**6))
            till.lies_in_it += PRICE.minor * how_much
        elif what == "card":
            await uow.write(TakeCard(clerk, order_id, str(number)))
        else:
            await uow.write(GiveComplimentary(clerk, order_id, "press"))
            till.presents += 1


def _closed(tx: Tx, drawer_ids: list[int]) -> dict[int, tuple[int, int]]:
    found = {}
    for drawer_id in drawer_ids:
        drawer = tx.drawers.drawer(drawer_id)
        assert drawer is not None
        assert drawer.expected is not None
        assert drawer.counted is not None
        found[drawer_id] = (drawer.expected.minor, drawer.counted.minor)
    return found


@pytest.mark.parametrize(
    ("kind", "examples"), [("sqlite", 10), pytest.param("postgresql", 5, marks=pytest.mark.postgres)]
)
def test_a_drawer_holds_what_the_journal_says(
    kind: str, examples: int, request: pytest.FixtureRequest, tmp_path: Any
) -> None:
    template = request.getfixturevalue("sqlite_template" if kind == "sqlite" else "postgres_template")

    @settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )
    @given(opening=st.integers(0, 50_000), steps=STEPS)
    def each(opening: int, steps: list[tuple[str, int]]) -> None:
        url = template.fresh(Path(mkdtemp(dir=tmp_path))) if kind == "sqlite" else template.fresh()

        async def run() -> None:
            database = open_database(url, pool_size=2)
            try:
                keyring = Keyring({"k": b"a secret of the tests, of no use elsewhere"})
                await work_through(UnitOfWork(database, FakeClock(), keyring), opening, steps)
            finally:
                await database.dispose()

        asyncio.run(run())

    each()
