"""Tickets outside the chat: mail, paper, calendar; asked for in the chat, opened at the door."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import AsyncIterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
import zxingcpp
from icalendar import Calendar, Event
from pypdf import PdfReader

from bot.container import Foyer
from domain.people.model import Grant, Role
from domain.ports import Work
from domain.programme.moving import CancelPerformance, CarryOn, MovePerformance
from domain.ticketing.mail import CODE_LASTS, MOST_CODES, MOST_TRIES
from tests.support.certificates import pass_files
from tests.support.clock import FakeClock
from tests.support.house import somebody
from tests.support.invariants import check_invariants
from tests.support.post_office import PostOffice, attached, post_office, text_of_letter
from tests.support.running import Person, running_house
from tests.support.theatre import Evening, Theatre, theatre

ADDRESS = "anna@example.org"


@pytest.fixture
async def office() -> AsyncIterator[PostOffice]:
    async with post_office() as office:
        yield office


@pytest.fixture
async def evening(database_url: str, tmp_path: Path, clock: FakeClock, office: PostOffice) -> AsyncIterator[Evening]:
    made: list[Theatre] = []

    async def setup(foyer: Foyer) -> None:
        made.append(await foyer.uow.write(theatre))

    mail = {"smtp_url": office.url, "mail_from": "The Foyer <tickets@house.example>"}
    async with running_house(database_url, tmp_path, setup, clock=clock, extra=mail) as house:
        yield Evening(house, made[0], clock)
        await check_invariants(house.foyer.uow)


async def post(evening: Evening) -> None:
    """The mailer's round, and whatever it tells in the chat."""
    mailer = evening.house.foyer.mailer
    assert mailer is not None
    while await mailer.work_off():
        pass
    await evening.house.settle()


async def bought(evening: Evening, language: str = "English") -> Person:
    anna = await evening.guest(language=language)
    await evening.buys(anna, evening.theatre.concert_id)
    return anna


async def code_in(evening: Evening, office: PostOffice, address: str = ADDRESS) -> str:
    await post(evening)
    match = re.search(r"\d{3} \d{3}", text_of_letter(office.sent_to(address)[-1]))
    assert match
    return match[0]


async def address_proved(evening: Evening, office: PostOffice, person: Person, address: str = ADDRESS) -> None:
    await person.presses("Keep a copy")
    await person.presses("By mail")
    await person.says(address)
    await person.says(await code_in(evening, office, address))


async def file_named(person: Person, name_ends: str) -> bytes:
    (document,) = [
        message["document"]
        for message in await person.received()
        if str(message.get("document", {}).get("file_name", "")).endswith(name_ends)
    ]
    return await person.file(document["file_id"])


def codes_in(pdf: bytes) -> set[str]:
    pages = PdfReader(io.BytesIO(pdf)).pages
    return {found.text for page in pages for image in page.images for found in zxingcpp.read_barcodes(image.image)}


async def test_tickets_come_by_mail_and_open_at_the_door(evening: Evening, office: PostOffice) -> None:
    anna = await bought(evening)
    await anna.presses("Keep a copy")
    await anna.presses("By mail")
    assert "write your e-mail address" in await anna.sees()
    await anna.says(ADDRESS)
    assert "We are sending a code of 6 figures to anna@example.org" in await anna.sees()
    await anna.says(await code_in(evening, office))
    assert "Your 2 tickets are on their way to anna@example.org" in await anna.sees()
    await post(evening)
    code, letter = office.sent_to(ADDRESS)
    assert "ticket" not in str(code["subject"]).lower(), "who reads a stranger's mistyped address learns nothing"
    assert not list(code.iter_attachments())
    assert str(letter["subject"]).startswith("Your 2 tickets: From the New World")
    assert str(letter["from"]) == "The Foyer <tickets@house.example>"
    assert "its code in this mail is dead" in text_of_letter(letter)
    links = {await evening.link_of(ticket_id) for ticket_id in await evening.tickets_of(anna)}
    assert codes_in(attached(letter, ".pdf")) == links
    uma = await evening.usher()
    await uma.opens(sorted(links)[0])
    await uma.presses("From the New World")
    await uma.presses("Gate S")
    await uma.opens(sorted(links)[0])
    assert "ADMITTED" in await uma.sees()


async def decides(evening: Evening, decision: Work[int]) -> None:
    """The concert is moved or cancelled, and everybody is told."""
    uow = evening.house.foyer.uow
    change_id = await uow.write(decision)
    while await uow.write(CarryOn(change_id)):
        pass
    await evening.house.settle()
    await post(evening)


