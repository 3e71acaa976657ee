"""What the benchmark holds Foyer's sale against is the same sale: statement by statement."""

from __future__ import annotations

from tests.benchmarks.bench_orders import Shop, assert_same_statements
from tests.benchmarks.house import build_house
from tests.benchmarks.measuring import opened_url

#: A statement costs more on our side of the wire than in the database: see docs/performance.md.
MOST = 23


async def test_the_bare_sale_runs_the_same_statements_and_they_are_few(database_url: str) -> None:
    async with opened_url(database_url) as bench:
        shop = Shop(bench, await bench.uow.write(build_house))
        (first,) = await shop.purchases(1)
        await shop.buy(first)  # reads the plan, which is then known
        assert await assert_same_statements(shop) <= MOST
