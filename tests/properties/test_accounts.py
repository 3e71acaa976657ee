"""Whatever is bought, cancelled and paid back, and whenever: the accountant's months add up to the journal."""

from __future__ import annotations

import asyncio
import contextlib
import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import select

from bot.books import write_book
from domain.errors import Rejected
from domain.money import Money
from domain.payments.accounts_model import Account, Books, Month, Part, Sum
from domain.payments.checkout import OpenVoucherCheckout, SettleCheckout
from domain.payments.checkout_model import Paid, Way
from domain.payments.model import Captured, ChargeFate, JournalEntry
from domain.payments.paying import PayNothing
from domain.payments.voucher_model import VoucherRules
from domain.payments.voucher_selling import BuyVoucher
from domain.payments.vouchers import UseVoucher, own_vouchers
from domain.ports import Tx
from domain.programme.model import RunState
from domain.programme.returns import ReturnPolicy
from handlers.ui.files import MonthBook
from storage.database import open_database
from storage.tables.payments import journal_entry
from storage.unit_of_work import UnitOfWork
from tests.properties.test_giving_back import KEYRING, SEATS, furnish, step
from tests.support.clock import FakeClock
from tests.support.databases import SqliteTemplate
from tests.support.house import SmallHouse, somebody
from tests.support.invariants import violations
from tests.support.selling import captured, hold

BERLIN = ZoneInfo("Europe/Berlin")
#: The last evening of a month by the venue's clocks; in summer, so that UTC is in the old month for two hours.
START = datetime(2027, 3, 29, 21, 0, tzinfo=UTC)
MONTHS = [Month(2027, month) for month in (2, 3, 4, 5, 6)]
CELLS = [(2500, 700), (2500, 700), (999, 1900), (1, 600), (0, 700), (9999, 1900)]
OF_VOUCHER = journal_entry.c.voucher_id.is_not(None)
VOUCHER = Money(1500, "EUR")
_numbers = count(1)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ("buy", "buy", "voucher", "redeem", "redeem", "cancel", "change", "settle", "astray", "pay_out", "call_off")
        ),
        st.sets(st.integers(1, SEATS), min_size=1, max_size=3),
        st.booleans(),
        st.sampled_from((0, 1, 1, 23, 25, 24 * 12)),
    ),
    min_size=3,
    max_size=10,
)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, percent=st.sampled_from((0, 33, 100)))
def test_the_months_add_up_to_the_journal(
    sqlite_template: SqliteTemplate, tmp_path: Path, steps: Sequence[tuple[str, set[int], bool, int]], percent: int
) -> None:
    async def everything() -> None:
        clock = FakeClock(START)
        database = open_database(sqlite_template.fresh(Path(mkdtemp(dir=tmp_path))))
        uow = UnitOfWork(database, clock, KEYRING)
        policy = ReturnPolicy(fee_percent=percent)
        houses, buyer = await uow.write(lambda tx: (two_performances(tx, policy), somebody(tx)))
        await uow.write(lambda tx: tx.payments.put_voucher_rules(VoucherRules(12, (VOUCHER.minor,), "EUR")))
        for what, places, first, hours in steps:
            with contextlib.suppress(Rejected):
                await act(uow, houses[0] if first else houses[1], buyer, what, sorted(places))
            clock.advance(timedelta(hours=hours))
        clock.advance(timedelta(days=100))  # all months are over
        await check(uow)
        assert not [rule for rule in await violations(uow) if "voucher" in rule]
        await database.dispose()

    asyncio.run(everything())


def two_performances(tx: Tx, policy: ReturnPolicy) -> tuple[SmallHouse, SmallHouse]:
    """In a week, and in the night in which May becomes June."""
    house = furnish(tx, CELLS, policy)
    performance = tx.programme.performance(house.performance_id)
    assert performance is not None
    later = datetime(2027, 6, 1, 0, 0, tzinfo=BERLIN).astimezone(UTC)
    times = {"starts_at": later, "doors_at": later, "ends_at": later + timedelta(hours=2), "sales_close_at": later}
    other = tx.programme.put_performance(replace(performance, id=0, key="later", **times))  # type: ignore[arg-type]
    tx.programme.put_prices(other, performance.prices)
    return house, replace(house, performance_id=other)


async def act(uow: UnitOfWork, house: SmallHouse, buyer: int, what: str, places: list[int]) -> None:
    if what == "astray":
        await uow.write(captured(10**6, None, 100 * places[0]))
    elif what == "voucher":
        await uow.write(BuyVoucher(Captured("test", f"v{next(_numbers)}", "", 0, VOUCHER, buyer)))
        await buy_by_checkout(uow, buyer)
    elif what == "redeem":
        await redeem(uow, house, buyer, places)
    elif what == "pay_out":
        out = Money(-places[0], "EUR")
        await uow.write(lambda tx: tx.payments.write_journal([JournalEntry(tx.now, "pay_out", "cash", out)]))
    elif what == "call_off":
        await uow.write(lambda tx: call_off(tx, house.performance_id))
    else:
        await step(uow, house, buyer, what, places)


