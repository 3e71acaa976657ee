"""Tickets in the chat: looking at them, handing one on, and what a stranger sees."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.clock import FakeClock
from tests.support.running import Person, text_of
from tests.support.theatre import Evening, evening_at_the_theatre

NOT_YOURS = "This is not here any more, or it is not yours."


@pytest.fixture
async def evening(database_url: str, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Evening]:
    async with evening_at_the_theatre(database_url, tmp_path, clock) as running:
        yield running


async def offered(evening: Evening, giver: Person) -> str:
    """The giver has bought two and hands the first one on; gives the link."""
    await evening.buys(giver, evening.theatre.concert_id)
    await giver.says("/tickets")
    await giver.presses("×2")
    await giver.presses("seat 5")
    await giver.presses("Hand on")
    return await giver.link()


async def test_my_tickets_lead_to_each_and_to_the_party_code(evening: Evening) -> None:
    anna = await evening.guest()
    await evening.buys(anna, evening.theatre.concert_id)
    await anna.says("/tickets")
    assert "From the New World" in await anna.sees()
    await anna.presses("×2")
    await anna.presses("One code for all together")
    assert "One code for all 2" in await anna.sees()
    await anna.presses("Back")
    await anna.presses("seat 5")
    assert "Code to read out" in await anna.sees()
    await anna.presses("Way in")
    assert "Lift beside the cloakroom." in await anna.sees()
    assert "Gate S" in await anna.sees()


async def test_a_ticket_changes_hands_and_its_old_code_dies(evening: Evening) -> None:
    anna, ben = await evening.guest(), await evening.guest(1003, "Ben")
    link = await offered(evening, anna)
    ticket_id = (await evening.tickets_of(anna))[0]
    old = await evening.link_of(ticket_id)
    await ben.opens(link)
    said = await ben.sees()
    assert "Anna" in said
    assert "hands you a ticket." in said
    assert "row 3, seat 5" in said
    await ben.presses("Take it")
    assert await evening.tickets_of(ben) == [ticket_id]
    assert await evening.link_of(ticket_id) != old
    assert any("photo" in message for message in await ben.received())
    assert any("Your ticket has arrived." in text_of(message) for message in await anna.received())
    await anna.opens(old)
    assert "This is a ticket." in await anna.sees()
    await anna.says("/tickets")
    assert "1 ticket" in await anna.sees()


async def test_a_link_is_good_once_and_not_for_its_giver(evening: Evening) -> None:
    anna, ben, eve = await evening.guest(), await evening.guest(1003, "Ben"), await evening.guest(1004, "Eve")
    link = await offered(evening, anna)
    await anna.opens(link)
    assert "This is your own link." in await anna.sees()
    await ben.opens(link)
    await eve.opens(link)
    await ben.presses("Take it")
    assert "used already" in await eve.presses("Take it")
    await eve.opens(link)
    assert "used already" in await eve.sees()


async def test_a_link_is_withdrawn_and_expires(evening: Evening) -> None:
    anna, ben = await evening.guest(), await evening.guest(1003, "Ben")
    link = await offered(evening, anna)
    await anna.presses("Withdraw the link")
    assert "Code to read out" in await anna.sees()
    await ben.opens(link)
    assert "withdrawn" in await ben.sees()
    await anna.presses("Hand on")
    again = await anna.link()
    assert again != link
    evening.clock.advance(timedelta(days=4))
    await ben.opens(again)
    assert "expired" in await ben.sees()
    assert len(await evening.tickets_of(anna)) == 2


async def test_a_handed_on_ticket_leaves_the_party(evening: Evening) -> None:
    anna, ben = await evening.guest(), await evening.guest(1003, "Ben")
    await ben.opens(await offered(evening, anna))
    await ben.presses("Take it")
    await anna.says("/tickets")
    await anna.presses("From the New World")
    assert not any("Party code" in label for label in await anna.buttons())


async def test_a_ticket_s_link_is_its_holder_s_alone(evening: Evening) -> None:
    anna, eve = await evening.guest(), await evening.guest(1004, "Eve")
    await evening.buys(anna, evening.theatre.concert_id)
    ticket_id = (await evening.tickets_of(anna))[0]
    for link in (await evening.link_of(ticket_id), await evening.party_link_of(ticket_id)):
        await anna.opens(link)
        assert "From the New World" in await anna.sees()
        await eve.opens(link)
        assert "This is a ticket." in await eve.sees()
        assert "From the New World" not in await eve.sees()


async def test_somebody_else_s_ticket_is_the_same_as_none(evening: Evening) -> None:
    anna, eve = await evening.guest(), await evening.guest(1004, "Eve")
    await evening.buys(anna, evening.theatre.concert_id)
    ticket_id = (await evening.tickets_of(anna))[0]
    for prefix in ("tk", "ho", "hw", "wi"):
        for id in (ticket_id, 99999):
            assert await evening.forged(eve, f"{prefix}:{id}") == NOT_YOURS
    assert await evening.forged(eve, f"vs:{evening.theatre.concert_id}:0") == NOT_YOURS
    assert await evening.forged(eve, "ha:99999") == NOT_YOURS
    assert len(await evening.tickets_of(anna)) == 2


async def test_past_tickets_are_behind_one_button(evening: Evening) -> None:
    anna = await evening.guest()
    await evening.buys(anna, evening.theatre.concert_id)
    evening.clock.advance(timedelta(hours=5))
    await anna.says("/tickets")
    assert "no tickets for what is to come" in await anna.sees()
    await anna.presses("Past tickets")
    await anna.presses("×2")
    await anna.presses("seat 5")
    assert not any("Hand on" in label for label in await anna.buttons())
