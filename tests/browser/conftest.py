"""Chromium, the real messenger, and a bot that the test itself plays."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from .bot import ScriptedBot
from .desk import PEOPLE, Desk
from .messenger import Messenger

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LONGEST_WAIT = 10_000
"""Milliseconds that a step may take."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """Debian's Chromium; without it a loud skip, or a failure in CI."""
    if not os.access(CHROMIUM, os.X_OK):
        reason = "CHROMIUM IS MISSING, the page is NOT tested: apt-get install chromium"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def viewport(request: pytest.FixtureRequest) -> tuple[int, int]:
    """The window in CSS pixels; parametrize it indirectly for another one."""
    size: tuple[int, int] = getattr(request, "param", (1440, 900))
    return size


@pytest_asyncio.fixture(loop_scope="module")
async def messenger(tmp_path: Path) -> AsyncIterator[Messenger]:
    """The real messenger, running."""
    messenger = Messenger(tmp_path / "messenger.sqlite")
    await messenger.up()
    yield messenger
    await messenger.down()


@pytest_asyncio.fixture(loop_scope="module")
async def desk(chromium: Browser, viewport: tuple[int, int], messenger: Messenger) -> AsyncIterator[Desk]:
    """A fresh messenger with four people, a bot, and a page that is not open yet.

    After the test: the page raised no error, blocked nothing and asked nobody but the messenger.
    """
    address = messenger.address
    context = await chromium.new_context(
        viewport={"width": viewport[0], "height": viewport[1]}, locale="en-GB", reduced_motion="reduce"
    )
    context.set_default_timeout(LONGEST_WAIT)
    page = await context.new_page()
    faults: list[str] = []
    requested: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if "Content Security" in message.text else None)
    context.on("request", lambda request: requested.append(request.url))
    async with aiohttp.ClientSession() as session:
        desk = Desk(page, ScriptedBot(session, f"{address}/bot{messenger.token}"), session, messenger)
        for person in PEOPLE:
            await desk.client("users", person)
        yield desk
    await context.close()
    assert faults == []
    assert [url for url in requested if not url.startswith((f"{address}/", f"blob:{address}"))] == []
