"""The screens of promotion codes: in every language, with ordinary and difficult names; and what a code takes off."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.money import Money
from domain.ticketing.promotion_ports import Promotion
from handlers.ticketing.promotions.queries import CodeFacts, CodesFacts
from handlers.ticketing.promotions.views import ask_code_screen, code_screen, codes_screen, new_code_screen
from handlers.ui.i18n import LOCALES, Texts, texts
from tests.support.programme import BIG, NOW
from tests.support.screens import HOSTILE, check, labels
from tests.support.ticketing import SHOWING, hostile_showing, line

EN = texts("en")
SUMMER = Promotion(1, 1, "SUMMER", 20, 0, "CNY", 100, 1, NOW + timedelta(days=9))


@pytest.fixture(params=LOCALES)
def t(request: pytest.FixtureRequest) -> Texts:
    return texts(request.param)


@pytest.mark.parametrize("text", ["", *HOSTILE])
def test_every_screen_can_be_sent(t: Texts, text: str) -> None:
    showing = hostile_showing(text) if text else SHOWING
    promotion = replace(SUMMER, id=BIG, code="X" * 24, percent=0, minor=BIG, categories=(text or "A",) * 9)
    for screen in (
        ask_code_screen(t, BIG),
        codes_screen(t, CodesFacts(((promotion, 99_999),) * 6, (showing.venue,) * 3, NOW)),
        codes_screen(t, CodesFacts((), (), NOW)),
        code_screen(t, CodeFacts(promotion, 99_999, showing.venue, (showing,) * 9, NOW)),
        code_screen(t, CodeFacts(replace(promotion, withdrawn_at=NOW), 1, showing.venue, (), NOW)),
        new_code_screen(t, showing.venue),
    ):
        check(screen)


def test_only_a_good_code_can_be_withdrawn() -> None:
    good = labels(code_screen(EN, CodeFacts(SUMMER, 1, SHOWING.venue, (), NOW)))
    over = labels(code_screen(EN, CodeFacts(SUMMER, 1, SHOWING.venue, (), SUMMER.valid_until)))
    assert any("Withdraw" in label for label in good)
    assert not any("Withdraw" in label for label in over)


def test_a_share_is_rounded_half_up_for_each_place_and_other_categories_keep_their_price() -> None:
    lines = [replace(line(n), id=n, price=Money(minor, "CNY")) for n, minor in ((1, 333), (2, 1002), (3, 0))]
    assert replace(SUMMER, percent=25).prices(lines) == {1: 250, 2: 751}
    assert replace(SUMMER, categories=("nowhere",)).prices(lines) == {}
    assert replace(SUMMER, currency="EUR").prices(lines) == {}


def test_a_sum_is_taken_off_once_as_far_as_it_goes() -> None:
    lines = [replace(line(n), id=n, price=Money(500, "CNY")) for n in (1, 2, 3)]
    assert replace(SUMMER, percent=0, minor=800).prices(lines) == {1: 0, 2: 200}
