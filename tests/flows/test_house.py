"""The evening at the door: out and back, the interval, latecomers, a dead phone, paper; as an usher in a hurry."""

from __future__ import annotations

import io
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from domain.people.model import Grant, Role
from domain.programme.model import RunState
from storage.tables.records import audit_entry
from tests.flows.test_buying import press_step
from tests.flows.test_door import at_gate, short_codes
from tests.support.clock import FakeClock
from tests.support.invariants import check_invariants
from tests.support.running import Person, text_of
from tests.support.theatre import Evening, evening_at_the_theatre


@pytest.fixture
async def evening(database_url: str, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Evening]:
    async with evening_at_the_theatre(database_url, tmp_path, clock) as running:
        yield running
        await check_invariants(running.house.foyer.uow)


async def manager(evening: Evening, language: str = "English") -> Person:
    person = await evening.guest(2900, "Mira", language)
    person_id, venue_id = await evening.id_of(person), evening.theatre.venue_id
    await evening.house.foyer.uow.write(
        lambda tx: tx.people.grant(person_id, Grant(Role.MANAGER, venue_id), None, tx.now)
    )
    return person


async def links_of(evening: Evening, person: Person) -> list[str]:
    return [await evening.link_of(ticket_id) for ticket_id in await evening.tickets_of(person)]


async def audits(evening: Evening, action: str) -> int:
    found = select(audit_entry.c.id).where(audit_entry.c.action == action)
    return await evening.house.foyer.uow._database.read(lambda connection: len(list(connection.execute(found))))


async def begins(evening: Evening, usher: Person) -> None:
    evening.clock.advance(timedelta(minutes=50))
    await usher.says("/door")
    await usher.presses("The house")
    await usher.presses("It has begun")
    assert "It has begun, since 20:50" in await usher.sees()


async def test_out_and_back(evening: Evening) -> None:
    anna, uma = await evening.guest(), await evening.usher()
    await evening.buys(anna, evening.theatre.concert_id)
    first, second = await links_of(evening, anna)
    await at_gate(evening, uma)
    await uma.opens(first)
    await uma.presses("To the door")
    await uma.presses("Out")
    assert "Scans let people OUT." in await uma.sees()
    evening.clock.advance(timedelta(minutes=1))
    await uma.opens(second)
    assert (await uma.sees()).startswith("⛔⛔⛔ NOT INSIDE")
    await uma.opens(first)
    assert (await uma.sees()).startswith("👋👋👋 OUT")
    assert "In: 0 / 2" in await uma.sees()
    await uma.opens(first)
    assert "Went out at 20:01." in await uma.sees()
    await uma.presses("To the door")
    await uma.presses("In")
    await uma.opens(first)
    assert (await uma.sees()).startswith("✅✅✅ BACK IN")
    await uma.opens(first)
    assert (await uma.sees()).startswith("⛔⛔⛔ ALREADY IN")
    assert "In: 1 / 2" in await uma.sees()


async def test_an_exit_is_taken_back(evening: Evening) -> None:
    anna, uma = await evening.guest(), await evening.usher()
    await evening.buys(anna, evening.theatre.concert_id)
    link = (await links_of(evening, anna))[0]
    await at_gate(evening, uma)
    await uma.opens(link)
    await uma.presses("To the door")
    await uma.presses("Out")
    await uma.opens(link)
    assert "In: 0 / 2" in await uma.sees()
    await uma.presses("Undo")
    assert "In: 1 / 2" in await uma.sees()


async def test_a_party_goes_out_together(evening: Evening) -> None:
    anna, uma = await evening.guest(), await evening.usher()
    await evening.buys(anna, evening.theatre.concert_id)
    party = await evening.party_link_of((await evening.tickets_of(anna))[0])
    await at_gate(evening, uma)
    await uma.opens(party)
    await uma.presses("Admit all 2")
    await uma.presses("To the door")
    await uma.presses("Out")
    await uma.opens(party)
    await uma.presses("Let out all 2")
    assert (await uma.sees()).startswith("👋👋👋 2 OUT")
    assert "In: 0 / 2" in await uma.sees()
    await uma.opens(party)
    assert (await uma.sees()).startswith("⛔⛔⛔ NOT INSIDE")


async def test_at_the_interval_they_come_back_once(evening: Evening) -> None:
    anna, uma = await evening.guest(), await evening.usher()
    await evening.buys(anna, evening.theatre.concert_id)
    link = (await links_of(evening, anna))[0]
    await at_gate(evening, uma)
    await uma.opens(link)
    await begins(evening, uma)
    evening.clock.advance(timedelta(minutes=45))
    await uma.opens(link)
    assert (await uma.sees()).startswith("⛔⛔⛔ ALREADY IN")
    await uma.presses("To the door")
    await uma.presses("The house")
    await uma.presses("Interval")
    evening.clock.advance(timedelta(minutes=5))
    await uma.opens(link)
    assert (await uma.sees()).startswith("✅✅✅ BACK IN")
    assert "In: 1 / 2" in await uma.sees()
    evening.clock.advance(timedelta(minutes=1))
    await uma.opens(link)  # the ticket was passed out to somebody else
    assert (await uma.sees()).startswith("⛔⛔⛔ ALREADY IN")


