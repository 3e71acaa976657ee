"""Buying in the chat: the best together, by hand, the hold, the money, and when it goes wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from domain.payments.model import RefundState
from domain.ports import Tx
from domain.ticketing.holding import ExpireOrders, HoldPlaces
from domain.ticketing.model import Wish
from tests.support.clock import FakeClock
from tests.support.running import Person, text_of
from tests.support.theatre import Evening, evening_at_the_theatre


@pytest.fixture
async def evening(database_url: str, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Evening]:
    async with evening_at_the_theatre(database_url, tmp_path, clock) as running:
        yield running


async def held_by(evening: Evening, person: Person, *places: int) -> None:
    """Somebody is faster."""
    wishes = tuple(Wish(place, evening.theatre.full_id) for place in places)
    hold = HoldPlaces(await evening.id_of(person), evening.theatre.concert_id, wishes)
    await evening.house.foyer.uow.write(hold)


async def paid_but_not_told(evening: Evening, person: Person) -> None:
    """The pre-checkout is answered and the money taken; the word of it is still on its way."""
    house = evening.house
    message_id = next(m["message_id"] for m in reversed(await person.messages()) if "invoice" in m)
    paying = asyncio.create_task(house.post("/client/pay", {"user": person.id, "message_id": message_id}))
    while not await house.take_updates():
        await asyncio.wait([paying], timeout=0.01)
    await house.foyer.receiver.finish()
    await paying


async def photos(person: Person) -> list[str]:
    return [str(message.get("caption", "")) for message in await person.received() if "photo" in message]


async def test_two_adjacent_seats_in_five_taps_in_english(evening: Evening) -> None:
    anna = await evening.guest()
    await evening.at(anna, evening.theatre.concert_id)
    assert "Best 2 together · A · 2 × CN¥680" in await anna.buttons()
    await anna.presses("· A ·")
    order = await anna.sees()
    assert "Total CN¥1,360" in order
    assert "(10 min)" in order
    assert "Not all beside each other" not in order
    await anna.presses("Pay CN¥1,360")
    await anna.pays()
    captions = await photos(anna)
    assert sum("Code to read out" in caption for caption in captions) == 2
    assert sum("One code for all 2" in caption for caption in captions) == 1
    assert any("Paid. Thank you!" in text_of(message) for message in await anna.received())
    assert len(await evening.tickets_of(anna)) == 2


async def test_two_adjacent_seats_in_chinese(evening: Evening) -> None:
    li = await evening.guest(1002, "李", "简体中文")
    await evening.at(li, evening.theatre.concert_id)
    await li.presses("最佳 2 连座 · B")
    assert "为您保留到" in await li.sees()
    await li.presses("支付")
    await li.pays()
    captions = await photos(li)
    assert sum("口头核验码" in caption for caption in captions) == 2
    assert sum("2 人同行一码通" in caption for caption in captions) == 1


async def test_a_wheelchair_user_a_companion_and_three_others_in_one_search(evening: Evening) -> None:
    anna = await evening.guest()
    await evening.at(anna, evening.theatre.concert_id)
    await anna.presses("Reductions, wheelchair")
    await press_step(anna, "full price", "+")
    await press_step(anna, "wheelchair", "+")
    await press_step(anna, "companion", "+")
    await anna.presses("On to the seats")
    assert "For 5 people" in await anna.sees()
    await anna.presses("· A ·")
    order = await anna.sees()
    assert "1 × companion" in order
    assert "4 × full price" in order


async def press_step(person: Person, what: str, sign: str) -> None:
    """− or + beside a row's label; what nobody has asked for yet is one button with its +."""
    message = (await person.received())[-1]
    for row in message["reply_markup"]["inline_keyboard"]:
        if any(what in button["text"] for button in row):
            for button in row:
                if button["text"] == sign or button["text"].startswith(f"{sign} "):
                    press = {"user": person.id, "message_id": message["message_id"], "data": button["callback_data"]}
                    await person.presses_data(press)
                    return
    raise AssertionError(f"no {sign} beside {what}: {await person.buttons()}")


async def test_seats_by_hand(evening: Evening) -> None:
    anna = await evening.guest()
    await evening.at(anna, evening.theatre.concert_id)
    await anna.presses("Choose on the map")
    await anna.presses("Stalls")
    await anna.presses("3 · 10")
    await anna.presses("5")
    assert "Chosen 1 of 2: Stalls, row 3, seat 5" in await anna.sees()
    await anna.presses("6")
    await anna.presses("✓5")
    await anna.presses("7")
    await anna.presses("Take these 2 · CN¥1,360")
    assert "Stalls, row 3, seats 6–7" in await anna.sees()


