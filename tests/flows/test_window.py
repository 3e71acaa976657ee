"""An evening at the window, as a clerk in a hurry, their colleague, and people in the chat who go there."""

from __future__ import annotations

import io
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pypdf
import pytest

from domain.people.model import Grant, Role
from domain.ports import Tx
from domain.ticketing.blocking import ReleaseDueBlocks
from domain.ticketing.holding import ExpireOrders
from domain.ticketing.party import Party
from domain.ticketing.window_model import WindowRules
from handlers.ticketing.packing import pack_party
from tests.support.clock import FakeClock
from tests.support.invariants import check_invariants
from tests.support.running import Person, text_of
from tests.support.theatre import Evening, evening_at_the_theatre


@pytest.fixture
async def evening(database_url: str, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Evening]:
    async with evening_at_the_theatre(database_url, tmp_path, clock) as running:
        rules = WindowRules(reserve=True, reserve_hours=24, reserve_minutes_before=15)
        await running.house.foyer.uow.write(lambda tx: tx.window.put_rules(rules))
        yield running
        await check_invariants(running.house.foyer.uow)


async def clerk(
    evening: Evening, id: int = 3001, name: str = "Cleo", language: str = "English", role: Role = Role.BOX_OFFICE
) -> Person:
    person = await evening.guest(id, name, language)
    person_id = await evening.id_of(person)

    def join(tx: Tx) -> bool:
        return tx.people.grant(person_id, Grant(role, evening.theatre.venue_id), None, tx.now)

    await evening.house.foyer.uow.write(join)
    return person


async def with_drawer(evening: Evening, cleo: Person) -> None:
    await cleo.says("/window")
    await cleo.presses("Drawer")
    await cleo.presses("Open a drawer")
    await cleo.says("300")
    assert "Should lie in it: CN¥300" in await cleo.sees()


async def chooses(cleo: Person, label: str = "· A ·") -> None:
    """The concert, two of the best."""
    await cleo.says("/window")
    await cleo.presses("From the New World")
    await cleo.presses(label)


async def papers(person: Person) -> list[bytes]:
    files = [message["document"]["file_id"] for message in await person.received() if "document" in message]
    return [await person.file(file_id) for file_id in files]


async def test_what_people_ask_at_a_counter_is_at_hand(evening: Evening) -> None:
    cleo = await clerk(evening)
    await cleo.says("/start")
    await cleo.presses("Window")
    window = await cleo.sees()
    for fact in ("today", "From the New World", "1 h 40 min", "from age 6", "step-free", "next break", "CN¥90–680"):
        assert fact in window, fact
    assert "No drawer is open" in window


async def test_two_for_cash_with_paper(evening: Evening) -> None:
    cleo = await clerk(evening)
    await with_drawer(evening, cleo)
    await chooses(cleo)
    order = await cleo.sees()
    assert "At the window" in order
    assert "Total CN¥1,360" in order
    await cleo.presses("Cash CN¥1,360")
    assert "CN¥1,400" in await cleo.buttons()
    await cleo.says("much")
    assert "This is no sum of money" in await cleo.sees()
    await cleo.says("100")
    assert "less than the price" in await cleo.sees()
    await cleo.says("1500")
    sold = await cleo.sees()
    assert "Change: CN¥140" in sold
    assert "Receipt no. 1" in sold
    await cleo.presses("80 mm")
    (paper,) = await papers(cleo)
    pages = pypdf.PdfReader(io.BytesIO(paper)).pages
    assert len(pages) == 2
    await cleo.presses("Drawer") if "💰 Drawer" in await cleo.buttons() else await cleo.presses("Window")
    assert "In your drawer: CN¥1,660" in await cleo.sees()


async def test_the_customer_brings_the_papers_back(evening: Evening) -> None:
    cleo, anna = await clerk(evening), await evening.guest()
    await with_drawer(evening, cleo)
    await chooses(cleo)
    await cleo.presses("Cash")
    await cleo.presses("CN¥1,360")
    await cleo.presses("Take back")
    await cleo.presses("Yes, take them back")
    assert "Taken back." in await cleo.sees()
    assert not any("80 mm" in label for label in await cleo.buttons())
    await cleo.says("/window")
    assert "In your drawer: CN¥300" in await cleo.sees()
    await evening.buys(anna, evening.theatre.concert_id)
    assert len(await evening.tickets_of(anna)) == 2


