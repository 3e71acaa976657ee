"""Addresses, codes, the mail server's setting, and mails as messages."""

from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from bot.adapters.calendar_file import calendar_file
from bot.adapters.files import Files
from bot.adapters.mail import Fate, Told, make_message, read_smtp_url
from bot.config import SettingsFault, load
from domain.codes import Keyring
from domain.ticketing.mail import MailAddress, address_code, clean_address
from handlers.ui.files import CalendarEntry
from handlers.ui.mail import Mail
from handlers.ui.screen import Document
from tests.support.certificates import pass_files
from tests.support.post_office import post_office

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
KEYS = Keyring({"k": b"a secret of the tests, of no use elsewhere"})


@pytest.mark.parametrize(
    "address", ["anna@example.org", "  anna@example.org\n", "a.b+c@x-y.co.uk", "mailto:a@example.org", "o'neil@x.ie"]
)
def test_an_address_is_taken(address: str) -> None:
    assert clean_address(address) == address.strip().removeprefix("mailto:")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "anna",
        "anna@localhost",
        "@example.org",
        "anna@",
        ".a@example.org",
        "a..b@example.org",
        "a@-x.org",
        "a b@example.org",
        "a@example.org, b@example.org",
        "a@example.org\r\nBcc: b@example.org",
        "<a@example.org>",
        '"a b"@example.org',
        "x" * 65 + "@example.org",
        "a@" + "x" * 250 + ".org",
        "安娜@example.org",
    ],
)
def test_what_is_no_address_is_not(text: str) -> None:
    assert clean_address(text) is None


@settings(max_examples=50)
@given(st.text(max_size=80))
def test_an_address_never_holds_a_line_or_a_second_one(text: str) -> None:
    address = clean_address(text + "@example.org")
    assert address is None or (address.count("@") == 1 and not set(address) & set("\r\n,;<> "))


def test_a_code_is_of_one_person_one_address_one_asking_and_one_key() -> None:
    given_now = MailAddress("anna@example.org", NOW, 0, None)
    codes = {
        address_code(KEYS, 1, given_now),
        address_code(KEYS, 2, given_now),
        address_code(KEYS, 1, MailAddress("anna@example.com", NOW, 0, None)),
        address_code(KEYS, 1, MailAddress("anna@example.org", NOW + timedelta(seconds=1), 0, None)),
        address_code(Keyring({"k": b"another secret, sixteen or more"}), 1, given_now),
    }
    assert len(codes) == 5
    assert all(len(code) == 6 and code.isdigit() for code in codes)


@pytest.mark.parametrize(
    ("url", "port", "tls", "starttls"),
    [
        ("smtp://mail.example.org", 587, False, "auto"),
        ("smtp://anna:secret@mail.example.org:25", 25, False, "required"),
        ("smtp://anna:secret@mail.example.org?starttls=never", 587, False, "never"),
        ("smtp://mail.example.org?starttls", 587, False, "required"),
        ("smtps://anna:s%40cret@mail.example.org", 465, True, "required"),
    ],
)
def test_mail_server_is_read(url: str, port: int, tls: bool, starttls: str) -> None:
    server = read_smtp_url(url)
    assert (server.host, server.port, server.tls, server.starttls) == ("mail.example.org", port, tls, starttls)
    assert server.password in ("", "secret", "s@cret")


@pytest.mark.parametrize(
    "environment",
    [
        {"FOYER_SMTP_URL": "mail.example.org", "FOYER_MAIL_FROM": "a@b.org"},
        {"FOYER_SMTP_URL": "smtp://mail.example.org:port", "FOYER_MAIL_FROM": "a@b.org"},
        {"FOYER_SMTP_URL": "smtp://mail.example.org?starttls=maybe", "FOYER_MAIL_FROM": "a@b.org"},
        {"FOYER_SMTP_URL": "http://mail.example.org", "FOYER_MAIL_FROM": "a@b.org"},
    ],
)
def test_wrong_mail_server_is_named(environment: dict[str, str]) -> None:
    with pytest.raises(SettingsFault, match="FOYER_SMTP_URL"):
        load(environment)


def test_mail_needs_a_sender_and_a_pass_all_of_its_parts(tmp_path: Path) -> None:
    with pytest.raises(SettingsFault, match="FOYER_MAIL_FROM"):
        load({"FOYER_SMTP_URL": "smtp://mail.example.org"})
    with pytest.raises(SettingsFault, match="FOYER_MAIL_FROM"):
        load({"FOYER_MAIL_FROM": "nobody"})
    with pytest.raises(SettingsFault, match="FOYER_PASS_KEY is missing"):
        load({"FOYER_PASS_CERTIFICATE": str(pass_files(tmp_path).certificate)})


def test_passwords_do_not_reach_the_log() -> None:
    loaded = load({"FOYER_SMTP_URL": "smtps://anna:s%40cret@mail.example.org", "FOYER_MAIL_FROM": "a@b.org"})
    assert {"s@cret", "s%40cret"} <= set(loaded.secrets())
    assert "40cret" not in repr(loaded)


