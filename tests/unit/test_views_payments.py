"""What is said about money, in every language; the invoice within Telegram's limits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.money import Money
from domain.payments.model import Charge, ChargeFate, Refund, RefundState
from handlers.payments.payload import order_in, payload_of, start_parameter_of
from handlers.payments.queries import RefundFacts, ReturnedFacts
from handlers.payments.views import (
    DESCRIPTION_MOST,
    TITLE_MOST,
    confirmed_screen,
    invoice,
    refunded_screen,
    returned_screen,
)
from handlers.ui.i18n import LOCALES, Texts, texts
from tests.support.programme import BIG, NOW, hostile_event
from tests.support.screens import HOSTILE, check, labels
from tests.support.ticketing import SHOWING, STUDENT, hostile_concession, hostile_showing, line, order_facts


def charge(fate: ChargeFate) -> Charge:
    return Charge(1, "telegram", "p1", "t1", 3, 1, Money(136000, "CNY"), NOW, fate)


REFUND = Refund(BIG, 1, Money(136000, "CNY"), "late", RefundState.REQUESTED, None, NOW, None, 0)


@pytest.fixture(params=LOCALES)
def t(request: pytest.FixtureRequest) -> Texts:
    return texts(request.param)


def test_invoice_has_a_line_a_kind(t: Texts) -> None:
    made = invoice(t, order_facts([line(15), line(16), line(17, concession=STUDENT)]))
    assert [amount.minor for _, amount in made.lines] == [136000, 34000]
    assert t.of(SHOWING.event.title) == made.title


@pytest.mark.parametrize("text", HOSTILE)
def test_invoice_stays_within_limits(t: Texts, text: str) -> None:
    lines = [replace(line(place), zone=text, row=str(place), number=text, category=text) for place in range(1, 9)]
    facts = order_facts(lines, event=hostile_event(text))
    made = invoice(t, replace(facts, concessions={1: hostile_concession(text)}, showing=hostile_showing(text)))
    assert 0 < len(made.title.encode("utf-16-le")) // 2 <= TITLE_MOST
    assert 0 < len(made.description.encode("utf-16-le")) // 2 <= DESCRIPTION_MOST
    assert all(0 < len(label) <= 64 for label, _ in made.lines)


@pytest.mark.parametrize("fate", ChargeFate)
def test_every_way_in_which_money_comes_back(t: Texts, fate: ChargeFate) -> None:
    for showing in (None, SHOWING):
        text = check(returned_screen(t, ReturnedFacts(charge(fate), showing)))
        assert t.money(Money(136000, "CNY")) in text
        check(refunded_screen(t, RefundFacts(REFUND, charge(fate), showing)))
        check(confirmed_screen(t, RefundFacts(REFUND, charge(fate), showing)))


def test_whoever_came_too_late_may_choose_again() -> None:
    screen = returned_screen(texts("en"), ReturnedFacts(charge(ChargeFate.LATE), SHOWING))
    assert "🪑 The best that is left" in labels(screen)


def test_says_requested_until_it_is_confirmed() -> None:
    en = texts("en")
    facts = RefundFacts(REFUND, charge(ChargeFate.LATE), None)
    assert "asked for" in check(refunded_screen(en, facts))
    assert "on the way back" in check(confirmed_screen(en, facts))


def test_payload_comes_back() -> None:
    assert order_in(payload_of(BIG)) == BIG
    assert [order_in(text) for text in ("", "order:", "order:-1", "order:1 ", "ticket:1", "order:" + "9" * 99)] == [
        0
    ] * 6


def test_a_forwarded_invoice_leads_to_the_performance() -> None:
    assert start_parameter_of(34) == "p34"
