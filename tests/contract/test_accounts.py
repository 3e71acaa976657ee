"""Whose books somebody sees, page by page, on both databases."""

from __future__ import annotations

import io
from collections import Counter
from datetime import timedelta

import pytest

from bot import books
from domain.errors import NotAllowed
from domain.money import Money
from domain.payments.accounts import MonthsOfBooks
from domain.payments.accounts_model import Month
from domain.payments.model import JournalEntry
from domain.people.model import Grant, Role
from domain.ports import Tx
from handlers.ui.files import MonthBook
from storage.unit_of_work import UnitOfWork
from tests.support.clock import START, FakeClock
from tests.support.house import small_house, somebody
from tests.support.selling import PRICE, buy, people

MARCH = Month(START.year, START.month)


async def sums(uow: UnitOfWork, viewer_id: int | None, month: Month) -> dict[str, int]:
    """Gross by method."""
    written = await books.write_book(uow, MonthBook(viewer_id, month, "csv", "en"), io.BytesIO())
    found: Counter[str] = Counter()
    for (method, _), account in written.by_method.items():
        found[method] += account.total.gross
    return dict(found)


async def appointed(uow: UnitOfWork, role: Role, venue_id: int | None = None) -> int:
    def join(tx: Tx) -> int:
        person_id = somebody(tx)
        tx.people.grant(person_id, Grant(role, venue_id), None, tx.now)
        return person_id

    return await uow.write(join)


async def test_a_manager_sees_their_own_venue(uow: UnitOfWork) -> None:
    one, other = await uow.write(lambda tx: (small_house(tx), small_house(tx)))
    (buyer,) = await people(uow, 1)
    await buy(uow, one, buyer, 1, 2)
    await buy(uow, other, buyer, 1)
    stray = JournalEntry(START, "charge", "telegram", Money(7, "EUR"))
    await uow.write(lambda tx: tx.payments.write_journal([stray]))
    manager = await appointed(uow, Role.MANAGER, other.venue_id)
    owner = await appointed(uow, Role.OWNER)
    assert await sums(uow, manager, MARCH) == {"test": PRICE.minor}
    assert await sums(uow, owner, MARCH) == await sums(uow, None, MARCH) == {"test": 3 * PRICE.minor, "telegram": 7}
    with pytest.raises(NotAllowed):
        await sums(uow, await appointed(uow, Role.BOX_OFFICE), MARCH)


async def test_pages_neither_lose_nor_repeat_a_line(uow: UnitOfWork, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the size of a page, and though many lines have the same time."""
    await uow.write(small_house)
    lines = [
        JournalEntry(START + timedelta(minutes=number // 3), "charge", "telegram", Money(2**number, "EUR"))
        for number in range(11)
    ]
    await uow.write(lambda tx: tx.payments.write_journal(lines))
    for page in (1, 2, 3, 5, 11, 12):
        monkeypatch.setattr(books, "_PAGE", page)
        assert await sums(uow, None, MARCH) == {"telegram": 2**11 - 1}


async def test_the_months_go_back_to_the_first_entry(uow: UnitOfWork, clock: FakeClock) -> None:
    house = await uow.write(small_house)
    owner = await appointed(uow, Role.OWNER)
    assert await uow.read(MonthsOfBooks(owner)) == [MARCH]
    await buy(uow, house, owner, 1)
    clock.advance(timedelta(days=61))
    assert [str(month) for month in await uow.read(MonthsOfBooks(owner))] == ["2027-05", "2027-04", "2027-03"]
    clock.advance(timedelta(days=700))
    assert len(await uow.read(MonthsOfBooks(owner))) == 12
