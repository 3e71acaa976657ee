"""Help from one's seat, a drink for the interval, a person to ask: from both sides of the counter."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.assistance.asking import EnquiriesBetween
from domain.assistance.house import ImportAssistance
from domain.people.model import Role
from domain.people.shifts import Shift
from domain.ports import Tx
from domain.programme.model import RunState
from tests.flows.test_evening import staff
from tests.flows.test_house import manager
from tests.flows.test_roles import somebody
from tests.support.assistance import house_document
from tests.support.clock import FakeClock
from tests.support.invariants import check_invariants
from tests.support.running import Person, text_of
from tests.support.sending import heard, sends_voice
from tests.support.theatre import Evening, evening_at_the_theatre


@pytest.fixture
async def evening(database_url: str, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Evening]:
    async with evening_at_the_theatre(database_url, tmp_path, clock) as running:
        await running.house.foyer.uow.write(ImportAssistance(house_document()))
        yield running
        await check_invariants(running.house.foyer.uow)


async def on_duty(evening: Evening, person: Person, role: Role, zones: tuple[str, ...] | None = None) -> None:
    person_id, venue_id = await evening.id_of(person), evening.theatre.venue_id

    def plan(tx: Tx) -> None:
        begins, ends = tx.now - timedelta(hours=1), tx.now + timedelta(hours=5)
        tx.shifts.put(Shift(0, venue_id, person_id, person_id, role, begins, ends, begins, ends, zones=zones))

    await evening.house.foyer.uow.write(plan)


async def tick(evening: Evening, by: timedelta = timedelta()) -> None:
    evening.clock.advance(by)
    await evening.house.foyer.ticks.page_help()
    await evening.house.foyer.ticks.tend_drinks()
    await evening.house.settle()


async def say_run(evening: Evening, state: RunState) -> None:
    def work(tx: Tx) -> None:
        tx.programme.set_run_state(evening.theatre.concert_id, state, tx.now)

    await evening.house.foyer.uow.write(work)


async def seen(person: Person) -> list[str]:
    return [plain(text_of(message)) for message in await person.received()]


def plain(text: str) -> str:
    """Without the marks that keep names apart from what is around them."""
    return text.replace("\u2068", "").replace("\u2069", "")


async def test_help_comes_to_the_seat(evening: Evening) -> None:
    """Flo has the stalls, Gus the circle; Anna sits in the stalls and sees who comes."""
    anna = await evening.guest()
    flo = await staff(evening, 2801, "Flo Fern", Role.FLOOR)
    gus = await staff(evening, 2802, "Gus", Role.FLOOR)
    await on_duty(evening, flo, Role.FLOOR, ("Stalls",))
    await on_duty(evening, gus, Role.FLOOR, ("Circle",))
    await evening.buys(anna, evening.theatre.concert_id)
    to = evening.theatre.concert_id
    before_gus = len(await gus.received())
    assert not await evening.forged(anna, f"ahn:{to}")
    assert "At which place?" in await anna.sees()
    await anna.presses("Stalls")
    await anna.presses("Help with access")
    assert (await anna.sees()).startswith("🔔 We have called somebody.")
    assert any(text.startswith("🔔 ♿ Help with access\n🪑 Stalls, row") for text in await seen(flo))
    assert len(await gus.received()) == before_gus
    await anna.says("I cannot see the steps")
    assert "“I cannot see the steps”" in await anna.sees()
    assert any("“I cannot see the steps”" in text for text in await seen(flo))
    await sends_voice(evening.house, anna)
    await flo.presses("Listen")
    await gus.says("/start")  # whoever works there may come
    assert "🥂 Drinks" in await gus.buttons()
    await gus.presses("Help at the seat (1)")
    await gus.presses("Stalls")
    await gus.presses("Listen")
    assert [await heard(each) for each in (flo, gus, anna)] == [[True], [True], []]
    far = await somebody(evening, Role.FLOOR)
    assert "not yours" in await evening.forged(far, await flo.behind("Listen"))
    assert await heard(far) == []

    await flo.presses("I am on my way")
    assert any(text.startswith("🏃 Flo (Floor service) is on the way to you.") for text in await seen(anna))
    await flo.presses("I am with them")
    assert any(text.startswith("🤝 Flo (Floor service) is with you.") for text in await seen(anna))
    await flo.presses("Done")
    assert [text.count("✅ Done by Flo (Floor service).") for text in await seen(flo) if "Asked at" in text] == [1]
    assert any(text.startswith("✅ Done. All the best to you!") for text in await seen(anna))
    await flo.says("/calls_for_help")
    assert "Nobody waits." in await flo.sees()


async def test_nobody_comes_so_more_are_paged_and_one_wins(evening: Evening) -> None:
    anna = await evening.guest(language="简体中文")
    flo, gus = await staff(evening, 2801, "Flo", Role.FLOOR), await staff(evening, 2802, "Gus", Role.USHER)
    mira = await manager(evening)
    await on_duty(evening, flo, Role.FLOOR, ("Stalls",))
    await on_duty(evening, gus, Role.USHER)
    await on_duty(evening, mira, Role.MANAGER)
    person_id = await evening.id_of(anna)
    at = evening.theatre
    await evening.at(anna, at.concert_id)
    await anna.presses("· A ·")
    await anna.presses("💳")
    await anna.pays()
    (ticket_id, _) = await evening.tickets_of(anna)
    await evening.forged(anna, f"ahc:{ticket_id}:unwell")
    assert (await anna.sees()).startswith("🔔 我们已叫人过来")

    async def paged(person: Person) -> int:
        return sum(text.startswith("🔔 🚑") for text in await seen(person))

    await tick(evening, timedelta(seconds=59))
    assert [await paged(each) for each in (flo, gus, mira)] == [1, 0, 0]
    await tick(evening, timedelta(seconds=1))
    assert [await paged(each) for each in (flo, gus, mira)] == [2, 1, 1]
    await tick(evening)
    await tick(evening, timedelta(seconds=60))
    assert [await paged(each) for each in (flo, gus, mira)] == [2, 1, 2]

    await gus.presses("I am on my way")
    toast = await flo.presses("I am on my way")
    assert toast == "A colleague is on the way already."
    await tick(evening, timedelta(minutes=5))
    assert [await paged(each) for each in (flo, gus, mira)] == [2, 1, 2]
    await gus.presses("I cannot")  # somebody else is called at once
    assert await paged(flo) == 3
    await anna.presses("不需要帮助")
    assert "已不需要帮助" in await anna.sees()
    request = await evening.house.foyer.uow.read(lambda tx: tx.assistance.open_help_of(person_id, at.concert_id))
    assert request is None
    toast = await mira.presses("I am on my way")
    assert "earlier moment" in toast


async def test_a_drink_is_paid_here_and_fetched_in_the_interval(evening: Evening) -> None:
    anna, ben = await evening.guest(), await evening.guest(1003, "Ben")
    flo = await staff(evening, 2801, "Flo", Role.FLOOR)
    for guest in (anna, ben):
        await evening.buys(guest, evening.theatre.concert_id)
    to = evening.theatre.concert_id
    await evening.forged(anna, f"adm:{to}")
    await anna.presses("＋ White wine")
    await anna.presses("＋ White wine")
    await anna.presses("＋ Orange juice")
    assert "Orange juice · CN¥20 (none)" in await anna.sees()
    await anna.presses("Pay CN¥116 here")
    await anna.pays()
    assert "Pick-up number 1" in await anna.sees()
    assert "Bar on the first floor" in await anna.sees()
    assert "Total CN¥116, of it tax CN¥12.17" in await anna.sees()
    assert "Receipt no. D" in await anna.sees()

    await evening.forged(ben, f"adm:{to}")
    await ben.presses("＋ White wine")
    assert not any("＋ White wine" in label for label in await ben.buttons())  # the last one
    await ben.presses("Order, pay CN¥48 at the desk")
    assert "Pick-up number 2" in await ben.sees()

    await say_run(evening, RunState.STARTED)
    await flo.says("/desk")
    await flo.presses("From the New World")
    assert "New: 2 · ready: 0" in await flo.sees()
    await flo.presses("🆕 1 2× White wine")
    await flo.presses("Ready")
    await tick(evening)
    assert not any("Number 1 is ready" in text for text in await seen(anna))  # she sits in the dark
    await say_run(evening, RunState.INTERVAL)
    await tick(evening)
    await tick(evening)
    assert sum("Number 1 is ready" in text for text in await seen(anna)) == 1
    await flo.presses("✅ 1")
    await flo.presses("Handed out")
    await flo.presses("2 💰")
    assert "You have no open drawer" in await flo.presses("paid in cash")
    await flo.presses("paid by card")
    assert "New: 0 · ready: 0" in await flo.sees()
    await evening.forged(ben, f"adm:{to}")
    assert "closed" in await ben.sees()


async def test_a_cancelled_evening_gives_the_money_back(evening: Evening) -> None:
    anna, ben = await evening.guest(), await evening.guest(1003, "Ben")
    flo = await staff(evening, 2801, "Flo", Role.FLOOR)
    for guest in (anna, ben):
        await evening.buys(guest, evening.theatre.concert_id)
    to = evening.theatre.concert_id
    await flo.says("/desk")
    await flo.presses("From the New World")
    await flo.presses("What there is")
    await flo.presses("✅ Orange juice")
    await flo.presses("Sold out")
    await flo.presses("✅ White wine (3 left)")
    await flo.presses("+6")
    assert "9 left." in await flo.sees()
    await flo.says("a few")
    assert "as a number" in await flo.sees()
    await flo.says("3")
    assert "3 left." in await flo.sees()
    await evening.forged(anna, f"adm:{to}")
    assert "sold out" in await anna.sees()
    await anna.presses("＋ White wine")
    await anna.presses("here")
    await anna.pays()
    await evening.forged(ben, f"adm:{to}")
    await ben.presses("＋ White wine")
    await ben.presses("at the desk")
    await ben.presses("Cancel the order")
    assert "Cancelled" in await ben.sees()
    await say_run(evening, RunState.CANCELLED)
    await tick(evening)
    assert any("Your order of drinks is cancelled." in text for text in await seen(anna))
    await evening.house.foyer.ticks.refund()
    await evening.house.settle()
    assert any("CN¥48 are on the way back" in text for text in await seen(anna))
    stock = await evening.house.foyer.uow.read(
        lambda tx: [item.stock for item in tx.assistance.menu(evening.theatre.venue_id)]
    )
    assert stock == [3, None]
    await say_run(evening, RunState.SCHEDULED)


async def test_a_person_answers_in_the_asker_s_language(evening: Evening) -> None:
    """A fact first; then the window, by a prepared reply and by hand; hours and the target are the house's."""
    anna = await evening.guest(language="简体中文")
    cleo, cora = (
        await staff(evening, 2803, "Cleo", Role.BOX_OFFICE),
        await staff(evening, 2804, "Cora", Role.BOX_OFFICE),
    )
    uow, venue_id = evening.house.foyer.uow, evening.theatre.venue_id
    began = evening.clock.now()
    await anna.says("哪里可以停车？")
    assert "停车场在广场地下。" in await anna.sees()
    await anna.presses("有帮助")
    await anna.says("迟到了还能进场吗")
    await anna.presses("咨询工作人员")
    assert "迟到了还能进场吗" in await anna.sees()
    assert any("💬 Anna" in text for text in await seen(cleo))

    await cleo.presses("I answer")
    assert await cora.presses("I answer") == "A colleague answers this already."
    evening.clock.advance(timedelta(minutes=4))
    await cleo.presses("Latecomers")
    assert any("您可在中场休息时入场。" in text for text in await seen(anna))
    await anna.presses("回信")
    await anna.says("谢谢！需要带什么吗？")
    assert any("谢谢！需要带什么吗？" in text for text in await seen(cleo))
    await cleo.presses("Look")
    await cleo.says("Just your <ticket>.")
    assert any("Just your <ticket>." in text for text in await seen(anna))
    await anna.presses("已处理完毕")
    figures = await uow.read(EnquiriesBetween(venue_id, began, evening.clock.now()))
    assert (figures.waiting, figures.median_seconds, figures.within) == (0, 240, 100)

    evening.clock.advance(timedelta(hours=2))  # it is ten in the evening
    await anna.says("/help")
    await anna.presses("咨询工作人员")
    await anna.says("明天几点开门？")
    assert "10:00" in await anna.sees()
    evening.clock.advance(timedelta(hours=12, minutes=30))
    await cora.says("/questions")
    await cora.presses("明天几点开门？")
    await cora.presses("I answer")
    await cora.says("十点。")
    figures = await uow.read(EnquiriesBetween(venue_id, began, evening.clock.now()))
    assert (figures.answered, figures.within) == (2, 50)  # 4 min in time, half an hour after ten was not
    await anna.says("/forget")
    await anna.presses("删除")
    written = await uow.read(lambda tx: [word for id in (1, 2) for word in tx.assistance.words(id)])
    assert written == []