async def buy_by_checkout(uow: UnitOfWork, buyer: int) -> None:
    """The provider takes the money twice."""
    checkout_id = await uow.write(OpenVoucherCheckout(buyer, VOUCHER, Way.STRIPE, "Voucher"))
    checkout = await uow.read(lambda tx: tx.payments.checkout(checkout_id))
    assert checkout is not None
    paid = [Paid(checkout.reference, f"pi_{next(_numbers)}", VOUCHER) for _ in range(2)]
    fates = [await uow.write(SettleCheckout("stripe", each, asked=True)) for each in paid]
    assert fates == [ChargeFate.VOUCHER, ChargeFate.DUPLICATE]


async def redeem(uow: UnitOfWork, house: SmallHouse, buyer: int, places: list[int]) -> None:
    """All vouchers that have something left are put towards the order; the rest is paid."""
    order_id = await uow.write(hold(house, buyer, *places))
    for each in await uow.read(lambda tx: own_vouchers(tx, buyer, 9)):
        await uow.write(UseVoucher(buyer, order_id, each.voucher.code))
    order = await uow.read(lambda tx: tx.ticketing.order(order_id))
    assert order is not None
    await uow.write(captured(order_id, buyer, order.total.minor) if order.total else PayNothing(buyer, order_id))


def call_off(tx: Tx, performance_id: int) -> None:
    performance = tx.programme.performance(performance_id)
    assert performance is not None
    tx.programme.put_performance(replace(performance, run_state=RunState.CANCELLED))


async def check(uow: UnitOfWork) -> None:
    journal = await uow.read(
        lambda tx: tx._connection.execute(
            select(journal_entry.c.at, journal_entry.c.amount_minor, journal_entry.c.tax_minor)
        ).all()
    )
    wanted: Counter[Month] = Counter()
    taxes: Counter[Month] = Counter()
    for at, minor, tax in journal:
        local = at.astimezone(BERLIN)
        wanted[Month(local.year, local.month)] += minor
        taxes[Month(local.year, local.month)] += tax
    assert set(wanted) <= set(MONTHS)
    owed = await uow.read(
        lambda tx: sum(tx._connection.execute(select(journal_entry.c.amount_minor).where(OF_VOUCHER)).scalars())
    )
    before: Books | None = None
    for month in MONTHS:
        books, files = Books(), {}
        for kind in ("xlsx", "csv"):
            target = io.BytesIO()
            books = await write_book(uow, MonthBook(None, month, kind, "en"), target)
            files[kind] = target.getvalue()
        for accounts in (books.by_method, books.by_performance, books.by_rate):
            total = added(list(accounts.values()))
            assert (total.gross, total.tax) == (wanted[month], taxes[month])
            for account in accounts.values():
                shown = (Part.SOLD, Part.RETURNED, Part.ASTRAY, Part.PAID_OUT, Part.VOUCHERS, Part.OTHER)
                assert account.total.gross == sum(account.part(part).gross for part in shown)
        check_carried_over(before, books)
        then = before.vouchers["EUR"].closing if before else 0
        assert books.vouchers["EUR"].opening == then
        check_files(files["xlsx"], files["csv"], wanted[month])
        before = books
    assert before is not None
    assert before.vouchers["EUR"].closing == owed


def added(accounts: list[Account]) -> Sum:
    return Sum(sum(account.total.gross for account in accounts), sum(account.total.tax for account in accounts))


def check_carried_over(before: Books | None, after: Books) -> None:
    """What is open at the end of a month is open at the beginning of the next one."""
    if before is None:
        return
    for then, now in ((before.by_performance, after.by_performance), (before.by_rate, after.by_rate)):
        for key in then.keys() | now.keys():
            assert then.get(key, Account()).closing == now.get(key, Account()).opening, key  # type: ignore[call-overload]


def check_files(workbook: bytes, table: bytes, minor: int) -> None:
    book = load_workbook(io.BytesIO(workbook), read_only=True)
    heading, *rows = book["All entries"].iter_rows(values_only=True)
    gross = heading.index("Gross")
    assert round(sum(row[gross] for row in rows) * 100) == minor
    lines = list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"))))
    assert sum(round(float(line["Gross"]) * 100) for line in lines) == minor
    for sheet in ("By method", "By event", "By tax rate"):
        head, *rest = book[sheet].iter_rows(values_only=True)
        totals = [row[head.index("Gross")] for row in rest if row[0] == "Total"]
        assert round(sum(totals) * 100) == minor
