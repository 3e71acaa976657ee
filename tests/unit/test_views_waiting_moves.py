"""The screens of the waiting list and of moved and cancelled performances, in every language, with difficult names."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.errors import BadInput
from domain.money import Money
from domain.programme.model import RunState
from domain.programme.run_changes import Answer, JobState, RunChange, Unreached, What
from domain.ticketing.waiting_ports import Waiting, WaitingState
from handlers.ticketing.moves.holder_views import dates_screen, gave_back_screen, money_back_screen, run_change_screen
from handlers.ticketing.moves.queries import (
    CallListsFacts,
    CallsFacts,
    DatesFacts,
    MoveFacts,
    MovesFacts,
    RunChangeFacts,
)
from handlers.ticketing.moves.routes import read_time
from handlers.ticketing.moves.views import (
    ask_time_screen,
    call_lists_screen,
    calls_screen,
    cancel_run_screen,
    move_run_screen,
    move_screen,
    moves_screen,
)
from handlers.ticketing.queries import Showing
from handlers.ticketing.waiting.queries import HOURS, WaitingFacts
from handlers.ticketing.waiting.views import standing_screen, wish_screen
from handlers.ui.i18n import LOCALES, Texts, texts
from tests.support.programme import BIG, NOW
from tests.support.screens import HOSTILE, check, labels
from tests.support.ticketing import SHOWING, hostile_showing

EN = texts("en")
DAY = timedelta(days=1)


@pytest.fixture(params=LOCALES)
def t(request: pytest.FixtureRequest) -> Texts:
    return texts(request.param)


def change(what: What = What.CANCELLED, state: JobState = JobState.RUNNING, id: int = 3) -> RunChange:
    refund_after = NOW + 7 * DAY if what is What.CANCELLED else None
    return RunChange(id, BIG, what, state, 1, NOW, NOW, NOW + DAY, refund_after, NOW, 120, 2000)


def move(showing: Showing = SHOWING, decided: RunChange | None = None, calls: int = 2) -> MoveFacts:
    answers = dict.fromkeys(Answer, 7)
    return MoveFacts(showing, decided, 2000, 1200, answers if decided else {}, calls if decided else 0, NOW)


def asked(
    what: What = What.CANCELLED, *, showing: Showing = SHOWING, tickets: int = 2, others: bool = False
) -> RunChangeFacts:
    paid = Money(136000, showing.venue.currency)
    return RunChangeFacts(showing, change(what, id=BIG), Answer.NONE, tickets, paid, others, True, NOW)


def line(showing: Showing = SHOWING, names: tuple[str, ...] = ("A", "B"), **standing: object) -> WaitingFacts:
    waits = Waiting(BIG, BIG, 5, 2, names[:1], NOW + DAY, WaitingState.WAITING)
    performance = replace(showing.performance, id=BIG, sales_close_at=NOW + 9 * DAY, starts_at=NOW + 9 * DAY)
    return WaitingFacts(
        replace(showing, performance=performance),
        names,
        tuple(range(len(names))),
        replace(waits, **standing) if standing else None,  # type: ignore[arg-type]
        4,
        6,
        NOW,
    )


@pytest.mark.parametrize("text", ["", *HOSTILE])
def test_every_screen_can_be_sent(t: Texts, text: str) -> None:
    showing = hostile_showing(text) if text else SHOWING
    someone = tuple(Unreached(BIG - n, text or "Ada", text or "+86 21 1234", 6) for n in range(8))
    names = (text or "A",) * 9
    for screen in (
        moves_screen(t, MovesFacts(((showing, None),) * 8, 1, True, NOW)),
        move_screen(t, move(showing, change())),
        move_screen(t, move(showing, change(What.MOVED, JobState.STOPPED))),
        cancel_run_screen(t, move(showing)),
        ask_time_screen(t, move(showing)),
        move_run_screen(t, move(showing), NOW + DAY),
        call_lists_screen(t, CallListsFacts(((showing, change(), 900),) * 8, NOW)),
        calls_screen(t, CallsFacts(showing, change(), someone, 90, NOW)),
        run_change_screen(t, asked(showing=showing)),
        run_change_screen(t, asked(What.MOVED, showing=showing)),
        run_change_screen(t, asked(showing=showing, tickets=0)),
        money_back_screen(t, asked(showing=showing)),
        gave_back_screen(t),
        dates_screen(t, DatesFacts(asked(showing=showing), ((showing, 12),) * 8)),
        wish_screen(t, line(showing, names), 6, frozenset(range(9)), 72),
        standing_screen(t, line(showing, names, seats=6)),
        standing_screen(t, line(showing, names, state=WaitingState.OFFERED, order_id=BIG)),
    ):
        check(screen)


def test_who_was_given_a_ticket_has_no_other_date_and_is_told_where_the_money_goes() -> None:
    assert labels(run_change_screen(EN, asked(others=True))) == ["💰 Money back", "🏠 Home"]
    assert "whoever paid" in money_back_screen(EN, asked(others=True)).text


def test_only_a_moved_performance_can_be_kept() -> None:
    assert "✅ Keep the tickets" in labels(run_change_screen(EN, asked(What.MOVED)))
    assert "✅ Keep the tickets" not in labels(run_change_screen(EN, asked()))


def test_a_cancelled_performance_is_neither_moved_nor_cancelled_again() -> None:
    showing = replace(SHOWING, performance=replace(SHOWING.performance, run_state=RunState.CANCELLED))
    said = labels(move_screen(EN, move(showing, change())))
    assert not any("Cancel it" in label or "Move to" in label for label in said)
    assert any("Stop" in label for label in said)


def test_times_that_are_over_are_not_offered() -> None:
    facts = line()
    soon = replace(facts.showing.performance, sales_close_at=NOW + timedelta(hours=3))
    assert facts.hours == HOURS
    assert replace(facts, showing=replace(facts.showing, performance=soon)).hours == (0, 2)


@pytest.mark.parametrize("said", ["2027-03-05 19:30", " 2027/3/5 19:30", "2027.03.05, 19.30", "2027年3月5日 19：30"])
def test_a_time_is_read_in_the_zone_of_the_house(said: str) -> None:
    assert read_time(said, "Asia/Shanghai") == datetime(2027, 3, 5, 11, 30, tzinfo=UTC)


@pytest.mark.parametrize("said", ["", "tomorrow", "2027-02-30 19:30", "2027-03-05", "05.03.2027 19:30", "0-1-1 1:00"])
def test_what_is_no_time_is_refused(said: str) -> None:
    with pytest.raises(BadInput):
        read_time(said, "Asia/Shanghai")