def visit_in(letter: EmailMessage) -> tuple[str, str, Event]:
    """The mail's subject, the entry's method, and the entry."""
    (part,) = [part for part in letter.iter_attachments() if part.get_content_type() == "text/calendar"]
    calendar = Calendar.from_ical(part.get_payload(decode=True))
    assert isinstance(calendar, Calendar)
    assert part.get_param("method") == str(calendar["method"])
    (visit,) = calendar.events
    return str(letter["subject"]), str(calendar["method"]), visit


async def test_what_is_in_the_mail_and_the_calendar_follows_a_move_and_a_cancellation(
    evening: Evening, office: PostOffice
) -> None:
    """Anna has both; Ben has neither, and hears of it in the chat alone."""
    concert, uow = evening.theatre.later_concert_id, evening.house.foyer.uow
    anna, ben = await evening.guest(language="中文"), await evening.guest(1003, "Ben")
    owner = await uow.write(somebody)
    await uow.write(lambda tx: tx.people.grant(owner, Grant(Role.OWNER), None, tx.now))
    for person in (anna, ben):
        await evening.buys(person, concert)
    await anna.presses("保存")
    await anna.presses("邮箱")
    await anna.says(ADDRESS)
    await anna.says(await code_in(evening, office))
    await post(evening)
    await anna.presses("返回")
    await anna.presses("日历")
    _, _, first = visit_in(office.sent_to(ADDRESS)[-1])
    performance = await uow.read(lambda tx: tx.programme.performance(concert))
    assert performance is not None
    starts_at = performance.starts_at + timedelta(days=3)

    await decides(evening, MovePerformance(owner, concert, starts_at))
    subject, method, moved = visit_in(office.sent_to(ADDRESS)[-1])
    assert subject.startswith("时间变更：")
    assert (method, moved["uid"], moved.DTSTART) == ("PUBLISH", first["uid"], starts_at)
    assert int(moved["sequence"]) > int(first["sequence"])
    assert str(moved["organizer"]) == "mailto:tickets@house.example"
    assert len(codes_in(attached(office.sent_to(ADDRESS)[-1], ".pdf"))) == 2
    assert await entries(anna) == [("PUBLISH", first["sequence"]), ("PUBLISH", moved["sequence"])]

    await decides(evening, CancelPerformance(owner, concert))
    subject, method, gone = visit_in(office.sent_to(ADDRESS)[-1])
    assert subject.startswith("已取消：")
    assert (method, gone["uid"], str(gone["status"])) == ("CANCEL", first["uid"], "CANCELLED")
    assert int(gone["sequence"]) > int(moved["sequence"])
    assert len(list(office.sent_to(ADDRESS)[-1].iter_attachments())) == 1, "no ticket to print"
    assert (await entries(anna))[-1] == ("CANCEL", gone["sequence"])
    assert not await entries(ben)
    assert len(office.letters) == len(office.sent_to(ADDRESS)) == 4


async def entries(person: Person) -> list[tuple[str, int]]:
    """Method and sequence of the calendar files in their chat."""
    documents = [message["document"] for message in await person.received() if "document" in message]
    files = [Calendar.from_ical(await person.file(document["file_id"])) for document in documents]
    return [(str(file["method"]), file.events[0]["sequence"]) for file in files if isinstance(file, Calendar)]


async def test_calendar_entry_is_of_the_venues_time_and_stays_the_same_entry(
    evening: Evening, office: PostOffice
) -> None:
    anna = await bought(evening)
    await address_proved(evening, office, anna)
    await post(evening)
    calendar = Calendar.from_ical(attached(office.sent_to(ADDRESS)[-1], ".ics"))
    assert isinstance(calendar, Calendar)
    (visit,) = calendar.events
    assert visit["summary"] == "From the New World"
    assert visit.DTSTART.tzinfo is not None
    assert str(visit["dtstart"].params["TZID"]) == "Asia/Shanghai"
    assert calendar.timezones
    assert "Grand Hall" in str(visit["location"])
    assert len(visit.walk("VALARM")) == 1
    assert not re.search(r"start=T", visit.to_ical().decode()), "a calendar is shared: no code in it"
    await anna.presses("Back")
    await anna.presses("Calendar")
    (again,) = Calendar.from_ical(await file_named(anna, ".ics")).events  # type: ignore[union-attr]
    assert again["uid"] == visit["uid"]
    assert again["sequence"] == visit["sequence"]


