"""An alarm while the house is on sale: from the tap that sends a report of the highest severity to the first phone.

Visitors browse and buy without a pause, up to 200 steps a second between them, or as fast as the bot answers; how fast
that was is a line of the table. Meanwhile somebody at another door reports an unwell person each half second, with
three taps as ever; measured is the time from the last tap until the message that alarms is on the phone of who is on
safety duty, who then takes it. The messenger has no limits here; the courier keeps its own pace all the same, at most
one message a second to one chat, so the reports come from eight houses in turn.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import count, cycle
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import aiohttp

from bot.loop import run_in_loop
from domain.people.model import AccountSeen, Grant, Role
from domain.programme.model import Gate, Venue
from domain.text import LocalText
from storage.transaction import StorageTx
from tests.benchmarks.house import CURRENCY, add_performance, build_house
from tests.benchmarks.measuring import KINDS, TITLES, Figure, fresh_url, opened_url, percentile
from tests.benchmarks.processes import foyer, messenger
from tests.benchmarks.visitor import STEPS, Visitor

REPORTS, EVERY = 200, 0.5  # s
HOUSES = 8
VISITORS = 40
MOST_STEPS = 200  # a second
AIM = 2.0  # s, for 99 % of them
_LOOKS_ONLY = STEPS[: STEPS.index("tb:")]
_WARM_UP = 5.0  # s, with visitors and no report
TOKEN = "7000000001:of-the-benchmarks"
_BOT_ID = 7000000001
_FIRST_COLLEAGUE, _FIRST_VISITOR = 1_000, 10_000


class Colleague(Visitor):
    """Of the staff."""

    async def find(self, button: str) -> str:
        """The data of a button that begins so, once it is there."""
        return str((await self._button(button))["data"])


@dataclass(frozen=True, slots=True)
class House:
    """Who reports there, and who is on safety duty."""

    reporter: Colleague
    safety: Colleague

    async def alarm(self) -> float:
        """Seconds from the tap to the phone."""
        await self.reporter.does("/incident")
        await self.reporter.does("ick:unwell:")
        send = await self.reporter.find("icw:")
        begun = perf_counter()
        sending = asyncio.create_task(self.reporter.does(send))
        take = await self.safety.find(f"ict:{send.split(':')[1]}:")
        seconds = perf_counter() - begun
        await sending
        await self.safety.does(take)
        return seconds


class Rush:
    """Visitors without an end; ``steps`` counts what they have done."""

    def __init__(self, http: aiohttp.ClientSession, api: str) -> None:
        self._http = http
        self._api = api
        self._ids = count(_FIRST_VISITOR)
        self._free_at = 0.0
        self.steps = 0

    async def visit(self) -> None:
        while True:
            visitor = Visitor(self._http, self._api, _BOT_ID, id := next(self._ids))
            await visitor.appear()
            for step in STEPS if id % 2 else _LOOKS_ONLY:
                now = perf_counter()
                self._free_at = max(now, self._free_at + 1 / MOST_STEPS)
                await asyncio.sleep(self._free_at - now)
                await visitor.does(step)
                self.steps += 1


def _furnish(tx: StorageTx) -> None:
    add_performance(tx, build_house(tx), 0)
    nowhere = LocalText()
    for number in range(HOUSES):
        name = LocalText.of(en=f"House {number}")
        venue_id = tx.programme.put_venue(Venue(0, f"alarm-{number}", name, nowhere, "Europe/Berlin", CURRENCY))
        tx.programme.put_gate(Gate(0, venue_id, "A", LocalText.of(en="Gate A"), nowhere, nowhere))
        for role, id in zip((Role.USHER, Role.SAFETY), _colleagues(number), strict=True):
            person_id = tx.people.add_person(AccountSeen("telegram", str(id), f"{role} {number}"), tx.now)
            tx.people.set_locale(person_id, "en")
            tx.people.grant(person_id, Grant(role, venue_id), None, tx.now)


def _colleagues(house: int) -> tuple[int, int]:
    return _FIRST_COLLEAGUE + 2 * house, _FIRST_COLLEAGUE + 2 * house + 1


async def _staffed(http: aiohttp.ClientSession, api: str) -> Sequence[House]:
    houses = []
    for number in range(HOUSES):
        reporter, safety = (Colleague(http, api, _BOT_ID, id) for id in _colleagues(number))
        for colleague in (reporter, safety):
            await colleague.appear()
            await colleague.does("/start")
        houses.append(House(reporter, safety))
    return houses


async def _measure(kind: str) -> list[Figure]:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="foyer-bench-")))
        http = await stack.enter_async_context(aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)))
        url = await stack.enter_async_context(fresh_url(kind))
        async with opened_url(url) as bench:
            await bench.uow.write(_furnish)
        server = await stack.enter_async_context(messenger([TOKEN]))
        await stack.enter_async_context(foyer(TOKEN, server.base, url, folder))
        houses = await _staffed(http, server.base)
        quiet = await _alarms(houses, HOUSES * 2)
        rush = Rush(http, server.base)
        visitors = [asyncio.create_task(rush.visit()) for _ in range(VISITORS)]
        await asyncio.sleep(_WARM_UP)
        before, began = rush.steps, perf_counter()
        taken = await _alarms(houses, REPORTS)
        rate = (rush.steps - before) / (perf_counter() - began)
        failed = [visitor for visitor in visitors if visitor.done()]
        for visitor in visitors:
            visitor.cancel()
        await asyncio.wait(visitors)
        assert not failed, failed[0].exception()
    return _figures(TITLES[kind], quiet, taken, rate)


async def _alarms(houses: Sequence[House], many: int) -> list[float]:
    """A house that has not done with its last one is passed over: nobody has two reports in hand."""
    turns, busy = cycle(houses), dict[House, asyncio.Task[float]]()
    alarms: list[asyncio.Task[float]] = []
    while len(alarms) < many:
        house = next((one for one in (next(turns) for _ in houses) if one not in busy or busy[one].done()), None)
        if house is not None:
            busy[house] = asyncio.create_task(house.alarm())
            alarms.append(busy[house])
        await asyncio.sleep(EVERY)
    return await asyncio.gather(*alarms)


def _figures(title: str, quiet: Sequence[float], taken: Sequence[float], rate: float) -> list[Figure]:
    def line(name: str, value: float, aim: float | None = None, unit: str = "s") -> Figure:
        return {"name": f"{name}, {title}", "value": round(value, 2), "unit": unit, "aim": aim}

    return [
        line("conversation steps meanwhile", rate, unit="steps/s"),
        line(f"report to first phone, median of {len(taken)}", median(taken)),
        line("99 % of the reports within", percentile(taken, 0.99), AIM),
        line("the slowest report", max(taken)),
        line("report to first phone, median, nobody buying", median(quiet)),
    ]


def run() -> list[Figure]:
    """Figures as in ``bench_orders``."""
    return [figure for kind in KINDS for figure in run_in_loop(_measure(kind))]


if __name__ == "__main__":
    for figure in run():
        print(figure)
