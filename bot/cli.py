"""``foyer …``: what the house's engineer and office type."""

from __future__ import annotations

import asyncio
import errno
import gc
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.markup import escape

from bot import config, log
from bot.config import Settings, SettingsFault
from bot.loop import run_in_loop
from domain.errors import FoyerError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Foyer: the chat-bot front end of a cultural centre.",
)
_console = Console(stderr=True, highlight=False)


class StaffRole(StrEnum):
    USHER = "usher"
    BOX_OFFICE = "box_office"
    FLOOR = "floor"
    STAGE = "stage"
    SAFETY = "safety"
    MANAGER = "manager"
    OWNER = "owner"


class Language(StrEnum):
    EN = "en"
    ZH = "zh"


def main() -> None:
    """Entry point of the ``foyer`` command. Faults that somebody can mend end it with a sentence, not a traceback."""
    try:
        app()
    except OSError as fault:
        taken = fault.errno == errno.EADDRINUSE
        _stop("FOYER_PORT: this port is taken. Close what uses it, or choose another." if taken else str(fault))
    except (SettingsFault, FoyerError, RuntimeError, ValueError) as fault:
        _stop(str(fault))


@app.command()
def run() -> None:
    """Open the house: with FOYER_BOT_TOKEN on Telegram, without it as a demo on this machine."""
    settings = _settings()
    if settings.bot_token is None:
        _console.print("FOYER_BOT_TOKEN is not set: starting the demo with the local messenger.")
        _demo(settings)
    else:
        with _loading():
            from bot.run import run as run_house

        run_in_loop(run_house(settings))


@app.command()
def demo() -> None:
    """A house with a programme, and three phones in the browser; no Telegram needed."""
    _demo(_settings())


@app.command()
def migrate() -> None:
    """Bring the database's tables up to date."""
    from bot.commands import schema

    _run(schema.migrate(_settings()))
    _console.print("The database is up to date.")


@app.command("import-house")
def import_house(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)]) -> None:
    """Read venues, halls, gates and concessions from a TOML file."""
    from bot.commands import imports

    _run(_with_uow(_settings(), imports.import_house, file))


@app.command("import-plan")
def import_plan(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    hall: Annotated[str, typer.Option(help="The hall's key in the house file.")],
) -> None:
    """Read a plan of the pretix seating-plan editor as a new version of a hall's plan."""
    from bot.commands import imports

    _run(_with_uow(_settings(), imports.import_plan, file, hall))


@app.command("import-programme")
def import_programme(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)]) -> None:
    """Read events and performances from a CSV or XLSX sheet; everything is checked before anything is written."""
    from bot.adapters.picture_store import PictureStore
    from bot.commands import imports

    settings = _settings()
    _run(_with_uow(settings, imports.import_programme, file, PictureStore(settings.pictures)))


@app.command("import-survey")
def import_survey(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)]) -> None:
    """Read the questions that are asked after a visit from a TOML file; what was answered keeps its version."""
    from bot.commands import imports

    _run(_with_uow(_settings(), imports.import_survey, file))


@app.command("import-shifts")
def import_shifts(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)]) -> None:
    """Read the plan of shifts from a CSV or XLSX sheet; everything is checked before anything is written."""
    from bot.commands import imports

    _run(_with_uow(_settings(), imports.import_shifts, file))


@app.command("import-assistance")
def import_assistance(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)]) -> None:
    """Read a venue's menu, facts, prepared replies and who is paged for help from a TOML file."""
    from bot.commands import imports

    _run(_with_uow(_settings(), imports.import_assistance, file))


@app.command("move-plan")
def move_plan(performance: Annotated[str, typer.Argument(help="Its key in the programme sheet.")]) -> None:
    """Move a performance to its hall's newest plan; says which tickets would lose their seat."""
    from bot.commands import plans

    _run(_with_uow(_settings(), plans.move_plan, performance))


@app.command("export-month")
def export_month(
    month: Annotated[str, typer.Argument(help="Such as 2026-11.")],
    out: Annotated[Path, typer.Option(dir_okay=False, help="Where to: a file whose name ends in .xlsx or .csv.")],
) -> None:
    """Write a month for the accountant: by method, event and tax rate, and every entry of the journal."""
    from bot.commands import accounts

    _run(_with_uow(_settings(), accounts.export_month, month, out))


@app.command()
def invite(
    role: Annotated[StaffRole, typer.Option(help="What they are to be.")],
    bot_username: Annotated[
        str, typer.Option(help="The bot's user name; asked of Telegram where it is left out.")
    ] = "",
) -> None:
    """Make a single-use link by which somebody joins the staff; a manager confirms them in the chat."""
    from bot.commands.staff import make_invitation

    typer.echo(_run(make_invitation(_settings(), role.value, bot_username)))


@app.command()
def schedule(
    days: Annotated[int, typer.Option(min=1, max=60, help="How many days ahead.")] = 7,
    language: Annotated[Language, typer.Option(help="In which language.")] = Language.EN,
) -> None:
    """Say in words what is due in the next days: reminders, sales that open, blocks, deadlines."""
    from bot.commands import schedule as coming

    _run(_with_uow(_settings(), coming.tell, days, "zh_Hans" if language is Language.ZH else "en"))


@app.command()
def doctor() -> None:
    """Look at everything that Foyer needs, and say what is missing."""
    from bot.commands.doctor import examine

    healthy = _run(examine(_settings(), _console))
    raise typer.Exit(0 if healthy else 1)


def _settings() -> Settings:
    settings = config.load()
    log.set_up(settings.log_format, secrets=settings.secrets())
    return settings


@contextmanager
def _loading() -> Iterator[None]:
    """What is imported stays for good: to look for garbage in it takes a sixth of the start."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _demo(settings: Settings) -> None:
    with _loading():
        from bot.demo.run import run_demo

    run_in_loop(run_demo(settings))


async def _with_uow(settings: Settings, command: Any, *arguments: Any) -> None:
    from bot.container import open_storage

    async with open_storage(settings) as (_, uow):
        await command(uow, *arguments)


def _run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(coroutine)


def _stop(sentence: str) -> NoReturn:
    _console.print(f"[bold red]Foyer:[/] {escape(sentence)}", markup=True)
    raise SystemExit(1)
