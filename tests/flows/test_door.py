"""The door: one usher, one gate, and every kind of code that people bring."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.people.model import Grant, Role
from tests.support.clock import FakeClock
from tests.support.running import Person, text_of
from tests.support.theatre import Evening, evening_at_the_theatre


@pytest.fixture
async def evening(database_url: str, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Evening]:
    async with evening_at_the_theatre(database_url, tmp_path, clock) as running:
        yield running


async def at_gate(evening: Evening, usher: Person, gate: str = "Gate S") -> None:
    await usher.says("/door")
    await usher.presses("From the New World")
    await usher.presses(gate)
    assert "In: " in await usher.sees()


async def short_codes(person: Person) -> list[str]:
    """As their tickets' captions say them."""
    captions = [text_of(message) for message in await person.received()]
    return [match[1] for caption in captions if (match := re.search(r"Code to read out: (\w{3} \w{3})", caption))]


async def test_a_ticket_is_let_in_once(evening: Evening) -> None:
    anna, uma = await evening.guest(), await evening.usher()
    await evening.buys(anna, evening.theatre.concert_id)
    link = await evening.link_of((await evening.tickets_of(anna))[0])
    await at_gate(evening, uma)
    assert "In: 0 / 2" in await uma.sees()
    await uma.opens(link)
    answer = await uma.sees()
    assert answer.startswith("✅✅✅ ADMITTED")
    assert "Stalls, row 3, seat 5" in answer
    assert "In: 1 / 2" in answer
    evening.clock.advance(timedelta(minutes=1))
    await uma.opens(link)
    assert (await uma.sees()).startswith("⛔⛔⛔ ALREADY IN")
    assert "First let in at 20:00, Gate S." in await uma.sees()
    await anna.opens(link)
    assert "Admitted at 20:00" in await anna.sees()


async def test_a_short_code_is_typed(evening: Evening) -> None:
    anna, uma = await evening.guest(), await evening.usher()
    await evening.buys(anna, evening.theatre.concert_id)
    first, second = await short_codes(anna)
    await at_gate(evening, uma)
    await uma.says(first)
    assert (await uma.sees()).startswith("✅✅✅ ADMITTED")
    await uma.says(second.replace(" ", "-").lower())
    assert (await uma.sees()).startswith("✅✅✅ ADMITTED")
    await uma.says("222222")
    assert (await uma.sees()).startswith("⛔⛔⛔ UNKNOWN CODE")
    for mistyped in ("ABC 123", "22222", "2222222"):  # a vowel and a figure that no code has; one too few, one too many
        await uma.says(mistyped)
        answer = await uma.sees()
        assert answer.startswith("⛔⛔⛔ UNKNOWN CODE"), mistyped
        assert "6 letters and figures" in answer, mistyped


async def test_a_short_code_of_another_evening_is_known_for_what_it_is(evening: Evening) -> None:
    anna, uma = await evening.guest(), await evening.usher()
    await evening.buys(anna, evening.theatre.later_concert_id)
    await at_gate(evening, uma)
    await uma.says((await short_codes(anna))[0])
    assert (await uma.sees()).startswith("⛔⛔⛔ WRONG PERFORMANCE")


async def test_taking_back(evening: Evening) -> None:
    anna, uma = await evening.guest(), await evening.usher()
    await evening.buys(anna, evening.theatre.concert_id)
    link = await evening.link_of((await evening.tickets_of(anna))[0])
    await at_gate(evening, uma)
    await uma.opens(link)
    assert "Taken back" in await uma.presses("Undo")
    assert "In: 0 / 2" in await uma.sees()
    await uma.opens(link)
    assert (await uma.sees()).startswith("✅✅✅ ADMITTED")


async def test_a_party_comes_in_two_halves(evening: Evening) -> None:
    anna, uma = await evening.guest(), await evening.usher()
    await evening.at(anna, evening.theatre.concert_id)
    await anna.presses("+")
    await anna.presses("+")
    await anna.presses("· A ·")
    await anna.presses("Pay")
    await anna.pays()
    link = await evening.party_link_of((await evening.tickets_of(anna))[0])
    await at_gate(evening, uma)
    await uma.opens(link)
    assert (await uma.sees()).startswith("👥 4 SEATS")
    await uma.presses("Only some")
    await uma.presses("seat 5")
    await uma.presses("seat 6")
    await uma.presses("Admit 2")
    assert (await uma.sees()).startswith("✅✅✅ 2 ADMITTED")
    evening.clock.advance(timedelta(minutes=1))
    await uma.opens(link)
    assert (await uma.sees()).startswith("👥 2 SEATS")
    await uma.presses("Admit all 2")
    assert "In: 4 / 4" in await uma.sees()
    assert "2 taken back" in await uma.presses("Undo")
    assert "In: 2 / 4" in await uma.sees()


