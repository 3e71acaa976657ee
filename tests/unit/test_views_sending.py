"""Screens, mails and files of tickets on their way, in both languages, with whatever a house may write."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from bot.adapters.files import Files
from bot.adapters.mail import make_message
from domain.ticketing.mail import MailAddress
from handlers.ticketing.paper import PrintFacts
from handlers.ticketing.sending_files import calendar_document, wallet_document
from handlers.ticketing.sending_mail import code_mail, tickets_mail
from handlers.ticketing.sending_queries import KeepFacts
from handlers.ticketing.sending_views import (
    ask_address_screen,
    ask_code_screen,
    keep_screen,
    mail_failed_screen,
    on_its_way_screen,
    why_not,
)
from handlers.ui.i18n import LOCALES, Texts, texts
from handlers.ui.mail import Mail
from handlers.ui.ports import Offers
from tests.support.clock import START as NOW
from tests.support.screens import HOSTILE, FakeLinks, check, labels
from tests.support.ticketing import hostile_ticket, ticket_facts

LINKS = FakeLinks()
EN = texts("en")
BIG = 2**40 - 1
LONGEST = "a" * 64 + "@" + ".".join(["b" * 60] * 3) + ".example"
PROVED = MailAddress(LONGEST, NOW, 0, NOW)
ALL = Offers(mail=True, wallet=True)


@pytest.fixture(params=LOCALES)
def t(request: pytest.FixtureRequest) -> Texts:
    return texts(request.param)


def keep(text: str = "", address: MailAddress | None = PROVED) -> KeepFacts:
    tickets = (hostile_ticket(text),) * 6 if text else (ticket_facts(1), ticket_facts(2))
    return KeepFacts(BIG, tickets[0].showing, PrintFacts(tickets, {}), address, NOW)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [value for name, value in attrs if name in ("src", "href")]


def check_mail(mail: Mail) -> None:
    page = _Page()
    page.feed(mail.html)
    assert page.tags <= {"html", "head", "meta", "title", "body", "h1", "p", "br"}
    assert not page.addresses, "nothing is loaded from outside"
    assert len(mail.subject) <= 130
    assert not set(mail.subject) & set("\r\n\u202e")
    bare = Mail(mail.to, mail.subject, mail.text, mail.html, mail.locale)
    assert make_message(bare, "House <t@house.example>", "foyer-1", NOW, Files()).as_bytes()


@pytest.mark.parametrize("text", ["", *HOSTILE])
def test_every_screen(t: Texts, text: str) -> None:
    facts = keep(text)
    for offers in (Offers(), ALL):
        for address in (None, MailAddress(LONGEST, NOW, 0, None), PROVED):
            check(keep_screen(t, keep(text, address), offers))
    check(on_its_way_screen(t, facts, LONGEST))
    for was_code in (True, False):
        check(mail_failed_screen(t, facts.showing, was_code=was_code))
        check(mail_failed_screen(t, None, was_code=was_code))
    for outcome in ("wrong", "expired", "tries"):
        check(ask_code_screen(t, BIG, LONGEST, why_not(t, outcome)))
    for has_one in (True, False):
        check(ask_address_screen(t, BIG, has_one=has_one, wrong="<b>"))


@pytest.mark.parametrize("text", ["", *HOSTILE])
def test_every_mail(t: Texts, text: str) -> None:
    check_mail(tickets_mail(t, keep(text), "anna@example.org", LINKS))
    check_mail(code_mail(t, PROVED, "123456", {"en": text or "The House"}))


@pytest.mark.parametrize("text", HOSTILE)
def test_files_of_difficult_names_are_made(text: str) -> None:
    calendar = Files().make(calendar_document(EN, keep(text), LINKS).content)
    assert calendar.count(b"\r\nBEGIN:VEVENT") == 1
    assert wallet_document(EN, keep(text), LINKS).name == "tickets.pkpasses"


def test_only_what_the_house_has_is_offered() -> None:
    assert not any("mail" in label or "Wallet" in label for label in labels(keep_screen(EN, keep(), Offers())))
    offered = " ".join(labels(keep_screen(EN, keep(), ALL)))
    assert "By mail" in offered
    assert "Apple Wallet" in offered


def test_mail_says_both_seats_and_that_a_code_may_die() -> None:
    mail = tickets_mail(EN, keep(), "anna@example.org", LINKS)
    assert mail.text.count("Code to read out") == 2
    assert "its code in this mail is dead" in mail.text
    assert [document.name.rpartition(".")[2] for document in mail.attached] == ["pdf", "ics"]


def test_code_mail_knows_nothing_of_tickets_or_names() -> None:
    mail = code_mail(EN, PROVED, "123456", {"en": "The House"})
    assert mail.subject == "123 456 is your code for The House"
    assert not mail.attached
    assert "Anna" not in mail.text
