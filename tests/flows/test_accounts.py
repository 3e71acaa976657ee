"""The accountant's month in the chat: who gets it, what stands in it, in both languages."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bot.commands.accounts import export_month
from domain.people.model import Grant, Role
from domain.ports import Tx
from domain.programme.returns import ReturnPolicy
from tests.support.clock import FakeClock
from tests.support.running import Person, text_of
from tests.support.theatre import Evening, evening_at_the_theatre


@pytest.fixture
async def evening(database_url: str, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Evening]:
    async with evening_at_the_theatre(database_url, tmp_path, clock) as running:
        await running.house.foyer.uow.write(lambda tx: tx.programme.put_return_policy(ReturnPolicy(fee_percent=10)))
        yield running


async def manager(evening: Evening, language: str = "English") -> Person:
    person = await evening.guest(3001, "Mona", language)
    person_id = await evening.id_of(person)

    def join(tx: Tx) -> bool:
        return tx.people.grant(person_id, Grant(Role.MANAGER, None), None, tx.now)

    await evening.house.foyer.uow.write(join)
    return person


async def documents(person: Person) -> list[tuple[str, bytes]]:
    sent = [m["document"] for m in await person.received() if "document" in m]
    return [(one["file_name"], await person.file(one["file_id"])) for one in sent]


async def sold_and_cancelled(evening: Evening) -> None:
    """Anna buys two for tomorrow, 680 each, and cancels one of them; 10 % are kept."""
    anna = await evening.guest()
    await evening.buys(anna, evening.theatre.later_concert_id)
    await anna.says("/tickets")
    await anna.presses("×2")
    await anna.presses("🎟")
    await anna.presses("Plans changed?")
    await anna.presses("Cancel · CN¥612 back")
    await anna.presses("Yes, cancel")
    await evening.house.foyer.ticks.refund()
    await evening.house.foyer.ticks.refund()
    await evening.house.settle()


async def test_a_manager_gets_the_month_as_two_files(evening: Evening) -> None:
    await sold_and_cancelled(evening)
    mona = await manager(evening)
    await mona.says("/accounts")
    month = (await mona.buttons())[0]
    await mona.presses(month)
    await mona.presses("XLSX")
    assert "Its sums are those of the journal." in await mona.sees()
    await mona.presses("CSV")
    (_, workbook), (name, table) = await documents(mona)
    assert name.endswith(".csv")
    book = load_workbook(io.BytesIO(workbook))
    assert book.sheetnames == ["By method", "By event", "By tax rate", "Vouchers", "All entries"]
    rows = [list(row) for row in book["By event"].iter_rows(values_only=True)]
    heading, concert, total = rows
    of = dict(zip(heading, concert, strict=True))
    assert (of["Event"], of["Sold"], of["Given back"], of["Fees kept"]) == ("From the New World", 1360, -612, 68)
    assert (of["Performed"], of["Open at the end"], of["Gross"]) == (0, 680, 748)
    assert total[0] == "Total"
    assert total[3:] == concert[3:]
    entries = list(book["All entries"].iter_rows(values_only=True))
    lines = list(csv.reader(io.StringIO(table.decode("utf-8-sig"))))
    assert len(entries) == len(lines) == 5
    assert [row[2] for row in lines[1:]] == ["payment", "sale given up for a fee", "fee kept", "refund"]
    assert [float(row[9]) for row in lines[1:]] == [row[9] for row in entries[1:]] == [1360, -68, 68, -612]
    assert sum(float(row[11]) + float(row[12]) for row in lines[1:]) == pytest.approx(748)


async def test_it_is_in_chinese_for_who_reads_chinese(evening: Evening) -> None:
    await sold_and_cancelled(evening)
    mona = await manager(evening, "简体中文")
    await mona.says("/accounts")
    await mona.presses((await mona.buttons())[0])
    await mona.presses("XLSX")
    ((_, workbook),) = await documents(mona)
    book = load_workbook(io.BytesIO(workbook))
    assert book.sheetnames == ["按收款方式", "按演出", "按税率", "购票券", "全部明细"]
    assert "自新大陆" in [row[0] for row in book["按演出"].iter_rows(values_only=True)]


async def test_nobody_else_gets_it(evening: Evening) -> None:
    uma = await evening.usher()
    await uma.says("/accounts")
    assert not any("Choose a month" in text_of(message) for message in await uma.received())
    await evening.forged(uma, "acm:2026-11:csv")
    await evening.forged(uma, "acc")
    assert await documents(uma) == []


async def test_the_command_line_writes_the_same(evening: Evening, tmp_path: Path) -> None:
    await sold_and_cancelled(evening)
    uow, out = evening.house.foyer.uow, tmp_path / "month.csv"
    month = evening.clock.now() + timedelta(hours=8)
    await export_month(uow, f"{month:%Y-%m}", out)
    assert len(out.read_text(encoding="utf-8-sig").splitlines()) == 5
    await export_month(uow, "2001-02", tmp_path / "empty.xlsx")
    assert load_workbook(tmp_path / "empty.xlsx")["All entries"].max_row == 1
    with pytest.raises(ValueError, match="written like 2026-11"):
        await export_month(uow, "2026-13", tmp_path / "month.csv")
    with pytest.raises(ValueError, match=r"\.xlsx or \.csv"):
        await export_month(uow, "2026-11", tmp_path / "month.pdf")