async def test_a_card_without_a_drawer_and_a_name(evening: Evening) -> None:
    cleo = await clerk(evening)
    await chooses(cleo, "· B ·")
    assert "Open a drawer for cash" in str(await cleo.buttons())
    await cleo.presses("Name, phone")
    await cleo.says("Grandma Wu")
    assert "Grandma Wu" in await cleo.sees()
    await cleo.presses("Name, phone")
    await cleo.says("+86 21 1234 5678")
    await cleo.presses("Terminal CN¥760")
    await cleo.says("004711")
    sold = await cleo.sees()
    assert "Sold" in sold
    assert "+862112345678" in sold
    await cleo.presses("Next customer")
    assert "At the window" in await cleo.sees()


async def test_in_chinese(evening: Evening) -> None:
    li = await clerk(evening, 3002, "李", "简体中文")
    await li.says("/window")
    await li.presses("钱箱")
    await li.presses("打开钱箱")
    await li.says("200")
    await li.presses("售票窗口")
    await li.presses("自新大陆")
    await li.presses("最佳 2 连座 · C")
    assert "售票窗口" in await li.sees()
    await li.presses("现金")
    await li.says("400")
    assert "找零：¥40" in (await li.sees()).replace("CN", "")
    await li.presses("A6")
    assert len(await papers(li)) == 1


async def test_concessions_and_the_map_as_in_the_chat(evening: Evening) -> None:
    cleo = await clerk(evening)
    await cleo.says("/window")
    await cleo.presses("From the New World")
    await cleo.presses("Reductions")
    await cleo.presses("+ student")
    await cleo.presses("On to the seats")
    full = evening.theatre.full_id
    two, three = pack_party(Party(((full, 2),))), pack_party(Party(((full, 2), (full + 1, 1))))
    for seat in (5, 6, 7):
        await evening.forged(cleo, f"st:{evening.theatre.concert_id}:{seat}:1:{two}")
    await evening.forged(cleo, f"tp:{evening.theatre.concert_id}:{three}")
    order = await cleo.sees()
    assert "At the window" in order
    assert "1 × student · A  CN¥340" in order
    assert "Total CN¥1,700" in order


async def test_a_customer_who_walks_away(evening: Evening) -> None:
    cleo = await clerk(evening)
    anna = await evening.guest()
    await chooses(cleo)
    await cleo.presses("Let go")
    assert "Window" in await cleo.sees()
    await evening.buys(anna, evening.theatre.concert_id)
    assert len(await evening.tickets_of(anna)) == 2


async def test_the_clerk_goes_on_where_they_stopped(evening: Evening) -> None:
    cleo = await clerk(evening)
    await chooses(cleo)
    await cleo.says("/window")
    assert "still held" in await cleo.sees()
    await cleo.presses("Go on with it")
    assert "Held until" in await cleo.sees()
    evening.clock.advance(timedelta(minutes=11))
    await evening.house.foyer.uow.write(ExpireOrders())
    await cleo.says("/window")
    assert "still held" not in await cleo.sees()


async def test_a_clerk_buys_for_themselves_in_the_chat(evening: Evening) -> None:
    cleo = await clerk(evening)
    await chooses(cleo)
    await evening.at(cleo, evening.theatre.later_concert_id)
    assert "At the window" not in await cleo.sees()
    await cleo.presses("· C ·")
    await cleo.presses("💳")
    await cleo.pays()
    assert len(await evening.tickets_of(cleo)) == 2


async def test_a_paper_comes_into_a_chat_and_changes_reach_it(evening: Evening) -> None:
    cleo = await clerk(evening)
    anna, eve = await evening.guest(), await evening.guest(1004, "Eve")
    await chooses(cleo)
    await cleo.presses("Terminal")
    await cleo.says("1")

    def sold(tx: Tx) -> list[int]:
        return [ticket.id for ticket in tx.ticketing.tickets_of_order(1)]

    first, _ = await evening.house.foyer.uow.read(sold)
    link = await evening.link_of(first)
    await anna.opens(link)
    await eve.opens(link)
    assert "bought at the window" in await anna.sees()
    await anna.presses("Yes, it is mine")
    assert "Code to read out" in await anna.sees()
    assert await evening.tickets_of(anna) == [first]
    assert await evening.link_of(first) == link, "the paper stays good"
    await eve.presses("Yes, it is mine")
    assert await evening.tickets_of(eve) == []
    await eve.opens(link)
    assert "bought at the window" not in await eve.sees()
    uma = await evening.usher()
    await uma.says("/door")
    await uma.presses("From the New World")
    await uma.presses("Gate S")
    await uma.opens(link)
    assert "ADMITTED" in await uma.sees()