async def test_one_post_lets_people_back_in(evening: Evening) -> None:
    anna, uma = await evening.guest(), await evening.usher()
    await evening.buys(anna, evening.theatre.concert_id)
    link = (await links_of(evening, anna))[0]
    await at_gate(evening, uma)
    await uma.opens(link)
    evening.clock.advance(timedelta(minutes=1))
    await uma.presses("To the door")
    await uma.presses("Back in")
    evening.clock.advance(timedelta(minutes=1))
    await uma.opens(link)
    assert (await uma.sees()).startswith("✅✅✅ BACK IN")
    await uma.presses("To the door")
    await uma.presses("In")
    await uma.presses("Back in")
    evening.clock.advance(timedelta(minutes=1))
    await uma.opens(link)
    assert (await uma.sees()).startswith("⛔⛔⛔ ALREADY IN")


async def test_latecomers_wait_and_are_called(evening: Evening) -> None:
    anna, uma = await evening.guest(), await evening.usher()
    await evening.buys(anna, evening.theatre.concert_id)
    first, second = await links_of(evening, anna)
    await at_gate(evening, uma)
    await begins(evening, uma)
    await uma.opens(first)
    assert (await uma.sees()).startswith("⛔⛔⛔ LATE: PLEASE WAIT")
    assert "You can come in now" not in await anna.sees()
    await uma.presses("The house")
    assert "Waiting: 1" in await uma.sees()
    assert "1 person is told" in await uma.presses("Latecomers in now (1)")
    assert "You can come in now." in await anna.sees()
    assert "until 21:00" in await anna.sees()
    await uma.opens(first)
    assert (await uma.sees()).startswith("✅✅✅ ADMITTED")
    evening.clock.advance(timedelta(minutes=10))
    await uma.opens(second)
    assert (await uma.sees()).startswith("⛔⛔⛔ LATE: PLEASE WAIT")
    received = len(await anna.received())
    await uma.presses("The house")
    await uma.presses("Latecomers in now")
    await uma.presses("Doors shut again")
    await uma.opens(second)
    assert (await uma.sees()).startswith("⛔⛔⛔ LATE: PLEASE WAIT")
    assert len(await anna.received()) == received + 1


async def test_who_holds_this_seat(evening: Evening) -> None:
    anna, ben, uma = await evening.guest(), await evening.guest(1003, "Ben Berg"), await evening.usher()
    await evening.buys(anna, evening.theatre.concert_id)
    await evening.buys(ben, evening.theatre.concert_id, "· B ·")
    await at_gate(evening, uma, "Every gate")
    await uma.presses("Find a guest")
    await uma.says("stalls row 3: 5")
    assert "Stalls, row 3, seat 5" in await uma.sees()
    assert "Anna" in await uma.sees()
    assert "Not in yet." in await uma.sees()
    await uma.presses("Admit")
    assert (await uma.sees()).startswith("✅✅✅ ADMITTED")
    assert "Anna" not in await uma.sees()
    await uma.says("/find berg")
    assert "2 tickets found." in await uma.sees()
    await uma.presses("Ben Berg")
    assert "Circle" in await uma.sees()
    await uma.says("/find nobody of this name")
    assert "Nobody was found" in await uma.sees()
    await uma.says("anna")  # still asked
    assert "2 tickets found." in await uma.sees()
    assert any(label.startswith("✅") for label in await uma.buttons())
    assert await audits(evening, "door.looked_up") == 4
    assert await audits(evening, "ticket.looked_up") == 1


async def test_a_dead_phone_gets_a_new_code(evening: Evening) -> None:
    anna, uma = await evening.guest(), await evening.usher()
    await evening.buys(anna, evening.theatre.concert_id)
    old, _ = await links_of(evening, anna)
    old_code = (await short_codes(anna))[0]
    await at_gate(evening, uma)
    await uma.says("/find stalls 3/5")
    await uma.presses("New code")
    await uma.presses("Yes, make a new code")
    said = re.search(r"New code: (\w{3} \w{3})", await uma.sees())
    assert said is not None
    assert f"Code to read out: {said[1]}" in await anna.sees()
    await uma.opens(old)
    assert (await uma.sees()).startswith("⛔⛔⛔ OLD CODE")
    await uma.says(old_code)
    assert (await uma.sees()).startswith("⛔⛔⛔ UNKNOWN CODE")
    await uma.says(said[1])
    assert (await uma.sees()).startswith("✅✅✅ ADMITTED")


async def test_an_usher_finds_at_their_own_door_only(evening: Evening) -> None:
    anna, uma = await evening.guest(), await evening.usher()
    await evening.buys(anna, evening.theatre.later_concert_id)
    await uma.says("/find anna")
    assert "First say where you stand." in await uma.sees()
    await at_gate(evening, uma)
    await uma.says("/find anna")
    assert "Nobody was found" in await uma.sees()
    elsewhere = (await evening.tickets_of(anna))[0]
    for data in (f"dt:{elsewhere}", f"da:{elsewhere}", f"di:{elsewhere}", f"dj:{elsewhere}"):
        assert await evening.forged(uma, data), data
    assert await audits(evening, "ticket.looked_up") == await audits(evening, "ticket.reissued") == 0


