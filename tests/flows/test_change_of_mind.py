"""A change of mind: cancelling, other seats, giving back for resale, returning a gift; in both languages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from domain.errors import SeatTaken
from domain.money import Money
from domain.payments.model import Captured
from domain.payments.paying import CapturePayment
from domain.ports import Tx
from domain.programme.returns import Resale, ReturnPolicy
from domain.ticketing.holding import HoldPlaces
from domain.ticketing.model import Wish
from storage.tables.payments import charge
from tests.support.clock import FakeClock
from tests.support.invariants import check_invariants
from tests.support.running import Person, text_of
from tests.support.theatre import Evening, evening_at_the_theatre

POLICY = ReturnPolicy(fee_percent=10, resale=Resale.ALWAYS)


@pytest.fixture
async def evening(database_url: str, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Evening]:
    async with evening_at_the_theatre(database_url, tmp_path, clock) as running:
        await set_policy(running, POLICY)
        yield running
        await check_invariants(running.house.foyer.uow)


async def set_policy(evening: Evening, policy: ReturnPolicy) -> None:
    await evening.house.foyer.uow.write(lambda tx: tx.programme.put_return_policy(policy))


async def has_two(evening: Evening, person: Person) -> None:
    """Two seats of the later concert, 680 each, and the first of them open."""
    await evening.buys(person, evening.theatre.later_concert_id)
    await person.says("/tickets")
    await person.presses("×2")
    await person.presses("🎟")


async def has_heard(person: Person, words: str) -> bool:
    return any(words in text_of(message) for message in await person.received())


async def sold_to(evening: Evening, person: Person, place: int) -> None:
    """They buy this very seat of the later concert."""
    person_id, uow = await evening.id_of(person), evening.house.foyer.uow
    wish = Wish(place, evening.theatre.full_id)
    order_id = await uow.write(HoldPlaces(person_id, evening.theatre.later_concert_id, (wish,)))
    paid = Captured("test", f"charge-{order_id}", "", order_id, Money(68000, "CNY"), person_id)
    assert (await uow.write(CapturePayment(paid)))["fate"] == "tickets"
    await evening.house.settle()


async def tickets(evening: Evening, person: Person) -> list[tuple[int, str]]:
    person_id = await evening.id_of(person)
    found = await evening.house.foyer.uow.read(lambda tx: tx.ticketing.tickets_of_holder(person_id))
    return [(ticket.place, ticket.state.value) for ticket in found]


async def test_one_of_two_is_cancelled_for_its_price_less_the_fee(evening: Evening) -> None:
    anna = await evening.guest()
    await has_two(evening, anna)
    await anna.presses("Plans changed?")
    said = await anna.sees()
    assert "You get CN¥612 back, the way you paid." in said
    assert "The house keeps CN¥68." in said
    await anna.presses("Cancel · CN¥612 back")
    assert "This cannot be undone." in await anna.sees()
    await anna.presses("Yes, cancel")
    assert await has_heard(anna, "Cancelled. The codes are void.")
    assert [state for _, state in await tickets(evening, anna)] == ["refunded", "valid"]
    await anna.says("/tickets")
    assert "1 ticket" in await anna.sees()
    assert not any("×2" in label for label in await anna.buttons())


async def test_both_are_cancelled_at_once_and_a_second_press_finds_nothing(evening: Evening) -> None:
    anna = await evening.guest()
    await has_two(evening, anna)
    await anna.presses("Plans changed?")
    await anna.presses("seat 6")
    await anna.presses("Cancel · CN¥1,224 back")
    await anna.presses("Yes, cancel")
    assert await tickets(evening, anna) == [(25, "refunded"), (26, "refunded")]
    assert sum("You have cancelled tickets." in text_of(message) for message in await anna.received()) == 1
    await evening.forged(anna, f"cgC:{evening.theatre.later_concert_id}:3")
    assert sum("You have cancelled tickets." in text_of(message) for message in await anna.received()) == 1


async def test_a_dearer_seat_is_chosen_on_the_map_and_paid_by_the_difference(evening: Evening) -> None:
    anna = await evening.guest()
    await evening.buys(anna, evening.theatre.later_concert_id, "· B ·")
    await anna.says("/tickets")
    await anna.presses("×2")
    await anna.presses("🎟")
    await anna.presses("Plans changed?")
    await anna.presses("Other seats")
    assert "You are changing one seat" in await anna.sees()
    await anna.presses("Stalls")
    await anna.presses("6 ·")
    await anna.presses("5")
    assert "You are changing one seat" in await anna.sees()
    await anna.presses("Take this seat")
    said = await anna.sees()
    assert "Paid for your old seats: CN¥380" in said
    assert "To pay: CN¥300" in said
    await anna.presses("Pay CN¥300")
    invoice = next(m["invoice"] for m in reversed(await anna.messages()) if "invoice" in m)
    assert invoice["total_amount"] == 30000
    await anna.pays()
    states = [state for _, state in await tickets(evening, anna)]
    assert sorted(states) == ["cancelled", "valid", "valid"]
    assert "Paid. Thank you!" in " ".join([text_of(m) for m in await anna.received()])


async def test_a_cheaper_seat_gives_money_back(evening: Evening) -> None:
    anna = await evening.guest()
    await has_two(evening, anna)
    await anna.presses("Plans changed?")
    await anna.presses("Other seats")
    await anna.presses("Circle")
    await anna.presses("1 ·")
    await anna.presses("5")
    await anna.presses("Take this seat")
    assert "You get CN¥300 back." in await anna.sees()
    await anna.presses("Change the seats")
    assert await has_heard(anna, "Your new seats cost less.")
    assert sorted(state for _, state in await tickets(evening, anna)) == ["cancelled", "valid", "valid"]


async def test_letting_go_of_new_seats_keeps_the_old_ones(evening: Evening) -> None:
    anna = await evening.guest()
    await has_two(evening, anna)
    before = await tickets(evening, anna)
    await anna.presses("Plans changed?")
    await anna.presses("Other seats")
    await anna.presses("Circle")
    await anna.presses("1 ·")
    await anna.presses("5")
    await anna.presses("Take this seat")
    assert "Until this is settled your old seats stay yours." in await anna.sees()
    await anna.presses("Keep the old seats")
    assert "Your old seats are still yours." in await anna.sees()
    assert await tickets(evening, anna) == before
    await anna.says("/tickets")
    await anna.presses("×2")
    assert "You have 2 tickets." in await anna.sees()


async def test_a_seat_is_sold_again_and_its_money_paid_out(evening: Evening) -> None:
    anna, ben = await evening.guest(), await evening.guest(1003, "Ben")
    await has_two(evening, anna)
    await anna.presses("Plans changed?")
    await anna.presses("Resale")
    assert "The ticket stays good until somebody else has paid" in await anna.sees()
    await anna.presses("Yes, offer for resale")
    assert "offered to others" in await anna.sees()
    assert any("Keep it after all" in label for label in await anna.buttons())
    await sold_to(evening, ben, 25)
    assert await tickets(evening, ben) == [(25, "valid")]
    assert await has_heard(anna, "Your seats have been sold again.")
    assert (25, "refunded") in await tickets(evening, anna)


async def test_who_takes_a_ticket_back_from_resale_keeps_it(evening: Evening) -> None:
    anna, ben = await evening.guest(), await evening.guest(1003, "Ben")
    await has_two(evening, anna)
    await anna.presses("Plans changed?")
    await anna.presses("Resale")
    await anna.presses("Yes, offer for resale")
    await anna.presses("Keep it after all")
    assert not any("Keep it after all" in label for label in await anna.buttons())
    with pytest.raises(SeatTaken):
        await sold_to(evening, ben, 25)
    assert (25, "valid") in await tickets(evening, anna)


async def test_a_gift_goes_back_to_the_giver(evening: Evening) -> None:
    anna, ben = await evening.guest(), await evening.guest(1003, "Ben")
    await has_two(evening, anna)
    await anna.presses("Hand on")
    await ben.opens(await anna.link())
    await ben.presses("Take it")
    await ben.says("/tickets")
    await ben.presses("From the New World")
    await ben.presses("Plans changed?")
    assert "handed to you by Anna" in (await ben.sees()).replace("\u2068", "").replace("\u2069", "")
    await ben.presses("Give it back")
    assert await tickets(evening, ben) == []
    assert len([state for _, state in await tickets(evening, anna) if state == "valid"]) == 2


async def test_after_the_house_closes_cancelling_it_says_since_when(evening: Evening) -> None:
    anna = await evening.guest()
    await has_two(evening, anna)
    evening.clock.advance(timedelta(hours=1))
    await anna.presses("Plans changed?")
    said = await anna.sees()
    assert "Cancelling was possible until" in said
    assert not any("Cancel" in label for label in await anna.buttons())
    person_id = await evening.id_of(anna)
    assert person_id
    toast = await evening.forged(anna, f"cgC:{evening.theatre.later_concert_id}:1")
    assert "too late" in toast + await anna.sees()
    assert [state for _, state in await tickets(evening, anna)] == ["valid", "valid"]


async def test_a_stranger_cancels_nothing(evening: Evening) -> None:
    anna, zoe = await evening.guest(), await evening.guest(7777, "Zoe")
    await has_two(evening, anna)
    for data in (
        f"cgC:{evening.theatre.later_concert_id}:3",
        "cgt:1",
        "cgk:1",
        "cgG:1",
        "cgR:1:1",
        "cgC:1:!",
        "cgs:2:zz",
    ):
        await evening.forged(zoe, data)
    assert [state for _, state in await tickets(evening, anna)] == ["valid", "valid"]


async def test_the_same_in_chinese(evening: Evening) -> None:
    anna, ben = await evening.guest(1001, "安娜", "中文"), await evening.guest(1003, "Ben")
    await has_two(evening, anna)
    await anna.presses("行程有变")
    assert "612" in await anna.sees()
    await anna.presses("座位")
    assert "正在换座" in await anna.sees()
    await anna.says("/tickets")
    await anna.presses("×2")
    await anna.presses("🎟")
    await anna.presses("行程有变")
    await anna.presses("委托转售")
    await anna.presses("确认转售")
    await sold_to(evening, ben, 25)
    assert await has_heard(anna, "您的座位已转售成功。")
    await anna.says("/tickets")
    await anna.presses("新大陆")
    await anna.presses("行程有变")
    await anna.presses("退票 ·")
    await anna.presses("确认退票")
    assert await has_heard(anna, "已退票，入场码已作废。")


async def test_money_given_back_by_hand_needs_a_proof(evening: Evening) -> None:
    """The window took it by a terminal: a manager pays it back, and says by what."""
    anna, olga = await evening.guest(), await evening.guest(900, "Olga")
    await has_two(evening, anna)
    uow = evening.house.foyer.uow

    def by_terminal(tx: Tx) -> None:
        tx._connection.execute(update(charge).values(provider="terminal"))  # type: ignore[attr-defined]

    await uow.write(by_terminal)
    await anna.presses("Plans changed?")
    assert "back at the box office" in await anna.sees()
    await anna.presses("Cancel ·")
    await anna.presses("Yes, cancel")
    await olga.says("/tasks")
    await olga.presses("Refund by hand")
    await olga.presses("Done")
    assert "What proves it?" in await olga.sees()
    await olga.says("transfer 4711")
    assert "Nothing is waiting." in await olga.sees()
    assert await has_heard(anna, "on the way back")
