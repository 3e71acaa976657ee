"""Scans, all in: the code is opened, the ticket judged, the line of the log committed; every ticket is scanned once.

Twenty ushers scan one ticket after the other without a pause, so the share of scans that wait longest shows what a
rush does to the one in front of the door.
"""

from __future__ import annotations

from itertools import count
from statistics import median
from time import perf_counter

from bot.loop import run_in_loop
from domain.admission.scanning import Scan, TakeDoorPost
from domain.codes import CodeKind
from domain.people.model import Grant, Role
from domain.ports import Tx
from tests.benchmarks.filling import add_people, sell
from tests.benchmarks.house import BenchHouse, add_performance, build_house
from tests.benchmarks.measuring import KINDS, TITLES, Bench, Figure, crowd, opened, percentile, statements

SCANNERS = 20
SCANS_EACH = 40
ROUNDS = 5


class Door:
    def __init__(self, bench: Bench, house: BenchHouse, ushers: list[int], audience: list[int]) -> None:
        self._bench = bench
        self._house = house
        self._ushers = ushers
        self._audience = audience
        self._performances = count(1)

    async def open(self) -> list[str]:
        """One more performance, sold out to the audience, with every usher at its door; gives the tickets' codes."""
        number = next(self._performances)
        house, uow = self._house, self._bench.uow
        performance_id = await uow.write(lambda tx: add_performance(tx, house, number))
        for usher in self._ushers:
            await uow.write(TakeDoorPost(usher, performance_id, house.gate_id))
        credentials = await sell(uow, performance_id, house.concessions[0], self._audience)
        return [self._bench.keyring.seal(CodeKind.TICKET, credential) for credential in credentials]

    async def scan(self, usher: int, code: str) -> float:
        """Seconds."""
        start = perf_counter()
        opened_code = self._bench.keyring.open(code)
        found = await self._bench.uow.write(Scan(self._ushers[usher], opened_code))
        assert found["outcome"] == "admitted", found
        return perf_counter() - start

    async def rush(self) -> tuple[float, list[float]]:
        """Scans per second, and how long each took."""
        codes = await self.open()
        took: list[float] = []

        async def scanner(usher: int) -> None:
            for code in codes[usher::SCANNERS]:
                took.append(await self.scan(usher, code))

        return len(codes) / await crowd(SCANNERS, scanner), took


async def _measure(kind: str) -> list[Figure]:
    async with opened(kind, pool_size=SCANNERS) as bench:
        house = await bench.uow.write(build_house)
        ushers = await add_people(bench.uow, 1_000, SCANNERS)
        await bench.uow.write(lambda tx: _appoint(tx, ushers))
        door = Door(bench, house, ushers, await add_people(bench.uow, 10_000, SCANNERS * SCANS_EACH))
        await door.rush()  # warms up
        rounds = [await door.rush() for _ in range(ROUNDS)]
        code = (await door.open())[0]
        with statements() as found:
            await door.scan(0, code)
    took = [seconds for _, all_of in rounds for seconds in all_of]
    what = f"{SCANNERS} scanners, {TITLES[kind]}"
    return [
        {
            "name": f"scans, {found.many} statements each, {what}",
            "value": round(median(rate for rate, _ in rounds)),
            "unit": "scans/s",
            "aim": 500,
        },
        {
            "name": f"99 % of the scans within, {what}",
            "value": round(percentile(took, 0.99) * 1000, 1),
            "unit": "ms",
            "aim": 50,
        },
    ]


def _appoint(tx: Tx, ushers: list[int]) -> None:
    for usher in ushers:
        tx.people.grant(usher, Grant(Role.USHER), None, tx.now)


def run() -> list[Figure]:
    """Figures as in ``bench_pictures``."""
    return [figure for kind in KINDS for figure in run_in_loop(_measure(kind))]


if __name__ == "__main__":
    for figure in run():
        print(figure)