async def test_a_box_shows_its_seats_at_once(evening: Evening) -> None:
    anna = await evening.guest()
    await evening.at(anna, evening.theatre.concert_id)
    await anna.presses("Choose on the map")
    await anna.presses("Box 1")
    await anna.presses("3")
    await anna.presses("Take this seat · CN¥180")
    assert "Box 1, row 1, seat 3" in await anna.sees()


async def test_somebody_was_faster(evening: Evening) -> None:
    anna = await evening.guest()
    await evening.at(anna, evening.theatre.concert_id)
    await anna.presses("Choose on the map")
    await anna.presses("Stalls")
    await anna.presses("3 · 10")
    await anna.presses("5")
    await anna.presses("6")
    await held_by(evening, await evening.guest(7777, "Zoe"), 25)
    await anna.presses("Take these 2")
    said = await anna.sees()
    assert "Stalls, row 3, seat 5 has just been taken" in said
    assert "Stalls, row 3, seat 6" in said
    await anna.presses("row 3, seat 4")
    assert "Stalls, row 3, seats 4, 6" in await anna.sees()


async def test_coming_back_finds_the_order(evening: Evening) -> None:
    anna = await evening.guest()
    await evening.at(anna, evening.theatre.concert_id)
    await anna.presses("· A ·")
    await anna.says("/start")
    await evening.at(anna, evening.theatre.concert_id)
    await anna.presses("Your seats, until")
    assert "Yours until" in await anna.sees()
    await anna.says("/tickets")
    await anna.presses("To pay by")
    assert "Yours until" in await anna.sees()


async def test_prolong_refresh_and_let_go(evening: Evening) -> None:
    anna = await evening.guest()
    await evening.at(anna, evening.theatre.concert_id)
    await anna.presses("· A ·")
    evening.clock.advance(timedelta(minutes=8))
    await anna.presses("Refresh")
    assert "(2 min)" in await anna.sees()
    assert "Yours until" in await anna.presses("More time")
    assert "(10 min)" in await anna.sees()
    assert "free for others" in await anna.presses("Let go")
    assert "130 free" in await anna.sees()


async def test_other_seats_replace_the_order(evening: Evening) -> None:
    anna = await evening.guest()
    await evening.at(anna, evening.theatre.concert_id)
    await anna.presses("· A ·")
    await anna.presses("Other seats")
    await anna.presses("· C ·")
    assert "Total CN¥360" in await anna.sees()
    await anna.presses("Back")
    assert "128 free" not in await anna.sees()  # one's own seats count as free
    assert "130 free" in await anna.sees()


async def test_the_time_is_over_and_the_same_is_taken_again(evening: Evening) -> None:
    anna = await evening.guest()
    await evening.at(anna, evening.theatre.concert_id)
    await anna.presses("· A ·")
    evening.clock.advance(timedelta(minutes=11))
    toast = await anna.presses("Pay")
    assert "time to pay is over" in toast
    await anna.presses("Take the same again")
    assert "Yours until" in await anna.sees()


async def test_a_hold_that_ran_out_is_told(evening: Evening) -> None:
    anna = await evening.guest()
    await evening.at(anna, evening.theatre.concert_id)
    await anna.presses("· A ·")
    evening.clock.advance(timedelta(minutes=11))
    await evening.house.foyer.uow.write(ExpireOrders())
    await evening.house.settle()
    assert "seats were given back" in await anna.sees()
    await anna.presses("Take the same again")
    assert "Yours until" in await anna.sees()


async def test_a_free_performance(evening: Evening) -> None:
    anna = await evening.guest()
    await evening.at(anna, evening.theatre.talk_id)
    await anna.presses("Reserve 2 places free")
    await anna.presses("Confirm the booking")
    assert len(await evening.tickets_of(anna)) == 2
    assert any("free choice of place" in caption for caption in await photos(anna))


async def test_a_forwarded_invoice_leads_to_the_performance(evening: Evening) -> None:
    anna, ben = await evening.guest(), await evening.guest(1003, "Ben")
    await evening.at(anna, evening.theatre.concert_id)
    await anna.presses("· A ·")
    await anna.presses("Pay")
    with pytest.raises(AssertionError, match=f"start=p{evening.theatre.concert_id}"):
        await anna.pays(payer=ben.id)
    await ben.says(f"/start p{evening.theatre.concert_id}")
    assert "From the New World" in await ben.sees()


