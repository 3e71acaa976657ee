"""``foyer schedule``: everything that the clock will do, in order, in both languages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.commands.schedule import tell
from domain.feedback.asking import ImportSurvey
from domain.people.model import Grant, Role
from domain.people.shifts import Shift
from domain.ports import Tx
from domain.ticketing.blocking import BlockPlaces
from domain.ticketing.model import BlockReason
from storage.unit_of_work import UnitOfWork
from tests.support.clock import FakeClock
from tests.support.house import small_house
from tests.support.selling import buy, people
from tests.support.survey import survey_document
from tests.support.window import clerk_at


async def test_what_is_due_is_told_in_order(
    uow: UnitOfWork, clock: FakeClock, capsys: pytest.CaptureFixture[str]
) -> None:
    house = await uow.write(small_house)  # Monday 13:00 in Berlin; begins in a week
    await tell(uow, 5, "en")
    assert capsys.readouterr().out == "Nothing is due in these days.\n"
    anna, ben = await people(uow, 2)
    await buy(uow, house, anna, 1, 2)
    await buy(uow, house, ben, 3)
    await uow.write(lambda tx: tx.evening.put_choice(ben, ()))
    clerk = await clerk_at(uow, house, float_minor=0)
    release = clock.now() + timedelta(days=2)

    def block(tx: Tx) -> int:
        return BlockPlaces(clerk, house.performance_id, "9", BlockReason.HOUSE, release_at=release)(tx)

    await uow.write(block)
    await tell(uow, 8, "en")
    told = [line.strip() for line in capsys.readouterr().out.splitlines() if line]
    assert told == [
        "Wednesday, March 3, 2027",
        "13:00  1 block goes on sale: Concert (Mon, Mar 8, 13:00)",
        "Sunday, March 7, 2027",
        "13:00  1 reminder a day before: Concert (Mon, Mar 8, 13:00)",
        "Monday, March 8, 2027",
        "11:00  1 reminder two hours before: Concert (Mon, Mar 8, 13:00)",
        "12:30  doors open for 3 tickets: Concert (Mon, Mar 8, 13:00)",
    ]
    await tell(uow, 8, "zh_Hans")
    assert "提前一天" in capsys.readouterr().out


async def test_surveys_and_digests_are_in_it_by_the_venue_s_clock(
    uow: UnitOfWork, clock: FakeClock, capsys: pytest.CaptureFixture[str]
) -> None:
    house = await uow.write(small_house)  # Monday 13:00 to 14:30 in Berlin, in a week
    anna, mia, olaf = await people(uow, 3)
    await buy(uow, house, anna, 1, 2)

    def staffed(tx: Tx) -> None:
        ImportSurvey(survey_document())(tx)
        tx.people.grant(mia, Grant(Role.MANAGER, house.venue_id), None, tx.now)
        tx.people.grant(olaf, Grant(Role.OWNER), None, tx.now)
        early = clock.now() + timedelta(days=1, hours=-5)  # 08:00 in Berlin
        tx.shifts.put(Shift(0, house.venue_id, mia, mia, Role.USHER, early, early, early, early))

    await uow.write(staffed)
    await tell(uow, 2, "en")
    assert [line.strip() for line in capsys.readouterr().out.splitlines() if line] == [
        "Tuesday, March 2, 2027",
        "07:00  1 manager gets the day’s digest",
        "Wednesday, March 3, 2027",
        "09:00  1 manager gets the day’s digest",
    ]
    clock.advance(timedelta(days=6, hours=12))
    await tell(uow, 1, "en")
    told = [line.strip() for line in capsys.readouterr().out.splitlines() if line]
    assert told[:2] == ["Monday, March 8, 2027", "09:00  2 managers get the week’s digest"]
    assert told[-1] == "15:15  who has come is asked how it was, 2 tickets: Concert (Mon, Mar 8, 13:00)"
    clock.advance(timedelta(days=21))  # the clocks have been set forward on 28 March
    await tell(uow, 1, "en")
    assert "09:00  2 managers get the week’s digest" in capsys.readouterr().out
