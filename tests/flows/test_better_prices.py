"""Members pay less, a group's leader pays for all, and tickets are given on by one link."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pypdf
import pytest

from domain.codes import CodeKind
from domain.people.model import Grant, Role
from domain.ports import Tx
from domain.ticketing.blocking import BlockPlaces, ReleaseDueBlocks
from domain.ticketing.holding import ExpireOrders
from domain.ticketing.model import BlockReason
from tests.support.clock import FakeClock
from tests.support.invariants import check_invariants
from tests.support.running import Person
from tests.support.theatre import Evening, evening_at_the_theatre


@pytest.fixture
async def evening(database_url: str, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Evening]:
    async with evening_at_the_theatre(database_url, tmp_path, clock) as running:
        yield running
        await check_invariants(running.house.foyer.uow)


async def holds(evening: Evening, person: Person, label: str = "· A ·") -> None:
    await evening.at(person, evening.theatre.later_concert_id)
    await person.presses(label)


async def block_of_ten(evening: Evening) -> tuple[Person, int]:
    """A clerk, and ten places that they have set aside for a group until a day before."""
    cleo = await evening.guest(3001, "Cleo")
    cleo_id = await evening.id_of(cleo)
    theatre, clock = evening.theatre, evening.clock

    def work(tx: Tx) -> int:
        tx.people.grant(cleo_id, Grant(Role.BOX_OFFICE, theatre.venue_id), None, tx.now)
        until = clock.now() + timedelta(days=1)
        return BlockPlaces(cleo_id, theatre.later_concert_id, "Stalls/3/1-10", BlockReason.GROUP, "7b", until)(tx)

    return cleo, await evening.house.foyer.uow.write(work)


async def test_a_member_pays_less_for_so_many_seats_until_the_membership_ends(evening: Evening) -> None:
    olga, anna, ben = await evening.guest(900, "Olga"), await evening.guest(), await evening.guest(1003, "Ben", "中文")
    await olga.says("/members")
    await olga.presses("New membership")
    await olga.says("Friends")
    assert "That cannot be read." in await olga.sees()
    await olga.says("Friends 50% 1")
    await olga.presses("Add members")
    await olga.says("2027-12-31 M-101 M-102")
    assert "M-102" in await olga.sees()
    link = await olga.link()
    await anna.opens(link)
    await anna.presses("This is mine")
    assert "It is yours." in await anna.sees()
    await ben.opens(link)
    assert "已被使用" in await ben.sees() or "已使用" in await ben.sees() or "用过" in await ben.sees()
    await holds(evening, ben)
    assert not any("会员价" in label for label in await ben.buttons())
    await holds(evening, anna)
    await anna.presses("Members’ price")
    assert "Members’ price, Friends: CN¥340 less" in await anna.sees()
    assert not any("Promotion code" in label for label in await anna.buttons())
    await olga.presses("End M-101")
    assert "Your membership is over" in await anna.presses("Pay CN¥1,020")
    assert await evening.tickets_of(anna) == []
    await olga.presses("Add members")
    await olga.says("2027-12-31 M-201")
    await anna.opens(await olga.link())
    await anna.presses("This is mine")
    await anna.says("/start")
    await anna.presses("Continue")
    await anna.presses("Let go")
    await holds(evening, anna)
    await anna.presses("Members’ price")
    await anna.presses("Pay CN¥1,020")
    await anna.pays()
    assert len(await evening.tickets_of(anna)) == 2
    await holds(evening, anna)
    assert "all seats at the members’ price" in await anna.presses("Members’ price")


async def test_a_leader_pays_for_those_who_come_and_each_takes_a_ticket(evening: Evening) -> None:
    (cleo, block_id), anna = await block_of_ten(evening), await evening.guest()
    await cleo.says("/window")
    await cleo.presses("From the New World")
    ben, carl = await evening.guest(1003, "Ben"), await evening.guest(1004, "Carl")
    link = evening.house.foyer.links.secret(CodeKind.GROUP, block_id)
    await anna.opens(link)
    assert "10 places are kept" in await anna.sees()
    await anna.presses("8")
    await ben.opens(link)
    assert "2 places are kept" in await ben.sees()
    assert "used already" in await ben.presses("2")
    await anna.opens(link)
    await anna.presses("3")
    await anna.presses("Pay CN¥")
    await anna.pays()
    assert len(await evening.tickets_of(anna)) == 3
    await anna.presses("A present, or for a group")
    await anna.presses("A link for the group")
    shared = await anna.link()
    for person in (ben, carl):
        await person.opens(shared)
        await person.presses("Take the ticket")
        assert len(await evening.tickets_of(person)) == 1
    await ben.opens(shared)  # a second time
    assert [len(await evening.tickets_of(person)) for person in (anna, ben, carl)] == [1, 1, 1]
    await anna.opens(link)
    assert "7 places are kept" in await anna.sees()
    await anna.presses("5")
    evening.clock.advance(timedelta(days=1, minutes=1))
    assert await evening.house.foyer.uow.write(ExpireOrders()) == 1
    await evening.house.foyer.uow.write(ReleaseDueBlocks())
    await carl.opens(link)
    assert "expired" in await carl.sees()


async def test_a_present_is_taken_whole_and_does_not_say_what_it_cost(evening: Evening) -> None:
    anna, ben, carl = await evening.guest(), await evening.guest(1003, "Ben"), await evening.guest(1004, "Carl")
    await evening.buys(anna, evening.theatre.concert_id)
    await anna.presses("A present, or for a group")
    await anna.presses("This is a present")
    await anna.presses("Message")
    await anna.says("Happy birthday, Ben!")
    link = await anna.link()
    await anna.presses("Card to print")
    card = next(message for message in await anna.received() if "document" in message)
    text = (
        pypdf.PdfReader(io.BytesIO(await anna.file(card["document"]["file_id"])))
        .pages[0]
        .extract_text()
        .replace("\x00", "")
    )
    assert "Happy birthday" in text
    assert "CN¥" not in text
    await ben.opens(link)
    seen = await ben.sees()
    assert "Happy birthday, Ben!" in seen
    assert "CN¥" not in seen
    await ben.presses("Take the tickets")
    assert len(await evening.tickets_of(ben)) == 2
    assert not any(
        "CN¥" in str(message.get("caption", "") or message.get("text", "")) for message in await ben.received()
    )
    await carl.opens(link)
    assert "used already" in await carl.sees()