async def test_an_old_invoice_is_refused_with_a_reason(evening: Evening) -> None:
    anna = await evening.guest()
    await evening.at(anna, evening.theatre.concert_id)
    await anna.presses("· A ·")
    await anna.presses("Pay")
    evening.clock.advance(timedelta(minutes=11))
    assert "given back" in str(await anna.pays())
    assert await evening.tickets_of(anna) == []


async def test_money_that_comes_late_is_returned(evening: Evening) -> None:
    """The pre-checkout was in time, the money was not, and somebody else has the seats by then."""
    anna = await evening.guest()
    await evening.at(anna, evening.theatre.concert_id)
    await anna.presses("Choose on the map")
    await anna.presses("Box 1")
    await anna.presses("3")
    await anna.presses("Take this seat")
    await anna.presses("Pay")
    zoe = await evening.guest(7777, "Zoe")
    await paid_but_not_told(evening, anna)
    evening.clock.advance(timedelta(minutes=11))
    await held_by(evening, zoe, 123)
    await evening.house.settle()
    texts = [text_of(message) for message in await anna.received()]
    assert any("We are sorry." in text and "CN¥180" in text for text in texts)
    assert await evening.tickets_of(anna) == []

    def refunds(tx: Tx) -> list[RefundState]:
        return [refund.state for refund in tx.payments.due_refunds(evening.clock.now(), 10)]

    assert await evening.house.foyer.uow.read(refunds) == [RefundState.REQUESTED]
    await anna.presses("The best that is left")
    assert "Best 2 together · C · 2 × CN¥180" in await anna.buttons()


async def test_the_purchase_limit_is_said(evening: Evening) -> None:
    anna = await evening.guest()
    for _ in range(3):
        await evening.buys(anna, evening.theatre.concert_id, "· B ·")
    await evening.at(anna, evening.theatre.concert_id)
    assert "You have 6 tickets for this performance" in await anna.sees()


async def test_old_buttons_never_err(evening: Evening) -> None:
    """Everything that was ever pressed is pressed again when all is over."""
    anna = await evening.guest()
    await evening.buys(anna, evening.theatre.concert_id)
    presses = ["or:1", "pl:1", "gb:1", "ag:1", "pay:1", "yes:1", "tb:1:0:1.2", "hl:1:1.2:0", "zn:1:99:1.2:0"]
    presses += ["st:1:9999:1:1.2", "cp:1:1.2", "tp:1:1.2", "sw:1:1:9999:1.2", "pt:1:0:!!", "tb:1:77:1.2"]
    presses += ["rw:1:999:1.2:0", "pf:999", "vs:999:0", "st:1:15:1:1.2", "sw:1:15:16:1.2"]
    evening.clock.advance(timedelta(hours=3))
    for data in presses:
        await evening.forged(anna, data)
    assert not any("something went wrong" in text_of(message) for message in await anna.received())
    assert len(await evening.tickets_of(anna)) == 2


async def test_a_price_that_is_no_longer_offered_becomes_the_usual_one(evening: Evening) -> None:
    """An old button still names it."""
    anna = await evening.guest()
    await evening.at(anna, evening.theatre.concert_id)
    await evening.forged(anna, f"pt:{evening.theatre.concert_id}:0:zzz.3")
    assert any("3 × full price" in text_of(message) for message in await anna.received())


async def test_somebody_else_s_order_is_the_same_as_none(evening: Evening) -> None:
    anna, eve = await evening.guest(), await evening.guest(1004, "Eve")
    await evening.at(anna, evening.theatre.concert_id)
    await anna.presses("· A ·")
    order_id = (await evening.house.foyer.uow.read(_order_of(await evening.id_of(anna))))[0]
    for prefix in ("or", "pl", "gb", "ag", "pay", "yes", "pc"):
        for id in (order_id, 99999):
            toast = await evening.forged(eve, f"{prefix}:{id}")
            assert toast == "This is not here any more, or it is not yours."
    await anna.presses("Refresh")
    assert "Yours until" in await anna.sees()


def _order_of(buyer_id: int) -> Callable[[Tx], list[int]]:
    return lambda tx: [order.id for order in tx.ticketing.unpaid_orders(buyer_id)]
