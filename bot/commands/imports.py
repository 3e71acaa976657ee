"""``foyer import-house``, ``import-plan`` and ``import-programme``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

import typer
from rich.console import Console
from rich.progress import Progress

from bot.adapters.documents import read_json, read_toml
from bot.adapters.picture_store import PictureStore
from bot.adapters.sheets import read_sheet
from bot.commands.fault_sentences import sentence
from bot.commands.posters import Posters
from domain.assistance.house import ImportAssistance
from domain.errors import BadInput
from domain.feedback.asking import ImportSurvey
from domain.people.shift_import import ImportShifts
from domain.people.shift_sheet import Roster, parse_shifts
from domain.programme.catalogue import Catalogue
from domain.programme.columns import Column
from domain.programme.house_file import parse_house
from domain.programme.plan_file import parse_plan
from domain.programme.programme_file import ProgrammeDraft, SheetRow, keys_of, no_posters, parse_programme
from domain.programme.usecases import ImportHouse, ImportPlan, ImportProgramme
from storage.unit_of_work import UnitOfWork

#: Performances per transaction: a long sheet must not keep buyers waiting.
CHUNK = 20
_SHOWN = 50

_console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)


async def import_house(uow: UnitOfWork, path: Path) -> None:
    """Raises typer.Exit(1) after saying what is wrong with the file."""
    try:
        tally = await uow.write(ImportHouse(parse_house(read_toml(path))))
    except BadInput as fault:
        _refuse(path, [fault])
    _console.print(f"{path.name}: {_tallied(tally)}.")


async def import_plan(uow: UnitOfWork, path: Path, hall_key: str) -> None:
    """Raises typer.Exit(1) after saying what is wrong with the file."""
    try:
        outcome = await uow.write(ImportPlan(hall_key, parse_plan(read_json(path))))
    except BadInput as fault:
        _refuse(path, [fault])
    state = "a new version" if outcome["new"] else "nothing new, it is the version stored already"
    _console.print(f"{path.name}: {outcome['places']} seats, {state}.")
    if outcome["ungated"]:
        _console.print(f"No gate serves: {', '.join(outcome['ungated'])}. Name one in the house file.")
    if outcome["unnamed"]:
        unnamed = ", ".join(outcome["unnamed"])
        _console.print(f"Without a name in the house file, so shown as the plan calls them: {unnamed}.")


async def import_survey(uow: UnitOfWork, path: Path) -> None:
    """Raises typer.Exit(1) after saying what is wrong with the file."""
    try:
        outcome = await uow.write(ImportSurvey(read_toml(path)))
    except BadInput as fault:
        _refuse(path, [fault])
    state = "a new version" if outcome["new"] else "nothing new, it is what is asked already"
    _console.print(f"{path.name}: {outcome['questions']} questions, {state}.")


async def import_assistance(uow: UnitOfWork, path: Path) -> None:
    """Raises typer.Exit(1) after saying what is wrong with the file."""
    try:
        outcome = await uow.write(ImportAssistance(read_toml(path)))
    except BadInput as fault:
        _refuse(path, [fault])
    counted = f"{outcome['drinks']} drinks, {outcome['facts']} facts, {outcome['replies']} prepared replies"
    _console.print(f"{path.name}: {counted}.")


async def import_programme(uow: UnitOfWork, path: Path, pictures: PictureStore) -> None:
    """Checks the whole sheet and its posters, then writes them piece by piece.

    Raises typer.Exit(1) after saying what is wrong.
    """
    posters = Posters(path.parent)
    with Progress(console=_console) as progress:
        try:
            rows = list(progress.track(read_sheet(path), description="Reading", total=None))
            draft = await check_programme(uow, rows, posters)
        except BadInput as fault:
            progress.stop()
            _refuse(path, [fault])
        except ExceptionGroup as faults:
            progress.stop()
            _refuse(path, [fault for fault in faults.exceptions if isinstance(fault, BadInput)])
        posters.keep(pictures)
        task = progress.add_task("Writing", total=len(draft.performances))
        tally: Counter[str] = Counter()
        for chunk in draft.chunks(CHUNK):
            outcome = await uow.write(ImportProgramme(chunk))
            _tell_not_blocked(outcome.pop("not_blocked"))
            tally.update(outcome)
            progress.advance(task, len(chunk.performances))
    _console.print(f"{path.name}: {_tallied(tally)}.")


async def import_shifts(uow: UnitOfWork, path: Path) -> None:
    """All of the sheet or nothing. Raises typer.Exit(1) after saying what is wrong."""
    try:
        drafts = parse_shifts(list(read_sheet(path)), await uow.read(Roster.of))
        tally = await uow.write(ImportShifts(drafts))
    except BadInput as fault:
        _refuse(path, [fault])
    except ExceptionGroup as faults:
        _refuse(path, [fault for fault in faults.exceptions if isinstance(fault, BadInput)])
    _console.print(f"{path.name}: {_tallied(tally)}, {tally['withdrawn']} withdrawn.")


async def check_programme(
    uow: UnitOfWork, rows: Sequence[SheetRow], posters: Callable[[str], str] = no_posters
) -> ProgrammeDraft:
    """``posters``: see ``parse_programme``. Raises an ExceptionGroup of SheetFault; writes nothing."""
    events, performances = keys_of(rows, Column.EVENT), keys_of(rows, Column.PERFORMANCE)
    catalogue = await uow.read(lambda tx: Catalogue.of(tx.programme, events, performances))
    return parse_programme(rows, catalogue, posters)


def _tell_not_blocked(rows: Sequence[Any]) -> None:
    for row, places in rows:
        numbers = ", ".join(map(str, places))
        _console.print(f"row {row}: sold or held, so not set aside: places {numbers}.")


def _tallied(tally: dict[str, int]) -> str:
    return f"{tally['new']} new, {tally['changed']} changed, {tally['same']} as they were"


def _refuse(path: Path, faults: Sequence[BadInput]) -> NoReturn:
    for fault in faults[:_SHOWN]:
        _console.print(sentence(fault))
    if len(faults) > _SHOWN:
        _console.print(f"… and {len(faults) - _SHOWN} more.")
    _console.print(f"{path.name}: nothing was imported.")
    raise typer.Exit(1)
