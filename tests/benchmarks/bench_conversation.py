"""A purchase as a conversation: fourteen steps through the webhook, eight visitors at a time, against bare aiogram.

The messenger and each bot have a process of their own. Steps per second are what the visitors see; the messenger's
and the visitors' own work is in them on both sides. What a step costs is the bot's own processor time, drawing
pictures and what the courier sends included: it tells the two bots apart better, and hardly depends on what else the
machine does.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import aiohttp

from tests.benchmarks.filling import fill
from tests.benchmarks.house import add_performance, build_house
from tests.benchmarks.measuring import KINDS, TITLES, Figure, crowd, fresh_url, opened_url, ratio, take_turns
from tests.benchmarks.processes import Running, bare_bot, foyer, messenger
from tests.benchmarks.visitor import STEPS, Visitor

FEW, MANY = 1_000, 100_000
VISITORS = 8
ROUNDS = 5
TOKENS = {"few": "7000000001:with-few-rows", "many": "7000000002:with-many-rows", "bare": "7000000003:bare-aiogram"}


@dataclass(slots=True)
class Side:
    """One of the bots, and what its rounds took."""

    name: str
    bot: Running
    messenger: str
    http: aiohttp.ClientSession
    visitors: count[int]
    costs: list[float]  # seconds of processor time a step

    async def rush(self) -> float:
        """Steps per second."""
        bot_id = int(TOKENS[self.name].partition(":")[0])
        crew = [Visitor(self.http, self.messenger, bot_id, next(self.visitors)) for _ in range(VISITORS)]
        for visitor in crew:
            await visitor.appear()
        before = self.bot.cpu()

        async def visit(number: int) -> None:
            for step in STEPS:
                await crew[number].does(step)

        seconds = await crowd(VISITORS, visit)
        await self._until_sent()
        steps = VISITORS * len(STEPS)
        self.costs.append((self.bot.cpu() - before) / steps)
        return steps / seconds

    async def _until_sent(self) -> None:
        """The courier has brought the tickets, so that their cost is counted."""
        while self.name != "bare":
            async with self.http.get(f"{self.bot.base}/metrics") as response:
                told = await response.text()
            if not any(f'state="{state}"' in told for state in ("due", "sending")):
                return
            await asyncio.sleep(0.1)


async def _measure(kind: str) -> list[Figure]:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="foyer-bench-")))
        http = await stack.enter_async_context(aiohttp.ClientSession())
        server = await stack.enter_async_context(messenger(list(TOKENS.values())))
        sides = []
        for name, rows in (("few", FEW), ("many", MANY)):
            url = await stack.enter_async_context(fresh_url(kind, name))
            await _furnish(url, rows)
            bot = await stack.enter_async_context(foyer(TOKENS[name], server.base, url, folder / name))
            sides.append(Side(name, bot, server.base, http, count(1_000), []))
        bare = await stack.enter_async_context(bare_bot(TOKENS["bare"], server.base))
        sides.append(Side("bare", bare, server.base, http, count(1_000), []))
        await take_turns([side.rush for side in sides], 1)  # warms up
        for side in sides:
            side.costs.clear()
        few, many, theirs = await take_turns([side.rush for side in sides], ROUNDS)
    cost = {side.name: median(side.costs) * 1000 for side in sides}
    grown = ratio(sides[0].costs, sides[1].costs)
    what = f"with {MANY:,} tickets, persons and updates, {TITLES[kind]}"
    return [
        {
            "name": f"conversation, {VISITORS} visitors at once, {TITLES[kind]}",
            "value": round(median(few)),
            "unit": "steps/s",
            "aim": None,
            "ratio": round(ratio(few, theirs), 2),
            "ratio_aim": 0.4,
            "against": f"bare aiogram, {round(median(theirs))}",
        },
        {
            "name": f"processor time of a step, {TITLES[kind]}",
            "value": round(cost["few"], 1),
            "unit": "ms",
            "aim": None,
            "ratio": round(ratio(sides[2].costs, sides[0].costs), 2),
            "ratio_aim": 0.4,
            "against": f"bare aiogram, {cost['bare']:.1f}",
        },
        {
            "name": f"the same {what}",
            "value": round(cost["many"], 1),
            "unit": "ms",
            "aim": None,
            "ratio": round(grown, 2),
            "ratio_aim": 0.9,
            "against": f"{FEW:,} of each",
        },
        {
            "name": f"conversation {what}",
            "value": round(median(many)),
            "unit": "steps/s",
            "aim": None,
            "ratio": round(ratio(many, few), 2),
            "ratio_aim": 0.9,
            "against": f"{FEW:,} of each",
        },
    ]


async def _furnish(url: str, rows: int) -> None:
    async with opened_url(url) as bench:
        house = await bench.uow.write(build_house)
        await fill(bench.uow, house, rows)
        await bench.uow.write(lambda tx: add_performance(tx, house, 0))


def run() -> list[Figure]:
    """Figures as in ``bench_orders``."""
    return [figure for kind in KINDS for figure in asyncio.run(_measure(kind))]


if __name__ == "__main__":
    for figure in run():
        print(figure)
