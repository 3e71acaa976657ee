"""A purchase as a conversation: fourteen steps through the webhook, eight visitors at a time, against bare aiogram.

The messenger and each bot have a process of their own. Steps per second are what the visitors see; the messenger's
and the visitors' own work is in them on both sides. A step's processor time is the bot's own, all its threads and what
the courier brings included: it tells the bots apart better, and depends less on what else the machine does. The bare
bot sends pictures that were made beforehand; Foyer is measured with such pictures, and drawing its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import aiohttp

from bot.loop import run_in_loop
from tests.benchmarks.filling import fill
from tests.benchmarks.house import add_performance, build_house
from tests.benchmarks.measuring import KINDS, TITLES, Figure, crowd, fresh_url, opened_url, ratio, take_turns
from tests.benchmarks.processes import Running, bare_bot, foyer, messenger
from tests.benchmarks.visitor import STEPS, Visitor

FEW, MANY = 1_000, 100_000
VISITORS = 8
ROUNDS = 3
#: The bots that are Foyer: how much is in their tables. The last one draws its pictures, the others have them ready.
ROWS = {"few": FEW, "many": MANY, "drawing": FEW}
TOKENS = {name: f"700000000{number}:of-the-benchmarks" for number, name in enumerate((*ROWS, "bare"), start=1)}


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


@dataclass(frozen=True, slots=True)
class Taken:
    """Steps per second, and seconds of processor time a step, round by round."""

    rates: Sequence[float]
    costs: Sequence[float]


async def _measure(kind: str) -> list[Figure]:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="foyer-bench-")))
        http = await stack.enter_async_context(aiohttp.ClientSession())
        server = await stack.enter_async_context(messenger(list(TOKENS.values())))
        bots = {}
        for name, rows in ROWS.items():
            url = await stack.enter_async_context(fresh_url(kind, name))
            await _furnish(url, rows)
            running = foyer(TOKENS[name], server.base, url, folder / name, draws=name == "drawing")
            bots[name] = await stack.enter_async_context(running)
        bots["bare"] = await stack.enter_async_context(bare_bot(TOKENS["bare"], server.base))
        sides = [Side(name, bot, server.base, http, count(1_000), []) for name, bot in bots.items()]
        await take_turns([side.rush for side in sides], 1)  # warms up
        for side in sides:
            side.costs.clear()
        rates = await take_turns([side.rush for side in sides], ROUNDS)
    of = {side.name: Taken(rate, side.costs) for side, rate in zip(sides, rates, strict=True)}
    large = f"{MANY:,} tickets, persons and updates"
    return [
        *_against(of["few"], of["bare"], "bare aiogram", 0.4, f"ready pictures, {TITLES[kind]}"),
        *_against(of["drawing"], of["bare"], "bare aiogram", 0.4, f"pictures drawn, {TITLES[kind]}"),
        *_against(of["many"], of["few"], f"that with {FEW:,}", 0.9, f"ready pictures, {large}, {TITLES[kind]}"),
    ]


def _against(ours: Taken, theirs: Taken, name: str, least: float, what: str) -> list[Figure]:
    """Both ratios say how much of the other's speed is left; ``least`` is the aim."""
    return [
        {
            "name": f"conversation, {what}",
            "value": round(median(ours.rates)),
            "unit": "steps/s",
            "aim": None,
            "ratio": round(ratio(ours.rates, theirs.rates), 2),
            "ratio_aim": least,
            "against": f"{name}, {median(theirs.rates):.0f}",
        },
        {
            "name": f"processor time of a step, {what}",
            "value": round(median(ours.costs) * 1000, 1),
            "unit": "ms",
            "aim": None,
            "ratio": round(ratio(theirs.costs, ours.costs), 2),
            "ratio_aim": least,
            "against": f"{name}, {median(theirs.costs) * 1000:.1f}",
        },
    ]


async def _furnish(url: str, rows: int) -> None:
    async with opened_url(url) as bench:
        house = await bench.uow.write(build_house)
        await fill(bench.uow, house, rows)
        await bench.uow.write(lambda tx: add_performance(tx, house, 0))


def run() -> list[Figure]:
    """Figures as in ``bench_orders``."""
    return [figure for kind in KINDS for figure in run_in_loop(_measure(kind))]


if __name__ == "__main__":
    for figure in run():
        print(figure)
