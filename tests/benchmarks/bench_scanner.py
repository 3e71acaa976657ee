"""The scanner's verdicts: over HTTP, from the request to the answer with all that the page shows; and by its list,
in Chromium, from the code to the verdict with the scan kept on disk. A house of 2,000 seats, sold out; every ticket is
scanned once: by one usher, one after the other, and by twenty at once without a pause.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from statistics import median
from time import perf_counter, time
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import urlencode

import aiohttp
from aiohttp import web
from playwright.async_api import async_playwright

from bot import config
from bot.clock import SystemClock
from bot.container import Foyer
from bot.emulator.server import PAGE
from bot.emulator.web_apps import init_data
from bot.emulator.world import Person
from bot.mini_app.server import mini_apps
from bot.mini_app.session import LASTS, Session, seal_session
from domain.admission.scanning import TakeDoorPost
from domain.codes import CodeKind
from domain.people.model import Grant, Role
from domain.ports import Tx
from tests.benchmarks.filling import add_people, sell
from tests.benchmarks.house import SEATS, add_performance, build_house
from tests.benchmarks.measuring import KINDS, TITLES, Bench, Figure, crowd, opened, percentile

SCANNERS = 20
ALONE, TOGETHER, OFFLINE = 200, 800, 500
_TOKEN = "4200:a-token-of-the-benchmarks-only"
_FIRST_USHER = 1_000
_nonces = count(1)

#: A second door beside the page's own, which takes the page's list from the disk as after a reload.
_JUDGE = """async codes => {
  const { Door } = await import("./door.js");
  const door = new Door(() => {});
  await door.open("", USHER);
  const took = [];
  for (const code of codes) {
    const began = performance.now();
    const { verdict } = await door.check({ code });
    took.push(performance.now() - began);
    if (verdict.outcome !== "admitted") throw new Error(verdict.outcome);
  }
  return took;
}"""


@dataclass(frozen=True)
class Door:
    base: str
    tokens: list[str]  # one a scanner
    codes: list[str]


@asynccontextmanager
async def _door(bench: Bench) -> AsyncIterator[Door]:
    house = await bench.uow.write(build_house)
    performance_id = await bench.uow.write(lambda tx: add_performance(tx, house, 1))
    ushers = await add_people(bench.uow, _FIRST_USHER, SCANNERS)
    await bench.uow.write(lambda tx: _appoint(tx, ushers))
    for usher in ushers:
        await bench.uow.write(TakeDoorPost(usher, performance_id, house.gate_id))
    audience = await add_people(bench.uow, 10_000, SEATS)
    credentials = await sell(bench.uow, performance_id, house.concessions[0], audience)
    pages = mini_apps()
    app = web.Application()
    app.add_routes(pages.routes())
    app.router.add_static("/page/", PAGE)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    clock = SystemClock()
    settings = config.load({}, bot_token=_TOKEN, api_base=base, public_url=base)
    parts = SimpleNamespace(settings=settings, clock=clock, keyring=bench.keyring, uow=bench.uow)
    pages.open(cast(Foyer, parts))
    until = clock.now() + LASTS
    tokens = [
        seal_session(bench.keyring, Session(usher, "scanner", f"{performance_id}:{house.gate_id}", "en", until))
        for usher in ushers
    ]
    try:
        yield Door(base, tokens, [bench.keyring.seal(CodeKind.TICKET, id) for id in credentials])
    finally:
        await runner.cleanup()


def _appoint(tx: Tx, ushers: list[int]) -> None:
    for usher in ushers:
        tx.people.grant(usher, Grant(Role.USHER), None, tx.now)


async def _scan(http: aiohttp.ClientSession, door: Door, scanner: int, code: str) -> float:
    """Seconds."""
    headers = {"Authorization": f"Bearer {door.tokens[scanner]}"}
    body = {"code": code, "nonce": f"nonce-{next(_nonces):08d}"}
    began = perf_counter()
    async with http.post(f"{door.base}/app/scanner/api/scan", json=body, headers=headers) as response:
        answer = await response.json()
    took = perf_counter() - began
    assert answer["verdict"]["outcome"] == "admitted", answer
    return took


async def _measure(kind: str) -> list[Figure]:
    async with opened(kind, pool_size=SCANNERS) as bench, _door(bench) as door, aiohttp.ClientSession() as http:
        codes = iter(door.codes)
        for _ in range(20):  # warms up
            await _scan(http, door, 0, next(codes))
        alone = [await _scan(http, door, 0, next(codes)) for _ in range(ALONE)]
        together: list[float] = []

        async def scanner(number: int) -> None:
            for _ in range(TOGETHER // SCANNERS):
                together.append(await _scan(http, door, number, next(codes)))

        await crowd(SCANNERS, scanner)
        figures = _figures(f"one scanner over HTTP, {TITLES[kind]}", alone, 200)
        figures += _figures(f"{SCANNERS} scanners over HTTP without a pause, {TITLES[kind]}", together, None)
        if kind == KINDS[0]:
            figures += await _offline(door, list(codes)[:OFFLINE])
        return figures


async def _offline(door: Door, codes: list[str]) -> list[Figure]:
    bot = cast(Any, SimpleNamespace(token=_TOKEN))
    data = init_data(bot, Person(_FIRST_USHER, "Uma"), "AAF1", time())
    fragment = urlencode({"tgWebAppData": data, "tgWebAppVersion": "9.0", "tgWebAppPlatform": "android"})
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium") or "/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        context = await browser.new_context(viewport={"width": 390, "height": 844})
        page = await context.new_page()
        began = perf_counter()
        await page.goto(f"{door.base}/app/scanner/#{fragment}")
        await page.locator(".ready").wait_for()
        opening = perf_counter() - began
        await page.evaluate("() => import('./door.js')")  # modules come from the network, once
        await context.set_offline(True)
        took = await page.evaluate(_JUDGE.replace("USHER", str(_FIRST_USHER)), codes)
        await browser.close()
    seconds = [one / 1000 for one in took]
    listed = {
        "name": f"the page opened with its list of {SEATS} tickets",
        "value": round(opening * 1000),
        "unit": "ms",
        "aim": 2000,
    }
    return [listed, *_figures("by the page's list, without a network", seconds, 50)]


def _figures(what: str, took: list[float], aim: float | None) -> list[Figure]:
    return [
        {"name": f"verdict, median, {what}", "value": round(median(took) * 1000, 1), "unit": "ms", "aim": None},
        {
            "name": f"99 % of the verdicts within, {what}",
            "value": round(percentile(took, 0.99) * 1000, 1),
            "unit": "ms",
            "aim": aim,
        },
    ]


def run() -> list[Figure]:
    """Figures as in ``bench_pictures``."""
    return [figure for kind in KINDS for figure in asyncio.run(_measure(kind))]


if __name__ == "__main__":
    for figure in run():
        print(figure)