async def test_a_made_up_button_claims_nothing(evening: Evening) -> None:
    cleo, eve = await clerk(evening), await evening.guest(1004, "Eve")
    await chooses(cleo)
    await cleo.presses("Terminal")
    await cleo.says("1")
    assert await evening.forged(eve, "clm:1") == "This is not here any more, or it is not yours."
    assert await evening.tickets_of(eve) == []


async def test_reserved_in_the_chat_paid_at_the_window(evening: Evening) -> None:
    cleo, anna = await clerk(evening), await evening.guest()
    await evening.at(anna, evening.theatre.later_concert_id)
    await anna.presses("· A ·")
    await anna.presses("Pay at the window")
    reserved = await anna.sees()
    assert "Reserved: pay at the window until" in reserved
    code = re.search(r"this code: (\w{3} \w{3})", reserved)
    assert code is not None
    await anna.presses("Leave a telephone")
    await anna.says("nonsense")
    assert "no telephone number" in await anna.sees()
    await anna.says("+86 138 0000 1234")
    assert "can find you" in await anna.sees()
    await with_drawer(evening, cleo)
    for said in ("nobody at all", code[1], "Anna", "1234"):
        await cleo.says("/window")
        await cleo.presses("Reservation")
        await cleo.says(said)
        assert ("Nothing is reserved" in await cleo.sees()) is (said == "nobody at all"), said
    assert "Reserved in the chat" in await cleo.sees()
    await cleo.presses("Cash")
    await cleo.presses("CN¥1,400")
    assert "Change: CN¥40" in await cleo.sees()
    assert any("Code to read out" in text_of(message) for message in await anna.received())
    assert len(await evening.tickets_of(anna)) == 2


async def test_a_reservation_that_nobody_pays(evening: Evening) -> None:
    anna = await evening.guest()
    await evening.at(anna, evening.theatre.later_concert_id)
    await anna.presses("· A ·")
    await anna.presses("Pay at the window")
    evening.clock.advance(timedelta(hours=24))
    await evening.house.foyer.uow.write(ExpireOrders())
    await evening.house.settle()
    assert "The time to pay is over and the seats were given back." in await anna.sees()


async def test_a_reservation_paid_in_the_chat_after_all(evening: Evening) -> None:
    anna = await evening.guest()
    await evening.at(anna, evening.theatre.later_concert_id)
    await anna.presses("· A ·")
    await anna.presses("Pay at the window")
    await anna.presses("Pay here instead")
    assert "Yours until" in await anna.sees()
    await anna.presses("💳")
    await anna.pays()
    assert len(await evening.tickets_of(anna)) == 2


async def test_a_drawer_changes_hands(evening: Evening) -> None:
    cleo, bo, eve = await clerk(evening), await clerk(evening, 3003, "Bo"), await evening.guest(1004, "Eve")
    await with_drawer(evening, cleo)
    await chooses(cleo, "· C ·")
    await cleo.presses("Cash")
    await cleo.presses("CN¥360")
    await cleo.says("/window")
    await cleo.presses("Drawer")
    await cleo.presses("Pay out")
    await cleo.says("paper")
    assert "This is no sum of money" in await cleo.sees()
    await cleo.says("20 paper <b>for the printer")
    assert "Paid out: CN¥20 – paper <b>for the printer" in await cleo.sees()
    await cleo.presses("Count and close")
    assert "640" not in await cleo.sees(), "a count that knows its result is none"
    await cleo.says("630")
    assert "CN¥10 too little" in await cleo.sees()
    assert "counted by" in await bo.sees()
    assert "CN¥10 too little" in await bo.sees()
    assert await evening.forged(cleo, "wds:1") != ""
    assert await evening.forged(eve, "wds:1") != ""
    await bo.presses("I have counted, and sign")
    assert any("Signed for by" in text_of(message) for message in await bo.received())
    await cleo.says("/window")
    assert "No drawer is open" in await cleo.sees()


