"""``foyer export-month``."""

from __future__ import annotations

from pathlib import Path

from bot.books import write_book
from domain.errors import BadInput
from domain.payments.accounts_model import Month
from handlers.ui.files import BOOK_FORMATS, MonthBook
from handlers.ui.i18n import DEFAULT
from storage.unit_of_work import UnitOfWork


async def export_month(uow: UnitOfWork, month: str, out: Path) -> None:
    """Raises ValueError for a month or a file's name that is none."""
    kind = out.suffix.lower().removeprefix(".")
    if kind not in BOOK_FORMATS:
        raise ValueError(f"{out}: the file's name must end in .xlsx or .csv")
    try:
        book = MonthBook(None, Month.parse(month), kind, DEFAULT)
    except BadInput:
        raise ValueError(f"{month}: a month is written like 2026-11") from None
    unfinished = out.with_name(out.name + ".part")
    try:
        with unfinished.open("wb") as target:
            await write_book(uow, book, target)
        unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)
