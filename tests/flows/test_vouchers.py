"""Vouchers and codes as people meet them: bought in the chat, sold and redeemed at the window, given by the house."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.receiver import Receiver
from domain.money import Money
from domain.payments.voucher_model import VoucherRules
from domain.payments.vouchers import own_vouchers
from domain.people.model import Grant, Role
from domain.ports import Tx
from tests.support.clock import FakeClock
from tests.support.invariants import check_invariants
from tests.support.running import Person
from tests.support.theatre import Evening, evening_at_the_theatre


@pytest.fixture
async def evening(database_url: str, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Evening]:
    async with evening_at_the_theatre(database_url, tmp_path, clock) as running:
        yield running
        await check_invariants(running.house.foyer.uow)


async def clerk(evening: Evening) -> Person:
    cleo = await evening.guest(3001, "Cleo")
    cleo_id = await evening.id_of(cleo)

    def join(tx: Tx) -> bool:
        return tx.people.grant(cleo_id, Grant(Role.BOX_OFFICE, evening.theatre.venue_id), None, tx.now)

    await evening.house.foyer.uow.write(join)
    return cleo


async def holds(evening: Evening, person: Person, label: str = "· A ·") -> None:
    await evening.at(person, evening.theatre.later_concert_id)
    await person.presses(label)


async def test_a_voucher_is_bought_sent_to_a_friend_and_spent_in_part(evening: Evening) -> None:
    olga, anna, ben = await evening.guest(900, "Olga"), await evening.guest(), await evening.guest(1003, "Ben", "中文")
    await olga.says("/vouchers")
    await olga.presses("What is sold")
    await olga.says("many")
    assert "That cannot be read" in await olga.sees()
    await olga.says("24 500 2000")
    await anna.says("/vouchers")
    assert "good for 24 months" in await anna.sees()
    await anna.presses("CN¥500")
    await anna.pays()
    assert "Voucher: CN¥500" in await anna.sees()
    link = await anna.link()
    await ben.opens(link)
    await ben.presses("收进我的券")
    await holds(evening, ben)
    await ben.presses("购票券")
    await ben.says("2222-2222-2222")
    assert "没有这张购票券" in await ben.sees()
    await ben.presses("CN¥500" if "CN¥500" in " ".join(await ben.buttons()) else "500")
    assert "860" in await ben.sees()
    await ben.presses("不用购票券")
    await ben.presses("购票券")
    await ben.says(link)
    await ben.presses("860")
    await ben.pays()
    assert len(await evening.tickets_of(ben)) == 2
    await ben.says("/vouchers")
    assert not any("500" in label and "·" in label for label in await ben.buttons())


async def test_at_the_window_a_voucher_is_sold_and_pays_and_the_house_gives_one(evening: Evening) -> None:
    olga, cleo, anna = await evening.guest(900, "Olga"), await clerk(evening), await evening.guest()
    await cleo.says("/vouchers")
    await cleo.presses("Sell one at the window")
    await cleo.says("1500")
    assert "You have no open drawer" in await cleo.sees()
    await cleo.says("1500 4711")
    sold = await cleo.sees()
    assert "Voucher: CN¥1,500" in sold
    code = sold.split("Code: ")[1].split("\n")[0]
    await olga.says("/vouchers")
    await olga.presses("Give one away")
    await olga.says("200 2027-12-31")
    assert "Please say what it is for." in await olga.sees()
    await olga.says("200 2027-12-31 the heating failed")
    given = (await olga.sees()).split("Code: ")[1].split("\n")[0]
    await olga.says("/codes")
    await olga.presses("New code")
    await olga.says("SPRING 10% 5 1 2027-01-01..2027-12-31")
    assert "Good from" in await olga.sees()
    await cleo.says("/window")
    await cleo.presses("From the New World")
    await cleo.presses("· A ·")
    await cleo.presses("Promotion code")
    await cleo.says("winter")
    assert "There is no such code." in await cleo.sees()
    await cleo.says("spring")
    assert "less" in await cleo.sees()
    await cleo.presses("Voucher")
    await cleo.says(code)
    assert "To pay: CN¥0" in await cleo.sees()
    await cleo.presses("Give the tickets")
    assert "Receipt no." in await cleo.sees()
    await cleo.presses("Take back")
    await cleo.presses("Yes")
    await holds(evening, anna)
    await anna.presses("Voucher")
    await anna.says(given)
    assert "By voucher: CN¥200" in await anna.sees()
    await anna.presses("Voucher")
    await anna.says(code)
    await anna.presses("Pay by voucher")
    assert len(await evening.tickets_of(anna)) == 2


async def test_a_code_is_not_good_before_its_day(evening: Evening) -> None:
    olga, anna = await evening.guest(900, "Olga"), await evening.guest()
    await olga.says("/codes")
    await olga.presses("New code")
    await olga.says("AUTUMN 10% 5 1 2027-09-01..2027-08-31")
    assert "The last day has passed" in await olga.sees()
    await olga.says("AUTUMN 10% 5 1 2027-09-01..2027-10-31")
    await olga.says("/codes")
    await olga.presses("New code")
    await olga.says("NOW 10% 5 1 2027-10-31")
    await holds(evening, anna)
    await anna.presses("Promotion code")
    await anna.says("autumn")
    assert "not good yet" in await anna.sees()


async def test_a_voucher_paid_in_stars_whose_news_was_lost_is_found(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bot API, getStarTransactions: whoever has paid it has it, and hears of it once."""
    anna, foyer = await evening.guest(), evening.house.foyer
    await foyer.uow.write(lambda tx: tx.payments.put_voucher_rules(VoucherRules(12, (50,), "XTR")))
    await anna.says("/vouchers")
    await anna.presses("50")
    lost: list[Any] = []
    receive = Receiver.receive

    async def loses(self: Receiver, updates: Sequence[Any]) -> None:
        lost.extend(one for one in updates if "successful_payment" in one.get("message", {}))
        await receive(self, [one for one in updates if one not in lost])

    with monkeypatch.context() as patch:
        patch.setattr(Receiver, "receive", loses)
        await anna.pays()
    assert len(lost) == 1
    for missing in (1, 0):
        assert await foyer.ticks.reconcile() == missing, "the messenger keeps real time"
        await evening.house.settle()
    assert "Voucher: " in await anna.sees()
    await foyer.receiver.receive(lost)  # late after all
    await evening.house.settle()
    anna_id = await evening.id_of(anna)
    ((voucher, left),) = await foyer.uow.read(lambda tx: own_vouchers(tx, anna_id, 9))
    assert (left, voucher.holder_id) == (Money(50, "XTR"), anna_id)
