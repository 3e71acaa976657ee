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
from domain.ticketing.window import put_contact
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


async def test_a_member_sees_their_price_before_they_choose(evening: Evening) -> None:
    olga, anna = await evening.guest(900, "Olga"), await evening.guest()
    await olga.says("/members")
    await olga.presses("New membership")
    await olga.says("Friends 50% 1")
    await olga.presses("Add members")
    await olga.says("2027-12-31 M-101")
    await evening.at(anna, evening.theatre.later_concert_id)
    assert "With your membership" not in await anna.sees()
    await anna.opens(await olga.link())
    await anna.presses("This is mine")
    await evening.at(anna, evening.theatre.later_concert_id)
    assert "⭐ With your membership: A CN¥1,020, B CN¥" in await anna.sees(), "one of the two seats at half the price"
    await anna.presses("· A ·")
    await anna.presses("Members’ price")
    assert "Total CN¥1,020" in await anna.sees()
    await evening.at(anna, evening.theatre.later_concert_id)
    assert "A CN¥1,020" in await anna.sees(), "other seats would take the place of these"
    await anna.says("/start")
    await anna.presses("Continue")
    await anna.presses("Pay CN¥1,020")
    await anna.pays()
    await evening.at(anna, evening.theatre.later_concert_id)
    assert "With your membership" not in await anna.sees(), "it is used up"


async def test_at_the_window_the_members_price_is_for_who_has_the_card(evening: Evening) -> None:
    """Found by number, by telephone and by link; nobody need have a phone for it."""
    olga, (cleo, _) = await evening.guest(900, "Olga"), await block_of_ten(evening)
    dora = await evening.guest(3002, "Dora")
    await olga.says("/members")
    await olga.presses("New membership")
    await olga.says("Friends 50% 2")
    await olga.presses("Add members")
    await olga.says("2027-12-31 M-101")
    link = await olga.link()
    await olga.presses("Add members")
    await olga.says("2027-12-31 M-102")
    await dora.opens(await olga.link())
    await dora.presses("This is mine")
    dora_id = await evening.id_of(dora)
    await evening.house.foyer.uow.write(lambda tx: put_contact(tx, dora_id, phone="+862155550123"))
    await sells(cleo)
    await cleo.presses("Members’ price")
    for said in ("M-999", "9999"):
        await cleo.says(said)
        assert "No membership is found" in await cleo.sees()
    await cleo.says("m-101")
    assert "Members’ price, Friends: CN¥680 less" in await cleo.sees()
    assert not {"Members’ price", "Promotion code"} & {label[2:] for label in await cleo.buttons()}
    await olga.says("/members")
    await olga.presses("Friends")
    await olga.presses("End M-101")
    await cleo.presses("Terminal CN¥680")
    await cleo.says("4711")
    assert "The membership is over by now." in await cleo.sees()
    await cleo.presses("Back")
    await cleo.presses("Let go")
    await sells(cleo)
    await cleo.presses("Members’ price")
    await cleo.says(link)
    assert "This membership is over." in await cleo.sees()
    await cleo.says("5555 0123")
    await cleo.presses("Terminal CN¥680")
    await cleo.says("4711")
    assert "Receipt no." in await cleo.sees()
    await evening.at(dora, evening.theatre.concert_id)
    assert "With your membership" not in await dora.sees(), "the places of the window count"
    await evening.at(dora, evening.theatre.later_concert_id)
    assert "With your membership" in await dora.sees()
    await sells(cleo)
    await cleo.presses("Members’ price")
    await cleo.says("M-102")
    assert "This member has had all seats" in await cleo.sees()


async def sells(clerk: Person) -> None:
    await clerk.says("/window")
    await clerk.presses("From the New World")
    await clerk.presses("· A ·")


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
