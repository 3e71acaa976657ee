"""``foyer demo``: the local messenger, a house with a programme, and the bot between them, in one process.

Everything is on disk: a demo that is killed goes on where it was, chats and all.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console

from bot import config, log
from bot.commands.imports import check_programme
from bot.config import Settings
from bot.container import open_storage
from bot.demo import people
from bot.demo.clock import DemoClock
from bot.demo.house import SOON, SOON_EVENT, DemoHouse, demo_documents, starting_soon
from bot.demo.selling import give_tickets, sell
from bot.emulator import TEST_PROVIDER_TOKEN, BotProfile, Emulator
from bot.mini_app.server import mini_apps
from bot.run import run
from domain.assistance.house import ImportAssistance
from domain.feedback.asking import ImportSurvey
from domain.ports import Tx
from domain.programme.house_file import parse_house
from domain.programme.plan_file import parse_plan
from domain.programme.ports import PerformanceFilter
from domain.programme.usecases import ImportHouse, ImportPlan, ImportProgramme
from storage.unit_of_work import UnitOfWork

#: A token of the local messenger, worth nothing anywhere else.
TOKEN = "1000000001:local-messenger-only"
USERNAME = "FoyerDemoBot"
VENUE_TIME = ZoneInfo("Asia/Shanghai")
_CHUNK = 20
_console = Console(stderr=True, highlight=False)


async def run_demo(settings: Settings) -> None:
    """Until SIGINT or SIGTERM. Raises OSError where the port is taken."""
    folder = settings.data_dir / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    pages, clock = mini_apps(), DemoClock(folder / "clock")
    emulator = Emulator(
        {TOKEN: BotProfile(username=USERNAME, first_name="Foyer")},
        state_path=folder / "messenger.db",
        phones=people.phones(),
        clock=lambda: clock.now().timestamp(),
        beside=[*pages.routes(), *clock.routes()],
    )
    base = await emulator.start(port=settings.port)
    try:
        await people.appear(base)
        demo = demo_settings(settings, base, folder)
        async with open_storage(demo, clock) as (_, uow):
            await furnish(uow, folder / "furnished", clock.now())
        _console.print(f"\n  [bold]Foyer is open:[/] [link={base}]{base}[/link]   (Ctrl+C closes it)\n")
        await run(demo, pages=pages, clock=clock)
    finally:
        await emulator.stop()


def demo_settings(settings: Settings, base: str, folder: Path) -> Settings:
    """Always a database of the demo's own: who forgot the token must not find a demo in their house's database."""
    return config.load(
        {},
        bot_token=TOKEN,
        api_base=base,
        public_url=base,
        data_dir=folder,
        payment_token=TEST_PROVIDER_TOKEN,
        payment_api=base,
        log_format=settings.log_format,
    )


async def furnish(uow: UnitOfWork, mark: Path, now: datetime | None = None) -> None:
    """Hall, programme, people and an audience. ``mark`` is set at the end: a furnished house is left alone, one that
    was interrupted is furnished on."""
    await people.take_roles(uow)
    now = now.astimezone(VENUE_TIME) if now else datetime.now(VENUE_TIME)
    with _console.status("Furnishing the demo house …"):
        if not await asyncio.to_thread(mark.exists):
            documents = demo_documents(now.date())
            await bring_in(uow, documents)
            tickets = await sell(uow, documents.fill)
            await asyncio.to_thread(mark.touch)
            log.get("foyer.demo").info("demo.furnished", tickets=tickets)
        await open_doors(uow, now)
        await people.go_on_duty(uow)


async def open_doors(uow: UnitOfWork, now: datetime) -> None:
    """Sees to it that the doors of the performance that somebody has a ticket for are open now.

    Another event that begins soon does not do: an exhibition lets in by the half hour, and nobody here goes there.
    """

    def are_open(tx: Tx) -> bool:
        event = tx.programme.event_by_key(SOON_EVENT)
        upcoming = PerformanceFilter(
            starts_from=now + SOON / 2, starts_before=now + SOON, event_id=event.id if event else None
        )
        return bool(tx.programme.performances(upcoming, limit=1))

    if not await uow.read(are_open):
        rows, fill = starting_soon(now)
        await uow.write(ImportProgramme(await check_programme(uow, rows)))
        await sell(uow, fill)
        for key in fill:
            await give_tickets(uow, key, people.audience())


async def bring_in(uow: UnitOfWork, documents: DemoHouse) -> None:
    """Through the same importers that an office uses."""
    house = parse_house(documents.house)
    await uow.write(ImportHouse(house))
    await uow.write(ImportSurvey(documents.survey))
    await uow.write(ImportAssistance(documents.assistance))
    for hall_key, plan in documents.plans.items():
        await uow.write(ImportPlan(hall_key, parse_plan(plan)))
    draft = await check_programme(uow, documents.programme_rows)
    for chunk in draft.chunks(_CHUNK):
        await uow.write(ImportProgramme(chunk))
