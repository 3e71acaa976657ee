"""The month for the accountant: 100,000 tickets of one month, bought two by two, and the refunds of some of them,
written as a workbook and as a table. Read in pages; what is in memory at the most is measured with it.
"""

from __future__ import annotations

import asyncio
import tracemalloc
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from sqlalchemy import insert

from bot.books import write_book
from domain.payments.accounts_model import Month
from handlers.ui.files import MonthBook
from storage.tables.payments import charge, journal_entry, receipt
from storage.tables.ticketing import ticket_order
from storage.transaction import StorageTx
from tests.benchmarks.filling import _add, _connection, add_people
from tests.benchmarks.house import CURRENCY, FULL_PRICE, add_performance, build_house
from tests.benchmarks.measuring import KINDS, TITLES, Bench, Figure, opened

TICKETS, A_SALE, PERFORMANCES = 100_000, 2, 50
_AT_ONCE = 5_000
_RATE = 700


async def _fill(bench: Bench) -> Month:
    """Past the rules: orders, charges, receipts and the journal, as sales leave them behind."""
    house = await bench.uow.write(build_house)
    (buyer,) = await add_people(bench.uow, 1, 1)
    performances = await bench.uow.write(
        lambda tx: [
            add_performance(tx, house, number, ago=timedelta(days=number - 25)) for number in range(1, PERFORMANCES + 1)
        ]
    )
    sales = TICKETS // A_SALE
    for start in range(0, sales, _AT_ONCE):
        await bench.uow.write(lambda tx, start=start: _sell(tx, performances, buyer, start))  # type: ignore[misc]
    return await bench.uow.read(lambda tx: Month.of(tx.now, tx.programme.venues()[0].timezone))


def _sell(tx: StorageTx, performances: list[int], buyer: int, start: int) -> None:
    connection, now, total = _connection(tx), tx.now, FULL_PRICE * A_SALE
    numbers = range(start, start + _AT_ONCE)
    of = [performances[number % PERFORMANCES] for number in numbers]
    paid = {"buyer_id": buyer, "channel": "telegram", "state": "paid", "currency": CURRENCY, "total_minor": total}
    orders = _add(
        connection,
        ticket_order,
        [{**paid, "performance_id": performance, "created_at": now, "paid_at": now} for performance in of],
    )
    taken = {"provider": "telegram", "amount_minor": total, "currency": CURRENCY, "captured_at": now, "fate": "tickets"}
    charges = _add(
        connection,
        charge,
        [
            {**taken, "provider_charge_id": f"c{number}", "order_id": order, "payer_id": buyer}
            for number, order in zip(numbers, orders, strict=True)
        ],
    )
    connection.execute(insert(receipt), [{"order_id": order, "issued_at": now} for order in orders])
    line = {"kind": "charge", "method": "telegram", "currency": CURRENCY, "at": now, "amount_minor": total}
    connection.execute(
        insert(journal_entry),
        [
            {**line, "tax_rate_bp": _RATE, "tax_minor": 7, "performance_id": p, "order_id": o, "charge_id": c}
            for p, o, c in zip(of, orders, charges, strict=True)
        ],
    )


async def _measure(kind: str) -> list[Figure]:
    async with opened(kind) as bench:
        month = await _fill(bench)
        figures = []
        for format, aim in (("xlsx", 10), ("csv", 10)):
            seconds, size = await _write(bench, month, format)
            name = f"{TICKETS:,} tickets in {TICKETS // A_SALE:,} sales, {format.upper()}, {TITLES[kind]}"
            figures.append({"name": name, "value": round(seconds, 1), "unit": "s", "aim": aim})
            figures.append({"name": f"size of it, {TITLES[kind]}", "value": round(size, 1), "unit": "MB", "aim": None})
        if kind == KINDS[0]:
            tracemalloc.start()
            await _write(bench, month, "xlsx")
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            name = "memory for writing it, at the most"
            figures.append({"name": name, "value": round(peak / 2**20), "unit": "MB", "aim": None})
        return figures


async def _write(bench: Bench, month: Month, format: str) -> tuple[float, float]:
    """Seconds, MB."""
    with TemporaryDirectory(prefix="foyer-bench-") as folder:
        out = Path(folder) / f"month.{format}"
        begun = perf_counter()
        with out.open("wb") as target:
            books = await write_book(bench.uow, MonthBook(None, month, format, "en"), target)
        took = perf_counter() - begun
        total = sum(account.total.gross for account in books.by_method.values())
        assert total == TICKETS * FULL_PRICE
        return took, out.stat().st_size / 1e6


def run() -> list[Figure]:
    """Figures as in ``bench_pictures``."""
    return [figure for kind in KINDS for figure in asyncio.run(_measure(kind))]


if __name__ == "__main__":
    for figure in run():
        print(figure)
