"""The accountant's month as a file: read in pages, each written before the next is read."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Mapping
from typing import IO

from bot.adapters.book_files import CsvFile, XlsxFile
from domain.payments.accounts import AdvancesOfBooks, EntriesOfBooks, ScopesOfBooks, VouchersOfBooks
from domain.payments.accounts_model import Books, Scope
from domain.ports import Tx
from handlers.payments.accounts_book import Names, entries_name, entry_headings, entry_rows, sheets, title
from handlers.ui.files import MonthBook
from handlers.ui.i18n import Texts, texts
from storage.unit_of_work import UnitOfWork

_PAGE = 5_000


async def make_book(uow: UnitOfWork, book: MonthBook) -> bytes:
    """Raises NotAllowed."""
    target = io.BytesIO()
    await write_book(uow, book, target)
    return target.getvalue()


async def write_book(uow: UnitOfWork, book: MonthBook, target: IO[bytes]) -> Books:
    """Raises NotAllowed. Gives what was written, added up. Never the whole month is in memory."""
    t = texts(book.locale)
    scopes = await uow.read(ScopesOfBooks(book.viewer_id, book.month))
    file = XlsxFile(target) if book.format == "xlsx" else CsvFile(target)
    books, titles = Books(), dict[int, str]()
    await asyncio.to_thread(file.begin, entry_headings(t))
    for scope in scopes:
        for advance in await uow.read(AdvancesOfBooks(scope)):
            books.bring_forward(advance, scope)
        for owed in await uow.read(VouchersOfBooks(scope)):
            books.vouchers[owed.currency].opening += owed.minor
        await _write_entries(uow, t, file, books, scope, titles)
    await _learn(uow, t, titles, {shown.event_id for shown in books.performances.values()})
    zones = {venue_id: scope.zone for scope in scopes for venue_id in scope.venue_ids}
    await asyncio.to_thread(lambda: file.finish(entries_name(t), sheets(t, books, Names(titles, zones))))
    return books


async def _write_entries(
    uow: UnitOfWork, t: Texts, file: XlsxFile | CsvFile, books: Books, scope: Scope, titles: dict[int, str]
) -> None:
    after = None
    while entries := await uow.read(EntriesOfBooks(scope, after, _PAGE)):
        after = entries[-1].at, entries[-1].id
        for entry in entries:
            books.book(entry, scope)
        await _learn(uow, t, titles, {entry.event_id for entry in entries if entry.event_id is not None})
        rows = entry_rows(t, entries, titles, scope.zone)
        await asyncio.to_thread(file.write, rows)


async def _learn(uow: UnitOfWork, t: Texts, titles: dict[int, str], event_ids: set[int]) -> None:
    unknown = event_ids - titles.keys()

    def look(tx: Tx) -> Mapping[int, str]:
        return {id: title(t, event.title) for id, event in tx.programme.events(unknown).items()}

    if unknown:
        titles.update(await uow.read(look))