async def test_a_manager_sees_the_counts_live(evening: Evening) -> None:
    anna, uma, mira = await evening.guest(), await evening.usher(), await manager(evening)
    await evening.buys(anna, evening.theatre.concert_id)
    first, second = await links_of(evening, anna)
    await at_gate(evening, uma)
    await mira.says("/tonight")
    await mira.presses("From the New World")
    await mira.presses("Live card")
    assert "In: 0 / 2" in await mira.sees()
    card = (await mira.received())[-1]["message_id"]
    await uma.opens(first)
    await uma.opens(second)
    await evening.house.foyer.ticks.count_doors()
    await evening.house.settle()
    shown = next(text_of(message) for message in await mira.received() if message["message_id"] == card)
    assert "In: 2 / 2" in shown
    assert "Gate S: 2" in shown
    assert "Stalls: 2 / 2" in shown or "By zone" not in shown
    assert await evening.house.foyer.ticks.count_doors() == 0
    await mira.presses("Find a guest")
    await mira.says("3/5")
    await mira.presses("Admit")
    assert (await mira.sees()).startswith("⛔⛔⛔ ALREADY IN")


async def test_the_evening_on_paper(evening: Evening) -> None:
    anna, ben, uma = await evening.guest(), await evening.guest(1003, "Ben"), await evening.usher()
    await evening.buys(anna, evening.theatre.concert_id)
    await evening.buys(ben, evening.theatre.concert_id, "· B ·")
    await at_gate(evening, uma)
    await uma.presses("On paper")
    await uma.presses("List by row")
    document = next(message["document"] for message in reversed(await uma.received()) if "document" in message)
    listed = PdfReader(io.BytesIO(await uma.file(document["file_id"]))).pages[0].extract_text().replace("\0", "")
    codes = [*await short_codes(anna), *await short_codes(ben)]
    assert all(code in listed for code in codes)
    assert "Anna" not in listed
    await uma.presses("Enter what was ticked")
    await uma.says(f"Stalls row 3: 5-6\n{codes[2]} ZZZ999 row 9: 1")
    answer = await uma.sees()
    assert "3 tickets will be let in:" in answer
    assert "ZZZ999" in answer
    await uma.presses("Let in 3")
    assert "3 tickets were let in." in await uma.sees()
    await uma.says(f"stalls 3: 5 6\n{codes[2]}")
    assert "3 were let in already" in await uma.sees()
    await uma.says("/door")
    assert "In: 3 / 4" in await uma.sees()
    assert await audits(evening, "ticket.admitted") == 3


async def test_a_companion_comes_with_the_wheelchair(evening: Evening) -> None:
    anna, uma = await evening.guest(), await evening.usher()
    await evening.at(anna, evening.theatre.concert_id)
    await anna.presses("Reductions, wheelchair")
    await press_step(anna, "wheelchair", "+")
    await press_step(anna, "companion", "+")
    await anna.presses("On to the seats")
    await anna.presses("· A ·")
    await anna.presses("💳")
    await anna.pays()
    await at_gate(evening, uma)
    await uma.opens((await links_of(evening, anna))[0])
    answer = await uma.sees()
    assert "Step-free: Lift beside the cloakroom." in answer
    assert "companion seat · Stalls, row 1, seat 4 · not in yet" in answer
    await uma.presses("companion seat: in too")
    assert (await uma.sees()).startswith("✅✅✅ ADMITTED")
    assert "wheelchair place · Stalls, row 1, seat 3 · inside" in await uma.sees()
    assert "In: 2 / 4" in await uma.sees()


async def test_in_chinese(evening: Evening) -> None:
    anna, mira = await evening.guest(), await manager(evening, "简体中文")
    await evening.buys(anna, evening.theatre.concert_id)
    await mira.says("/tonight")
    assert "今晚" in await mira.sees()
    await mira.presses("自新大陆")
    await mira.presses("查找观众")
    await mira.says("3排5座")
    assert "Anna" in await mira.sees()
    await mira.presses("放行入场")
    assert (await mira.sees()).startswith("✅✅✅")


async def test_run_states_are_said_in_order(evening: Evening) -> None:
    uma = await evening.usher()
    await at_gate(evening, uma)
    concert = evening.theatre.concert_id
    assert "earlier moment" in await evening.forged(uma, f"dr:{concert}:{RunState.INTERVAL}")
    assert "did not work" in await evening.forged(uma, f"dr:{concert}:{RunState.CANCELLED}")
    assert "earlier moment" in await evening.forged(uma, f"dc:{concert}")
    await begins(evening, uma)
    await uma.presses("Not begun yet")  # a slip of the thumb
    assert "The doors are open, since 20:50" in await uma.sees()
    await uma.presses("It has begun")
    evening.clock.advance(timedelta(minutes=20))
    await uma.presses("Refresh")
    assert not any("Not begun" in label for label in await uma.buttons())
    assert "earlier moment" in await evening.forged(uma, f"dr:{concert}:{RunState.OPEN}")
