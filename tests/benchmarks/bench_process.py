"""The process as a whole: from its start to the first answer, and the memory it takes with many conversations open.

Memory is what the system counts as resident, the interpreter and the libraries included.
"""

from __future__ import annotations

from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import aiohttp

from bot.loop import run_in_loop
from tests.benchmarks.house import add_performance, build_house
from tests.benchmarks.measuring import KINDS, TITLES, Figure, crowd, fresh_url, opened_url
from tests.benchmarks.processes import end, foyer, foyer_environment, free_port, messenger, start
from tests.benchmarks.visitor import Visitor

STARTS = 3
CONVERSATIONS, AT_ONCE = 10_000, 16
TOKEN = "7000000001:of-the-benchmarks"
BOT_ID = 7000000001


async def _cold_starts(api: str, url: str, folder: Path, http: aiohttp.ClientSession) -> list[float]:
    """Seconds from starting the process (long polling) until somebody who wrote before is answered."""
    took = []
    for visitor in (Visitor(http, api, BOT_ID, id) for id in range(1, STARTS + 1)):
        await visitor.appear()
        environment = foyer_environment(TOKEN, api, url, folder, free_port())
        began = perf_counter()
        child = await start("bot", "run", environment=environment)
        try:
            await visitor.does("/start")
            took.append(perf_counter() - began)
        finally:
            await end(child)
    return took


async def _memory(api: str, url: str, folder: Path, http: aiohttp.ClientSession) -> tuple[float, float]:
    """Megabytes before and after many people have come in."""
    async with foyer(TOKEN, api, url, folder) as bot:
        before = bot.memory()
        ids = count(1_000)

        async def come(_: int) -> None:
            for _ in range(CONVERSATIONS // AT_ONCE):
                visitor = Visitor(http, api, BOT_ID, next(ids))
                await visitor.appear()
                await visitor.does("/start")

        await crowd(AT_ONCE, come)
        return before, bot.memory()


async def _measure(kind: str) -> list[Figure]:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="foyer-bench-")))
        http = await stack.enter_async_context(aiohttp.ClientSession())
        url = await stack.enter_async_context(fresh_url(kind))
        async with opened_url(url) as bench:
            house = await bench.uow.write(build_house)
            await bench.uow.write(lambda tx: add_performance(tx, house, 0))
        server = await stack.enter_async_context(messenger([TOKEN]))
        figures = [
            {
                "name": f"from the start of the process to the first answer, {TITLES[kind]}",
                "value": round(median(await _cold_starts(server.base, url, folder, http)), 2),
                "unit": "s",
                "aim": 3,
            }
        ]
        if kind == "sqlite":
            figures += _memory_figures(*await _memory(server.base, url, folder, http))
    return figures


def _memory_figures(before: float, after: float) -> list[Figure]:
    """A conversation is a row in the database; which database makes no difference to the process."""
    return [
        {"name": "memory before the first conversation", "value": round(before), "unit": "MB", "aim": None},
        {
            "name": f"memory with {CONVERSATIONS:,} open conversations",
            "value": round(after),
            "unit": "MB",
            "aim": 200,
        },
    ]


def run() -> list[Figure]:
    """Figures as in ``bench_pictures``."""
    return [figure for kind in KINDS for figure in run_in_loop(_measure(kind))]


if __name__ == "__main__":
    for figure in run():
        print(figure)