async def test_second_mail_takes_one_tap(evening: Evening, office: PostOffice) -> None:
    anna = await bought(evening)
    await address_proved(evening, office, anna)
    await post(evening)
    await anna.presses("Back")
    await anna.presses("By mail")
    await anna.presses("Back")
    await anna.presses("By mail")
    await post(evening)
    assert len(office.sent_to(ADDRESS)) == 3, "a code, and each time the tickets; two taps in a row are one mail"


async def test_pdf_comes_in_the_chat_again_and_again(evening: Evening) -> None:
    anna = await bought(evening)
    await anna.presses("Keep a copy")
    await anna.presses("PDF")
    links = {await evening.link_of(ticket_id) for ticket_id in await evening.tickets_of(anna)}
    assert codes_in(await file_named(anna, ".pdf")) == links
    await anna.presses("PDF")
    files = [message for message in await anna.received() if "document" in message]
    assert len(files) == 2


async def test_mail_speaks_chinese_to_who_reads_chinese(evening: Evening, office: PostOffice) -> None:
    li = await bought(evening, "简体中文")
    await li.presses("保存副本")
    await li.presses("发到邮箱")
    await li.says(ADDRESS)
    await li.says(await code_in(evening, office))
    await post(evening)
    letter = office.sent_to(ADDRESS)[-1]
    assert str(letter["subject"]).startswith("您的 2 张票：自新大陆")
    assert letter["content-language"] == "zh-Hans"
    html = letter.get_body(("html",))
    assert html is not None
    assert "自新大陆" in html.get_content()


async def test_wrong_address_gets_no_ticket(evening: Evening, office: PostOffice) -> None:
    anna = await bought(evening)
    await anna.presses("Keep a copy")
    await anna.presses("By mail")
    for nonsense in ("hello", "a@b", "anna@example.org\nBcc: x@y.zz", "anna@@example.org", "ан@example.org"):
        await anna.says(nonsense)
        assert "no e-mail address" in await anna.sees()
    await anna.says("stranger@example.org")
    await post(evening)
    for _ in range(MOST_TRIES):
        await anna.says("000 00")
        assert "not the code" in await anna.sees()
    code = await code_in(evening, office, "stranger@example.org")
    await anna.says(code)
    assert "Too many wrong codes" in await anna.sees()
    assert len(office.letters) == 1


async def test_code_grows_old_and_only_few_are_sent(evening: Evening, office: PostOffice) -> None:
    anna = await bought(evening)
    await anna.presses("Keep a copy")
    await anna.presses("By mail")
    await anna.says(ADDRESS)
    code = await code_in(evening, office)
    evening.clock.advance(CODE_LASTS)
    await anna.says(code)
    assert "too old" in await anna.sees()
    for _ in range(MOST_CODES - 1):
        await anna.says(ADDRESS)
        await anna.presses("Another address")
    await anna.says(ADDRESS)
    assert "At most 5 codes" in await anna.sees()


async def test_what_is_handed_on_is_not_mailed_any_more(evening: Evening, office: PostOffice) -> None:
    anna = await bought(evening)
    await address_proved(evening, office, anna)
    first, second = await evening.tickets_of(anna)
    ben = await evening.guest(1002, "Ben")
    await anna.presses("Back")
    await anna.presses("Back")
    await anna.presses("Stalls")
    await anna.presses("Hand on")
    await ben.opens(await anna.link())
    await ben.presses("Take")
    await post(evening)
    letter = office.sent_to(ADDRESS)[-1]
    left = {await evening.link_of(ticket_id) for ticket_id in await evening.tickets_of(anna)}
    assert len(left) == 1
    assert codes_in(attached(letter, ".pdf")) == left
    assert {first, second} >= set(await evening.tickets_of(anna))


async def test_house_without_a_mail_server_offers_none(database_url: str, tmp_path: Path, clock: FakeClock) -> None:
    made: list[Theatre] = []

    async def setup(foyer: Foyer) -> None:
        made.append(await foyer.uow.write(theatre))

    async with running_house(database_url, tmp_path, setup, clock=clock) as house:
        evening = Evening(house, made[0], clock)
        anna = await bought(evening)
        await anna.presses("Keep a copy")
        labels = await anna.buttons()
        assert any("PDF" in label for label in labels)
        assert not any("mail" in label or "Wallet" in label for label in labels)
        for data in ("kpm", "kpa", "kpw"):
            assert "not here any more" in await evening.forged(anna, f"{data}:{made[0].concert_id}")


