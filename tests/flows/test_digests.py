"""Digests: what a manager is told in the morning, what they do about it, and that its figures are the books'."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot import books
from domain.feedback.asking import ImportSurvey
from domain.payments.accounts_model import Month
from domain.people.model import Grant, Role
from domain.people.shifts import Shift
from domain.people.usecases import Invite, UseInvitation
from domain.ports import Tx
from domain.records.digest_model import Period
from domain.records.digests import MakeDigest
from domain.records.tasks import ask_for_a_hand
from handlers.ui.files import MonthBook
from tests.support.clock import FakeClock
from tests.support.invariants import check_invariants
from tests.support.running import Person, text_of
from tests.support.survey import survey_document, unhappy
from tests.support.theatre import Evening, evening_at_the_theatre

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
async def evening(database_url: str, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Evening]:
    async with evening_at_the_theatre(database_url, tmp_path, clock) as running:
        yield running
        await check_invariants(running.house.foyer.uow)


async def staff(evening: Evening, id: int, name: str, role: Role, language: str = "English") -> Person:
    person = await evening.guest(id, name, language)
    person_id, grant = await evening.id_of(person), Grant(role, evening.theatre.venue_id)
    await evening.house.foyer.uow.write(lambda tx: tx.people.grant(person_id, grant, None, tx.now))
    return person


def to(clock: FakeClock, day: int, hour: int, minute: int = 0) -> None:
    """March 2027, the venue's time; the clock begins on Monday the 1st at 20:00 there."""
    clock.advance(datetime(2027, 3, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC) - clock.now())


async def digests(evening: Evening) -> int:
    written = await evening.house.foyer.ticks.send_digests()
    await evening.house.settle()
    return written


async def test_the_morning_after_says_what_needs_you_and_what_was(evening: Evening, clock: FakeClock) -> None:
    uow, theatre = evening.house.foyer.uow, evening.theatre
    await uow.write(ImportSurvey(survey_document()))
    mia, olga = await staff(evening, 3002, "Mia", Role.MANAGER), await evening.guest(900, "Olga")
    cleo = await staff(evening, 1020, "Cleo", Role.BOX_OFFICE)
    anna, ben, uma = await evening.guest(), await evening.guest(1003, "Ben", "中文"), await evening.usher()
    await mia.says("/today")
    assert "Nothing needs you at this moment." in await mia.sees()
    assert "0 of " in await mia.sees()
    for guest in (anna, ben, uma):
        await evening.buys(guest, theatre.concert_id, "· B ·")
    await evening.buys(anna, theatre.later_concert_id, "· C ·")
    await uma.says("/door")
    await uma.presses("From the New World")
    await uma.presses("Every gate")
    await uma.opens(await evening.link_of((await evening.tickets_of(anna))[0]))
    await mia.says("/today")
    assert "6 of " in await mia.sees()
    assert "6 expected" in await mia.sees()
    assert await digests(evening) == 0  # it is evening
    to(clock, 2, 8, 59)
    assert await digests(evening) == 0
    to(clock, 2, 9)
    mia_id, olga_id, anna_id = [await evening.id_of(person) for person in (mia, olga, anna)]
    pia = await evening.guest(1010, "Pia")
    pia_id = await evening.id_of(pia)

    def waits(tx: Tx) -> None:
        unhappy(tx, anna_id, theatre.concert_id, theatre.venue_id)
        ask_for_a_hand(tx, "charge_unknown", "charge", 7)
        invitation_id = Invite(olga_id, Role.USHER, theatre.venue_id)(tx)
        UseInvitation(pia_id, invitation_id)(tx)

    await uow.write(waits)
    await evening.house.settle()
    assert await digests(evening) == 1  # the owner's comes on Mondays
    assert await digests(evening) == 0
    said = await mia.sees()
    assert said.index("What needs you") < said.index("Tonight’s house") < said.index("Last night")
    assert "① Money that we do not know" in said
    assert "② A guest waits for an answer" in said
    assert "③ Pia" in said.replace("\u2068", "").replace("\u2069", "")
    assert "5 of 6 did not come (83 %)" in said
    digest = await uow.read(MakeDigest(mia_id, Period.DAY))
    book = await books.write_book(uow, MonthBook(None, Month(2027, 3), "csv", "en"), io.BytesIO())
    totals: Counter[str] = Counter()
    for (_, currency), account in book.by_method.items():
        totals[currency] += account.total.gross
    assert {taken.currency: taken.total for taken in digest.takings} == dict(totals)
    assert digest.tonight[0].sold == digest.tonight[0].expected == 2
    # Approved, put off, answered: the fourth and the fifth come up.
    await mia.presses("③ ✅ Approve")
    assert await uow.read(lambda tx: tx.people.grants(pia_id))
    await mia.says("/today")
    await mia.presses("① 💤")
    said = await mia.sees()
    assert "① A guest waits" in said
    assert "② Many stayed away: From the New World" in said
    await mia.presses("② Give it to …")
    assert "Who looks into it?" in await mia.sees()
    assert await mia.presses("Cleo") == "It is an improvement action now, due in a week."
    assert "Many stayed away" in await cleo.sees()
    assert "Many stayed away" not in await mia.sees()
    await mia.presses("① Answer")
    assert "low score" in (await mia.sees()).lower()
    to(clock, 3, 9)
    assert await digests(evening) == 1
    assert "Money that we do not know" in await mia.sees()  # a day is over
    await cleo.says("/today")
    assert "another role" in await cleo.sees()