async def test_wrong_gate_and_wrong_evening(evening: Evening) -> None:
    anna, uma = await evening.guest(), await evening.usher()
    await evening.buys(anna, evening.theatre.concert_id)
    await evening.buys(anna, evening.theatre.later_concert_id, "· B ·")
    today, *_, later = await evening.tickets_of(anna)
    await at_gate(evening, uma, "Gate C")
    await uma.opens(await evening.link_of(today))
    assert (await uma.sees()).startswith("⛔⛔⛔ WRONG GATE")
    assert "The right gate: Gate S" in await uma.sees()
    await uma.opens(await evening.link_of(later))
    assert (await uma.sees()).startswith("⛔⛔⛔ WRONG PERFORMANCE")
    assert "tomorrow" in await uma.sees()
    await uma.opens(await evening.party_link_of(later))
    assert (await uma.sees()).startswith("⛔⛔⛔ 2 × WRONG PERFORMANCE")


async def test_an_old_and_a_forged_code(evening: Evening) -> None:
    anna, ben, uma = await evening.guest(), await evening.guest(1003, "Ben"), await evening.usher()
    await evening.buys(anna, evening.theatre.concert_id)
    ticket_id = (await evening.tickets_of(anna))[0]
    old = await evening.link_of(ticket_id)
    await anna.says("/tickets")
    await anna.presses("×2")
    await anna.presses("seat 5")
    await anna.presses("Hand on")
    await ben.opens(await anna.link())
    await ben.presses("Take it")
    await at_gate(evening, uma)
    await uma.opens(old)
    assert (await uma.sees()).startswith("⛔⛔⛔ OLD CODE")
    forged = old[:-1] + ("A" if old[-1] != "A" else "B")
    await uma.opens(forged)
    assert (await uma.sees()).startswith("⛔⛔⛔ FORGED CODE")
    await uma.opens(await evening.link_of(ticket_id))
    assert (await uma.sees()).startswith("✅✅✅ ADMITTED")


async def test_without_a_post_a_usher_is_asked_for_one(evening: Evening) -> None:
    anna, uma = await evening.guest(), await evening.usher()
    await evening.buys(anna, evening.theatre.concert_id)
    await uma.opens(await evening.link_of((await evening.tickets_of(anna))[0]))
    assert "first say where you stand" in await uma.sees()
    await uma.presses("From the New World")
    await uma.presses("Gate S")
    await uma.presses("Leave the door")
    assert "Which performance?" in await uma.sees()


async def test_the_door_is_for_ushers_of_the_venue(evening: Evening) -> None:
    anna, eve, uma = await evening.guest(), await evening.guest(1004, "Eve"), await evening.usher()
    await evening.buys(anna, evening.theatre.concert_id)
    await eve.says("/door")
    assert "staff with another role" in await eve.sees()
    for data in ("door", "dv:0", "dp:1", "dg:1:0", "dl", "ud:1", "pp:1:", "pa:1:1", "up:1"):
        assert "staff with another role" in await evening.forged(eve, data)
    await at_gate(evening, uma)
    uma_id = await evening.id_of(uma)
    await evening.house.foyer.uow.write(
        lambda tx: tx.people.revoke(uma_id, Grant(Role.USHER, evening.theatre.venue_id), tx.now)
    )
    await uma.opens(await evening.link_of((await evening.tickets_of(anna))[0]))
    assert "This is a ticket." in await uma.sees()


async def test_a_usher_s_own_ticket_is_a_ticket(evening: Evening) -> None:
    uma = await evening.usher()
    await evening.buys(uma, evening.theatre.concert_id)
    await at_gate(evening, uma)
    await uma.opens(await evening.link_of((await evening.tickets_of(uma))[0]))
    assert "Code to read out" in await uma.sees()
