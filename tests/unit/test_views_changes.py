"""The screens of a change of mind, in every language, with names that people give to be difficult."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Stale
from domain.money import Money
from domain.programme.returns import Resale, ReturnPolicy
from domain.ticketing.returning import Bought
from handlers.ticketing.changes.callbacks import pack_chosen, unpack_chosen
from handlers.ticketing.changes.queries import Changes, Returned, ReturnFacts
from handlers.ticketing.changes.views import (
    cancel_screen,
    cancelled_screen,
    changes_screen,
    changing_note,
    resale_screen,
    return_screen,
)
from handlers.ticketing.queries import Showing
from handlers.ui.i18n import LOCALES, Texts, texts
from tests.support.programme import BIG, NOW
from tests.support.screens import HOSTILE, check, labels, visible
from tests.support.ticketing import FULL, SHOWING, hostile_concession, hostile_showing, line, ticket

EN = texts("en")
EARLY = replace(SHOWING, performance=replace(SHOWING.performance, starts_at=NOW + timedelta(days=3)))


@pytest.fixture(params=LOCALES)
def t(request: pytest.FixtureRequest) -> Texts:
    return texts(request.param)


def changes(
    count: int = 2,
    chosen: frozenset[int] = frozenset({0}),
    policy: ReturnPolicy | None = None,
    showing: Showing = EARLY,
    *,
    listed: bool = False,
    price: int = 68000,
) -> Changes:
    policy = policy or ReturnPolicy(fee_percent=10)
    tickets = {
        index: Bought(
            ticket(index + 1, listed=listed, offered=listed),
            line(index % 10 + 5, price=Money(price, "CNY")),
            policy,
        )
        for index in range(count)
    }
    return Changes(showing, tickets, chosen, {1: FULL}, False, NOW)


@pytest.mark.parametrize("count", [1, 2, 7, 100])
@pytest.mark.parametrize("listed", [False, True])
def test_every_page_fits(t: Texts, count: int, listed: bool) -> None:
    everything = frozenset(range(count))
    for page in range(count // 6 + 2):
        for chosen in (frozenset({count - 1}), frozenset[int](), everything):
            check(changes_screen(t, changes(count, chosen, listed=listed), page))
    check(cancel_screen(t, changes(count, everything, listed=listed)))
    check(resale_screen(t, changes(count, everything)))


def test_what_comes_back_and_what_is_kept(t: Texts) -> None:
    text = check(changes_screen(t, changes(2, frozenset({0, 1}))))
    assert "1,224" in text
    assert "136" in text
    for returned in (
        None,
        Returned(Money(100, "CNY"), Money(0, "CNY"), True, Money(5, "CNY")),
        Returned(Money(0, "CNY"), Money(9, "CNY"), False, Money(0, "CNY")),
    ):
        check(cancelled_screen(t, returned))
    assert "0" not in check(cancel_screen(t, changes(1, price=0))).split("\n", 4)[-1]


def test_what_is_over_or_never_done_has_no_button() -> None:
    late = changes(showing=replace(SHOWING, performance=replace(SHOWING.performance, starts_at=NOW)))
    assert "Cancelling was possible until" in check(changes_screen(EN, late))
    never = changes(policy=ReturnPolicy(cancel_hours=None, change_hours=None, resale=Resale.NEVER))
    assert "These tickets cannot be cancelled." in check(changes_screen(EN, never))
    for facts in (late, never):
        assert not [text for text in labels(changes_screen(EN, facts)) if "Cancel" in text or "Resale" in text]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names(t: Texts, text: str) -> None:
    showing = hostile_showing(text)
    named = replace(line(5), zone=text, row=text, number=text)
    facts = changes(1, showing=showing)
    bought = replace(facts.tickets[0], line=named, ticket=ticket(1, id=BIG))
    facts = replace(facts, tickets={0: bought}, concessions={1: hostile_concession(text)})
    for screen in (changes_screen(t, facts), cancel_screen(t, facts), resale_screen(t, facts)):
        check(screen)
    check(return_screen(t, ReturnFacts(ticket(1, id=BIG), text, showing, NOW)))


def test_the_note_while_seats_are_changed(t: Texts) -> None:
    assert "3" in visible(changing_note(t, 3))


@given(st.sets(st.integers(0, 120)))
def test_what_is_chosen_survives_a_button(chosen: set[int]) -> None:
    assert unpack_chosen(pack_chosen(chosen)) == chosen


@pytest.mark.parametrize("made_up", ["", "-1", "A", "9" * 40, "1 ", "é"])
def test_what_no_button_says_is_stale(made_up: str) -> None:
    with pytest.raises(Stale):
        unpack_chosen(made_up)