async def test_each_manager_chooses_when_and_what(evening: Evening, clock: FakeClock) -> None:
    uow, theatre = evening.house.foyer.uow, evening.theatre
    mia, max_ = await staff(evening, 3002, "Mia", Role.MANAGER), await staff(evening, 3004, "Max", Role.MANAGER, "中文")
    olga = await evening.guest(900, "Olga")
    mia_id = await evening.id_of(mia)
    begins = datetime(2027, 3, 2, 8, tzinfo=SHANGHAI).astimezone(UTC)
    shift = Shift(
        0, theatre.venue_id, mia_id, mia_id, Role.MANAGER, begins, begins + timedelta(hours=8), begins, begins
    )
    await uow.write(lambda tx: tx.shifts.put(replace(shift, off_at=shift.ends_at)))
    await max_.says("/today")
    await max_.presses("时间与内容")
    await max_.presses("12:00")
    assert any(label == "✓ 12:00" for label in await max_.buttons())
    to(clock, 2, 7)
    assert await digests(evening) == 1  # an hour before the first shift
    assert "Today" in await mia.sees()
    to(clock, 2, 12)
    assert await digests(evening) == 1
    assert "需要您处理" in await max_.sees()
    assert await digests(evening) == 0
    await mia.says("/today")
    await mia.presses("When, and which")
    await mia.presses("No digests")
    assert "8:00" not in " ".join(await mia.buttons())
    await max_.says("/today")
    await max_.presses("时间与内容")
    await max_.presses("每周一")
    to(clock, 3, 12)
    assert await digests(evening) == 0
    to(clock, 8, 12)
    assert await digests(evening) == 2  # Max and the owner, whose usual time was at nine and is not over
    assert "The week" in await olga.sees()
    assert "本周" in await max_.sees()
    before = len(await max_.received())
    to(clock, 15, 19)
    assert await digests(evening) == 0  # too late to be a morning's
    assert len(await max_.received()) == before


async def test_sales_are_compared_at_the_same_number_of_days_out(evening: Evening, clock: FakeClock) -> None:
    uow, theatre = evening.house.foyer.uow, evening.theatre
    mia, anna = await staff(evening, 3002, "Mia", Role.MANAGER), await evening.guest()

    def season(tx: Tx) -> list[int]:
        """Three more concerts in the same hall, on later days."""
        base = tx.programme.performance(theatre.later_concert_id)
        assert base is not None
        ids = []
        for number in range(1, 4):
            day = timedelta(days=number)
            ids.append(
                tx.programme.put_performance(
                    replace(
                        base,
                        id=0,
                        key=f"more-{number}",
                        starts_at=base.starts_at + day,
                        doors_at=base.doors_at + day,
                        ends_at=base.ends_at + day,
                        sales_close_at=base.sales_close_at + day,
                    )
                )
            )
            tx.programme.put_prices(ids[-1], base.prices)
        return ids

    more = await uow.write(season)
    for performance_id in (theatre.concert_id, theatre.later_concert_id, more[0]):
        for label in ("· A ·", "· B ·", "· C ·"):
            await evening.buys(anna, performance_id, label)
    to(clock, 4, 23, 30)  # four are over; the fifth begins tomorrow at 20:45
    await mia.says("/today")
    said = await mia.sees()
    assert "0 % sold; at this time" in said
    assert "in 4 comparable shows" in said
    await mia.presses("📈 Sales")
    newest = (await mia.received())[-1]
    assert "photo" in newest
    assert "comparable shows" in text_of(newest)
    await mia.presses("Back")
    assert "What needs you" in await mia.sees()
