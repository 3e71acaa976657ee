"""Ten thousand reminders of five sold-out houses, through a messenger that holds the bot to Telegram's limits.

The messenger refuses with 429 what is more than 30 messages in a second, or one in a chat. Foyer runs as a house runs
it, with its ticks and its web server: the clock's tick derives the reminders, the courier sends them at its configured
rate, and those who come have their cards already. The rate is counted from the first reminder's being settled to the
last one's; processor time is the process's own, in that time, everything else that it does included. Both databases at
the same time, a bot each: the limits are each bot's own.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

import aiohttp
from sqlalchemy import func, select, update

from bot.loop import run_in_loop
from bot.sender import RATE
from domain.admission.visiting import FollowVisits
from domain.programme.quiet import TWO_HOURS, QuietHours
from storage.tables.messaging import card, notice
from storage.transaction import StorageTx
from tests.benchmarks.filling import _connection, add_people, sell
from tests.benchmarks.house import SEATS, add_performance, build_house
from tests.benchmarks.measuring import KINDS, TITLES, Bench, Figure, crowd, fresh_url, opened_url
from tests.benchmarks.processes import Running, foyer, messenger

HOUSES = 5
REMINDERS = HOUSES * SEATS
SHARE = 0.95  # of the configured rate, at least
TOKENS = {kind: f"700000001{number}:of-the-benchmarks" for number, kind in enumerate(KINDS)}
_LOOK_EVERY = 1.0  # s
_FIRST = 1_000_000  # the people's numbers
_PATIENCE = 60 + 3 * REMINDERS / RATE  # s


@dataclass(frozen=True, slots=True)
class Sent:
    """``seconds`` from the first to the last; ``cpu`` in seconds too."""

    many: int
    seconds: float
    cpu: float

    @property
    def rate(self) -> float:
        return (self.many - 1) / self.seconds


async def _furnish(url: str) -> None:
    """Everybody has a ticket and the card of the evening, and is to be reminded now: it begins in two hours."""
    async with opened_url(url) as bench:
        house = await bench.uow.write(build_house)
        await bench.uow.write(lambda tx: tx.evening.put_quiet(QuietHours(0, 0)))  # whenever this is measured
        people = await add_people(bench.uow, _FIRST, REMINDERS)
        for number in range(HOUSES):
            performance_id = await bench.uow.write(lambda tx, number=number: add_performance(tx, house, number))  # type: ignore[misc]
            await sell(bench.uow, performance_id, house.concessions[0], people[number * SEATS : (number + 1) * SEATS])
            await bench.uow.write(lambda tx, id=performance_id: _in_two_hours(tx, id))  # type: ignore[misc]
            while await bench.uow.write(FollowVisits(performance_id)):
                pass
        await bench.uow.write(_cards_are_shown)
        if bench.database.dialect == "postgresql":  # by itself it would look at new tables only later on
            await bench.uow.write(lambda tx: _connection(tx).exec_driver_sql("ANALYZE") and None)


def _in_two_hours(tx: StorageTx, performance_id: int) -> None:
    """Who buys after the time of a reminder gets none: this comes after the sale."""
    performance = tx.programme.performance(performance_id)
    assert performance is not None
    starts_at = tx.now + TWO_HOURS
    tx.programme.put_performance(
        replace(
            performance,
            starts_at=starts_at,
            doors_at=starts_at - timedelta(minutes=30),
            ends_at=starts_at + timedelta(hours=2),
            sales_close_at=starts_at,
        )
    )


def _cards_are_shown(tx: StorageTx) -> None:
    _connection(tx).execute(update(card).values(shown_revision=card.c.wanted_revision, message_id=1))


async def _appear(http: aiohttp.ClientSession, base: str) -> None:
    """Everybody has written to both bots; what they wrote is of no interest."""
    bots = [int(token.partition(":")[0]) for token in TOKENS.values()]

    async def come(worker: int) -> None:
        for id in range(_FIRST + worker, _FIRST + REMINDERS, 8):
            person = {"id": id, "first_name": f"P{id}", "language_code": "en"}
            async with http.post(f"{base}/client/users", json=person) as response:
                assert response.status == 200
            for bot in bots:
                body = {"user": id, "bot": bot, "text": "/start"}
                async with http.post(f"{base}/client/send", json=body) as response:
                    assert response.status == 200

    await crowd(8, come)
    for token in TOKENS.values():
        async with http.post(f"{base}/bot{token}/deleteWebhook", json={"drop_pending_updates": True}) as response:
            assert (await response.json())["ok"]


async def _watch(bench: Bench, bot: Running) -> Sent:
    """From the first reminder to the last."""
    begun: float | None = None
    give_up = monotonic() + _PATIENCE
    while True:
        counts = await bench.uow.read(lambda tx: tx.notices.counts())
        if begun is None and counts:
            begun = bot.cpu()
        if counts.get("sent", 0) >= REMINDERS:
            break
        assert monotonic() < give_up, counts
        await asyncio.sleep(_LOOK_EVERY)
    assert counts == {"sent": REMINDERS}, counts
    cpu = bot.cpu() - (begun or 0.0)
    first, last = await bench.uow.read(_first_and_last)
    return Sent(REMINDERS, (last - first).total_seconds(), cpu)


def _first_and_last(tx: StorageTx):  # type: ignore[no-untyped-def]
    times = select(func.min(notice.c.settled_at), func.max(notice.c.settled_at))
    return _connection(tx).execute(times).one()


async def _measure() -> list[Figure]:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="foyer-bench-")))
        http = await stack.enter_async_context(aiohttp.ClientSession())
        server = await stack.enter_async_context(messenger(list(TOKENS.values()), strict_rates=True))
        await _appear(http, server.base)
        watches = []
        for kind in KINDS:
            url = await stack.enter_async_context(fresh_url(kind))
            await _furnish(url)
            bench = await stack.enter_async_context(opened_url(url))
            bot = await stack.enter_async_context(foyer(TOKENS[kind], server.base, url, folder / kind))
            watches.append(asyncio.create_task(_watch(bench, bot)))
        sent = await asyncio.gather(*watches)
        async with http.get(f"{server.base}/client/faults") as response:
            refused = (await response.json())["result"]["refused"]
    figures = [figure for kind, one in zip(KINDS, sent, strict=True) for figure in _figures(TITLES[kind], one)]
    return [*figures, {"name": "refused with 429, of both", "value": refused, "unit": "calls", "aim": 0}]


def _figures(title: str, sent: Sent) -> list[Figure]:
    return [
        {
            "name": f"{sent.many:,} reminders, {title}",
            "value": round(sent.rate, 2),
            "unit": "sends/s",
            "aim": None,
            "ratio": round(sent.rate / RATE, 3),
            "ratio_aim": SHARE,
            "against": f"the configured rate, {RATE}",
        },
        {"name": f"processor time for them, {title}", "value": round(sent.cpu, 1), "unit": "s", "aim": None},
        {
            "name": f"processor time for 1,000 of them, {title}",
            "value": round(sent.cpu / sent.many * 1000, 2),
            "unit": "s",
            "aim": None,
        },
    ]


def run() -> list[Figure]:
    """Figures as in ``bench_orders``."""
    return run_in_loop(_measure())


if __name__ == "__main__":
    for figure in run():
        print(figure)
