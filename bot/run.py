"""Opening the house: the transport, the web server, the clock; and closing it on a signal."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from datetime import UTC, datetime

from aiohttp import web
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot import log
from bot.clock import MovableClock
from bot.config import Settings
from bot.container import Foyer, build, introduce, working
from bot.inbox import CHAT_LEASE
from bot.mini_app.pages import MiniApps
from bot.polling import ALLOWED_UPDATES, Poller
from bot.scheduler import start_scheduler
from bot.web import WEBHOOK_PATH, make_app
from domain.ports import Clock

_log = log.get("foyer.run")


async def run(settings: Settings, *, pages: MiniApps | None = None, clock: Clock | None = None) -> None:
    """Until SIGINT or SIGTERM. ``pages``: somebody else's server has them already, so we open none of our own."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    async with build(settings, clock) as foyer, working(foyer):
        await introduce(foyer)
        if pages is not None:
            pages.open(foyer)
        serving = web_server(foyer, settings.port) if pages is None else nullcontext()
        scheduler = start_scheduler(foyer.ticks)
        if isinstance(clock, MovableClock):
            clock.moved.append(lambda: hurry(scheduler, foyer))
        scheduler.add_job(foyer.inbox.adopt, "interval", seconds=CHAT_LEASE.total_seconds(), id="adopt")
        try:
            async with serving, transport(foyer) as receiving:
                _log.info("house.open", bot=foyer.me.username, database=foyer.database.dialect)
                await _first(stop, receiving)
        finally:
            scheduler.shutdown(wait=False)


def hurry(scheduler: AsyncIOScheduler, foyer: Foyer) -> None:
    """The clock was moved: every tick looks at once, and so do those who send."""
    for job in scheduler.get_jobs():
        job.modify(next_run_time=datetime.now(UTC))
    foyer.courier.woken(frozenset({"notices"}))
    if foyer.mailer is not None:
        foyer.mailer.woken(frozenset({"mails"}))


@asynccontextmanager
async def transport(foyer: Foyer) -> AsyncIterator[asyncio.Task[None]]:
    """Webhook where an address is given, else long polling. The task ends only if it cannot go on."""
    if foyer.settings.webhook_url:
        await foyer.bot.set_webhook(
            foyer.settings.webhook_url + WEBHOOK_PATH,
            secret_token=foyer.settings.webhook_secret.get_secret_value(),
            allowed_updates=ALLOWED_UPDATES,
        )
        task = asyncio.create_task(_forever())
    else:
        await foyer.bot.delete_webhook()
        task = asyncio.create_task(Poller(foyer).run(), name="poller")
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait([task])


@asynccontextmanager
async def web_server(foyer: Foyer, port: int, host: str | None = None) -> AsyncIterator[int]:
    """Serves on all interfaces, or at one address. Gives the port, of use where 0 was asked for: then name ``host``,
    since every address gets a port of its own."""
    runner = web.AppRunner(make_app(foyer), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    try:
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


async def _forever() -> None:
    await asyncio.Event().wait()


async def _first(stop: asyncio.Event, receiving: asyncio.Task[None]) -> None:
    stopping = asyncio.create_task(stop.wait())
    done, _ = await asyncio.wait({stopping, receiving}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if receiving in done:
        receiving.result()