async def test_nobody_keeps_a_strangers_tickets(evening: Evening) -> None:
    await bought(evening)
    eve = await evening.guest(1003, "Eve")
    for data in ("kp", "kpp", "kpc", "kpm"):
        assert "not yours" in await evening.forged(eve, f"{data}:{evening.theatre.concert_id}")
    assert not [message for message in await eve.received() if "document" in message]


async def test_address_is_told_and_erased(evening: Evening, office: PostOffice) -> None:
    anna = await bought(evening)
    await address_proved(evening, office, anna)
    await anna.says("/mydata")
    assert ADDRESS in (await file_named(anna, ".json")).decode()
    await anna.says("/forget")
    await anna.presses("Yes, erase my data")
    await post(evening)
    assert len(office.letters) == 1, "the code; the tickets that had not gone yet stay here"
    counts = await evening.house.foyer.uow.read(lambda tx: tx.mails.counts())
    assert counts == {"sent": 1, "void": 1}


async def test_server_that_is_busy_gets_the_mail_later(evening: Evening, office: PostOffice) -> None:
    anna = await bought(evening)
    await address_proved(evening, office, anna)
    office.rcpt.append("450 4.2.0 greylisted, anna@example.org")
    office.data += ["452 4.3.1 full"]
    await post(evening)
    assert len(office.letters) == 1
    evening.clock.advance(timedelta(minutes=1))
    await post(evening)
    assert len(office.letters) == 1
    evening.clock.advance(timedelta(minutes=2))
    await post(evening)
    assert len(office.letters) == 2
    assert await evening.house.foyer.uow.read(lambda tx: tx.mails.unknown()) == 0


async def test_address_that_does_not_exist_is_told_in_the_chat(evening: Evening, office: PostOffice) -> None:
    anna = await bought(evening)
    await address_proved(evening, office, anna)
    office.rcpt.append("550 5.1.1 no such user anna@example.org")
    await post(evening)
    assert "The mail with your tickets could not be delivered" in await anna.sees()
    assert any("Another address" in label for label in await anna.buttons())
    evening.clock.advance(timedelta(hours=1))
    await post(evening)
    assert len(office.letters) == 1


async def test_server_that_is_down_for_a_day_is_told_in_the_chat(evening: Evening, office: PostOffice) -> None:
    anna = await bought(evening)
    await address_proved(evening, office, anna)
    office.rcpt += ["421 4.3.2 closing"] * 3
    await post(evening)
    for hours in (12, 12):
        assert "could not be delivered" not in await anna.sees()
        evening.clock.advance(timedelta(hours=hours))
        await post(evening)
    assert "could not be delivered" in await anna.sees()
    assert await evening.house.foyer.uow.read(lambda tx: tx.mails.counts()) == {"sent": 1, "dead": 1}


async def test_connection_that_breaks_after_the_mail_is_counted_and_tried_again(
    evening: Evening, office: PostOffice
) -> None:
    anna = await bought(evening)
    await address_proved(evening, office, anna)
    office.data.append("")
    await post(evening)
    evening.clock.advance(timedelta(minutes=1))
    await post(evening)
    first, second = office.sent_to(ADDRESS)[1:]
    assert first["message-id"] == second["message-id"], "so that a mail programme can show it once"
    assert await evening.house.foyer.uow.read(lambda tx: tx.mails.unknown()) == 1


async def test_house_with_a_certificate_gives_passes(database_url: str, tmp_path: Path, clock: FakeClock) -> None:
    made: list[Theatre] = []

    async def setup(foyer: Foyer) -> None:
        made.append(await foyer.uow.write(theatre))

    extra = pass_files(tmp_path).settings()
    async with running_house(database_url, tmp_path, setup, clock=clock, extra=extra) as house:
        evening = Evening(house, made[0], clock)
        anna = await bought(evening)
        await anna.presses("Keep a copy")
        await anna.presses("Apple Wallet")
        with zipfile.ZipFile(io.BytesIO(await file_named(anna, ".pkpasses"))) as bundle:
            packed = [zipfile.ZipFile(io.BytesIO(bundle.read(name))) for name in bundle.namelist()]
        said = [json.loads(archive.read("pass.json")) for archive in packed]
        links = {await evening.link_of(ticket_id) for ticket_id in await evening.tickets_of(anna)}
        assert {one["barcodes"][0]["message"] for one in said} == links
        assert {one["groupingIdentifier"] for one in said} == {f"performance-{made[0].concert_id}"}
        (document,) = [message["document"] for message in await anna.received() if "document" in message]
        assert document["mime_type"] == "application/vnd.apple.pkpasses"