def test_message_keeps_its_number_and_its_words() -> None:
    mail = Mail("anna@example.org", "您的票", "您好\n", "<p>您好</p>", "zh_Hans", (Document("x.pdf", b"%PDF-1.7"),))
    made = [make_message(mail, "艺厅 <tickets@house.example>", "foyer-7", NOW, Files()) for _ in range(2)]
    assert {message["Message-ID"] for message in made} == {"<foyer-7@house.example>"}
    raw = made[0].as_bytes()
    assert b"Content-Language: zh-Hans" in raw
    assert made[0]["From"].addresses[0].display_name == "艺厅"
    (attachment,) = made[0].iter_attachments()
    assert attachment.get_content_type() == "application/pdf"
    assert [part.get_content_type() for part in made[0].walk()].count("text/plain") == 1


def test_no_line_of_a_title_becomes_a_header() -> None:
    with pytest.raises(ValueError, match=r"(?i)header"):
        make_message(Mail("a@b.org", "x\r\nBcc: c@d.org", "", "", "en"), "t@h.org", "foyer-1", NOW, Files())


def entry(**change: object) -> CalendarEntry:
    given: dict[str, object] = {
        "uid": "visit-3-7@foyer",
        "sequence": 1,
        "made_at": NOW,
        "starts_at": datetime(2027, 3, 28, 17, 30, tzinfo=UTC),
        "ends_at": datetime(2027, 3, 28, 19, 30, tzinfo=UTC),
        "zone": "Europe/Berlin",
        "title": "自新大陆",
        "place": "Hall; House, 1 Square",
        "description": "Doors open at 19:00.\nRow 3",
        "reminder": "Today",
    }
    return CalendarEntry(**{**given, **change})  # type: ignore[arg-type]


def read(entry: CalendarEntry) -> Calendar:
    calendar = Calendar.from_ical(calendar_file(entry))
    assert isinstance(calendar, Calendar)
    return calendar


def test_visit_begins_at_the_venues_hour_on_the_day_the_clocks_change() -> None:
    calendar = read(entry())
    (visit,) = calendar.events
    assert b"DTSTART;TZID=Europe/Berlin:20270328T193000" in calendar_file(entry())
    assert visit.DTSTART.astimezone(UTC) == datetime(2027, 3, 28, 17, 30, tzinfo=UTC)
    assert [zone["tzid"] for zone in calendar.timezones] == ["Europe/Berlin"]
    assert calendar["method"] == "PUBLISH"
    assert visit["location"] == "Hall; House, 1 Square"


def test_moved_visit_is_the_same_entry_with_a_higher_number() -> None:
    first, moved = (read(entry(sequence=number)).events[0] for number in (1, 2))
    assert first["uid"] == moved["uid"]
    assert first["sequence"] < moved["sequence"]


def test_cancelled_visit_says_so_and_wakes_nobody() -> None:
    calendar = read(entry(cancelled=True))
    assert calendar["method"] == "CANCEL"
    assert calendar.events[0]["status"] == "CANCELLED"
    assert not calendar.walk("VALARM")


def test_hostile_title_is_one_line_of_the_calendar() -> None:
    raw = calendar_file(entry(title="x\r\nATTACH:http://evil.example\u202e", description="a\r\nEND:VEVENT"))
    assert b"\r\nATTACH" not in raw
    assert raw.count(b"END:VEVENT") - raw.count(b"\\nEND:VEVENT") == 1


def letter() -> EmailMessage:
    return make_message(Mail("anna@example.org", "x", "x", "x", "en"), "t@house.example", "foyer-1", NOW, Files())


async def told_by(url: str) -> Told:
    async with read_smtp_url(url).session("t@house.example") as session:
        return await session.send(letter(), "anna@example.org")


async def test_refused_connection_means_later() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert (await told_by(f"smtp://127.0.0.1:{port}")).fate is Fate.LATER


async def test_no_password_goes_out_unencrypted() -> None:
    async with post_office() as office:
        plain = office.url.replace("smtp://", "smtp://anna:secret@").partition("?")[0]
        assert (await told_by(plain)).fate is Fate.LATER
        assert not office.letters
        assert (await told_by(office.url)).fate is Fate.SENT


async def test_one_connection_takes_several_and_is_made_anew_after_it_broke() -> None:
    async with post_office() as office:
        office.data += ["250 OK", "", "250 OK"]
        async with read_smtp_url(office.url).session("t@house.example") as session:
            fates = [(await session.send(letter(), "anna@example.org")).fate for _ in range(3)]
        assert fates == [Fate.SENT, Fate.UNKNOWN, Fate.SENT]
        assert len(office.letters) == 3


@pytest.mark.parametrize(
    ("answer", "fate"), [("450 busy", Fate.LATER), ("550 no such user", Fate.REFUSED), ("250 OK", Fate.SENT)]
)
async def test_servers_number_decides_and_its_words_are_not_kept(answer: str, fate: Fate) -> None:
    async with post_office() as office:
        office.rcpt.append(answer)
        told = await told_by(office.url)
        assert told.fate is fate
        assert told.why in ("", answer[:3])