async def test_blocks_by_words(evening: Evening) -> None:
    cleo, anna = await clerk(evening), await evening.guest()
    await cleo.says("/window")
    await cleo.presses("From the New World")
    await cleo.presses("Blocks")
    assert "Nothing is set aside" in await cleo.sees()
    await cleo.presses("Set places aside")
    await cleo.presses("Group")
    await cleo.presses("Until somebody")
    await cleo.says("Balcony/77/<1>")
    assert "is not in this hall" in await cleo.sees()
    await cleo.says("Stalls row 3: class 5b")
    block = await cleo.sees()
    assert "Stalls, row 3" in block
    assert "class 5b" in block
    await evening.at(anna, evening.theatre.concert_id)
    await cleo.presses("2")
    assert "Held until" in await cleo.sees()
    await cleo.presses("Terminal")
    await cleo.says("77")
    assert "Sold" in await cleo.sees()
    await cleo.presses("Next customer")
    await cleo.presses("Blocks")
    await cleo.presses("class 5b")
    await cleo.presses("Release what is left")
    assert "Nothing is set aside" in await cleo.sees()


async def test_a_block_that_the_clock_releases(evening: Evening) -> None:
    cleo = await clerk(evening)
    await cleo.says("/window")
    await evening.forged(cleo, f"wbp:{evening.theatre.later_concert_id}:house:1")
    await cleo.says("Stalls")
    assert "Goes back on sale" in await cleo.sees()
    evening.clock.advance(timedelta(hours=23, minutes=50))
    assert await evening.house.foyer.uow.write(ReleaseDueBlocks()) == 1


async def test_presents_up_to_the_limit(evening: Evening) -> None:
    cleo = await clerk(evening)
    for reason in ("press", "press", "a friend"):
        await chooses(cleo, "· C ·")
        await cleo.presses("Complimentary")
        await cleo.says(reason)
        last = await cleo.sees()
        assert ("Sold" in last) is (reason == "press"), last
    assert "You may give away 4 tickets" in last


async def test_a_free_talk_is_given_out_at_the_window(evening: Evening) -> None:
    cleo = await clerk(evening)
    await cleo.says("/window")
    await cleo.presses("How an Orchestra")
    await cleo.presses("Reserve 2 places free")
    await cleo.presses("Give the tickets")
    assert "Sold" in await cleo.sees()
    await cleo.presses("A4")
    assert len(await papers(cleo)) == 1


async def test_no_window_for_who_does_not_work_there(evening: Evening) -> None:
    anna, uma = await evening.guest(), await evening.usher()
    for person in (anna, uma):
        await person.says("/window")
        assert "staff with another role" in await person.sees()
        await person.says("/start")
        assert not any("Window" in label for label in await person.buttons())


async def test_old_buttons_of_the_window_never_err(evening: Evening) -> None:
    cleo = await clerk(evening)
    await with_drawer(evening, cleo)
    await chooses(cleo)
    await cleo.presses("Cash")
    await cleo.presses("CN¥1,400")
    presses = ["wca:1", "wcg:1:99999999", "wct:1", "wfr:1", "wcp:1", "wco:1", "wor:1", "wor:99", "wst:1", "wpr:1:a4"]
    presses += ["wpr:99:a4", "wls", "wfi", "wdr", "wdf:1", "wdf:99", "wdp", "wdc", "wds:1", "wds:99", "wbl:1", "wbl:99"]
    presses += ["wbn:1", "wbr:1:house", "wbp:1:house:5", "wbo:99", "wbx:99", "wbs:99:1", "wsl:99", "win:999999"]
    presses += ["wvo:1", "wvo:99", "wvy:1", "wvy:99"]
    presses += ["rsv:1", "rsp:1", "rst:1", "clm:1"]
    for data in presses:
        await evening.forged(cleo, data)
    evening.clock.advance(timedelta(hours=3))
    for data in presses:
        await evening.forged(cleo, data)
    assert not any("something went wrong" in text_of(message) for message in await cleo.received())
