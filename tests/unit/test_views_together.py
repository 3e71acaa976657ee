"""The screens of paying together and of the accounts, in every language, with ordinary and difficult names."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.money import Money
from domain.payments.accounts_model import Month
from domain.payments.together_model import SharedSeat
from handlers.payments.accounts_views import accounts_screen, month_file, month_screen
from handlers.payments.together_queries import FriendsSeat, SeatFate, SeatOffer, TogetherFacts
from handlers.payments.together_views import seat_offer_screen, together_card, together_screen
from handlers.ui.files import BOOK_FORMATS
from handlers.ui.i18n import LOCALES, Texts, texts
from tests.support.programme import NOW
from tests.support.screens import HOSTILE, FakeLinks, check, labels
from tests.support.ticketing import SHOWING, hostile_concession, hostile_showing, line, order

LINKS = FakeLinks()
UNTIL = NOW + timedelta(minutes=20)


@pytest.fixture(params=LOCALES)
def t(request: pytest.FixtureRequest) -> Texts:
    return texts(request.param)


def seat(number: int, fate: SeatFate, taker: str = "") -> FriendsSeat:
    shared = SharedSeat(number, 1, 3, 10 + number, NOW, None)
    return FriendsSeat(shared, order((line(number),), id=10 + number, until=UNTIL), line(number), taker, fate)


def together(*seats: FriendsSeat) -> TogetherFacts:
    return TogetherFacts(SHOWING, order(), (line(1),), seats, NOW)


def offer(host: str = "Ada") -> SeatOffer:
    waiting = seat(2, SeatFate.WAITING)
    return SeatOffer(waiting.seat, SHOWING, waiting.order, waiting.line, None, host, NOW)


def test_every_seat_says_how_it_stands(t: Texts) -> None:
    facts = together(*(seat(number, fate, "Ben") for number, fate in enumerate(SeatFate, start=2)))
    screen = together_screen(t, facts, LINKS)
    shown = check(screen)
    assert shown.count("Ben") == 2
    assert shown.count("start=S") == 1
    assert t.time(UNTIL, SHOWING.venue.timezone) in shown
    links = [button.url for row in screen.keyboard for button in row if button.url]
    assert len(links) == 1
    assert "start=S" not in check(together_card(t, facts))


def test_when_nothing_waits_there_is_no_link_and_no_deadline(t: Texts) -> None:
    facts = together(seat(2, SeatFate.PAID, "Ben"), seat(3, SeatFate.OVER))
    for screen in (together_screen(t, facts, LINKS), together_card(t, facts)):
        assert "⏱" not in check(screen)
        assert not [button for row in screen.keyboard for button in row if button.url]


def test_a_friend_sees_what_they_are_asked_for(t: Texts) -> None:
    shown = check(seat_offer_screen(t, offer()))
    for words in ("Ada", t.money(offer().order.total), t.time(UNTIL, SHOWING.venue.timezone)):
        assert words in shown
    check(seat_offer_screen(t, offer("")))
    free = offer()
    assert t.plain("free of charge") in check(
        seat_offer_screen(t, replace(free, order=replace(free.order, total=Money(0, "EUR"))))
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_difficult_names(t: Texts, text: str) -> None:
    many = together(*(seat(number, SeatFate.TAKEN, text) for number in range(2, 8)), seat(9, SeatFate.WAITING))
    facts = replace(many, showing=hostile_showing(text))
    check(together_screen(t, facts, LINKS))
    check(together_card(t, facts))
    check(
        seat_offer_screen(t, replace(offer(text), showing=hostile_showing(text), concession=hostile_concession(text)))
    )


def test_the_months(t: Texts) -> None:
    months = [Month(2026, month) for month in range(12, 0, -1)]
    screen = accounts_screen(t, months)
    check(screen)
    assert len(set(labels(screen))) == len(labels(screen)) == 14
    for sent in (False, True):
        running = month_screen(t, months[0], running=True, sent=sent)
        assert len(check(running)) > len(check(month_screen(t, months[0], running=False, sent=sent)))
    for kind in BOOK_FORMATS:
        assert month_file(t, 1, months[0], kind).name == f"accounts-2026-12.{kind}"
