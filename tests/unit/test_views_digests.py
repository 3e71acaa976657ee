"""The screens of digests, in every language, with ordinary and difficult contents; what comes first in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from domain.assistance.model import Enquiry, EnquiryFigures, EnquiryState
from domain.feedback.figures import Figures, Score
from domain.feedback.model import Case, CaseKind, CaseReason, CaseState, Stage
from domain.improvement.model import Action
from domain.incidents.model import Incident, IncidentKind, IncidentState, Severity
from domain.money import Money
from domain.payments.accounts_model import Part
from domain.payments.drawer import Drawer
from domain.people.model import Actor, Grant, Invitation, Role
from domain.programme.model import Venue
from domain.records.digest_model import (
    Came,
    Comparison,
    DigestChoice,
    House,
    Need,
    NeedKind,
    Period,
    Responses,
    Rhythm,
    Selling,
    Takings,
    due_at,
    most_urgent,
    period_of,
)
from domain.records.digests import Digest
from domain.records.ports import Task
from domain.text import LocalText
from handlers.records.digest.queries import ChoiceFacts, DigestFacts, OwnerFacts
from handlers.records.digest.views import answers_screen, choice_screen, digest_screen, owner_screen, sales_screen
from handlers.ui.i18n import LOCALES, Texts, texts
from tests.support.programme import BIG, NOW
from tests.support.screens import HOSTILE, check, data_of, labels
from tests.support.ticketing import hostile_showing

EMPTY = Figures(0, 0, 0, 0, 0, None, None, (), ())


@pytest.fixture(params=LOCALES)
def t(request: pytest.FixtureRequest) -> Texts:
    return texts(request.param)


def facts(name: str = "From the New World", *needs: NeedKind, period: Period = Period.DAY) -> DigestFacts:
    """A digest in which there is everything; ``name`` is what people and the house call things."""
    shown = hostile_showing(name)
    venue, day = shown.venue, timedelta(days=1)
    house = House(BIG, NOW + day, 400, 120, 4, 6, 2, 118)
    score = Score(72.0, 9.0, 14)
    answers = Figures(20, 14, 1, 2, 1, score, score, tuple((stage, score) for stage in Stage), ())
    digest = Digest(
        period=period,
        venues=(venue, replace(venue, id=2)),
        since=NOW - day,
        until=NOW,
        now=NOW,
        needs=tuple(Need(kind, BIG, NOW) for kind in needs),
        tonight=(house,) * 12,
        coming=(Selling(house, Comparison(12, 0.55)),) * 11 + (Selling(house, None),),
        came=(Came(BIG, NOW - day, 100, 60), Came(BIG, NOW - day, 9, 0)),
        takings=(Takings("CNY", dict.fromkeys(Part, 123456)), Takings("EUR", {Part.SOLD: 5})),
        answers=answers,
        answers_before=replace(answers, nps=replace(score, value=60.0)),
        overdue=(Action(BIG, 1, name, 7, NOW - day, 7, NOW - 9 * day),),
        tasks=(Task(BIG, "refund_by_hand", "refund", BIG, NOW, None),),
        cases=(Case(BIG, 1, BIG, 1, CaseKind.SERVICE, CaseReason.LOW, "staff", CaseState.OPEN, NOW - day),),
        joining=(Invitation(BIG, Role.USHER, 1, 3, NOW, 7),),
        drawers=(Drawer(BIG, 1, 7, _cny(1), NOW, _cny(9), _cny(8), NOW, None, None),),
        incidents=(Incident(BIG, 1, IncidentKind.FIRE, Severity.S1, IncidentState.OPEN, 7, NOW),),
        responses=Responses(3, 1, 95.0),
        help=Responses(4, 1, 45.0, 1),
        enquiries=((venue, EnquiryFigures(2, 9, 130, 80)), (venue, EnquiryFigures(0, 0, None, None))),
        late_enquiries=(Enquiry(BIG, 1, 7, EnquiryState.WAITING, NOW - day, NOW - day),),
    )
    return DigestFacts(digest, {BIG: shown}, {7: name})


def _cny(minor: int) -> Money:
    return Money(minor, "CNY")


@pytest.mark.parametrize("first", range(0, len(NeedKind), 3))
@pytest.mark.parametrize("period", Period)
def test_everything_that_needs_somebody_has_its_evidence_and_buttons(t: Texts, first: int, period: Period) -> None:
    needs = tuple(NeedKind)[first : first + 3]
    screen = digest_screen(t, facts("From the New World", *needs, period=period))
    text = check(screen)
    assert [sign for sign in "①②③" if sign in text] == list("①②③"[: len(needs)])
    for sign, kind in zip("①②③", needs, strict=False):
        row = next(row for row in screen.keyboard if row[0].text.startswith(sign))
        assert len(row) >= 2
        assert row[-1].data == f"dgz:{period.value}:{kind.value}:{BIG}"
        assert f"{sign} \n" not in text
    assert data_of(screen, "💤")


@pytest.mark.parametrize("name", HOSTILE)
def test_difficult_names_stay_within_bounds(t: Texts, name: str) -> None:
    for needs in (
        (NeedKind.OVERDUE, NeedKind.JOIN, NeedKind.DRAWER),
        (NeedKind.SALES, NeedKind.NO_SHOWS, NeedKind.CASE),
    ):
        hard = facts(name, *needs)
        check(digest_screen(t, hard))
        check(sales_screen(t, hard))
        check(answers_screen(t, hard))
    actor = Actor(7, name, grants=(Grant(Role.MANAGER),))
    owners = OwnerFacts(hard, hard.digest.coming[0], NeedKind.SALES, hard.showings[BIG], (actor,) * 6)
    check(owner_screen(t, owners))
    venue = Venue(1, "v", LocalText.of(en=name), LocalText(), "Asia/Shanghai", "CNY")
    check(choice_screen(t, ChoiceFacts(DigestChoice(Rhythm.DAILY, 8, 1), (venue,) * 9)))


def test_a_chart_s_caption_says_what_the_chart_says(t: Texts) -> None:
    for screen in (sales_screen(t, facts()), answers_screen(t, facts())):
        text = check(screen)
        assert screen.picture is not None
        for bar in screen.picture.bars:  # type: ignore[attr-defined]
            assert all(part.strip() in text for part in bar.note.split("·"))


def test_a_house_in_which_nothing_happens(t: Texts) -> None:
    quiet = facts()
    digest = replace(quiet.digest, tonight=(), coming=(), came=(), takings=(), answers=EMPTY, answers_before=EMPTY)
    digest = replace(digest, overdue=(), tasks=(), cases=(), responses=Responses(), help=Responses(), enquiries=())
    text = check(digest_screen(t, replace(quiet, digest=digest)))
    assert t.plain("Nothing needs you at this moment.") in text
    assert text.count("\n\n") == 1
    for screen in (sales_screen, answers_screen):
        shown = screen(t, replace(quiet, digest=digest))
        check(shown)
        assert shown.picture is None


def test_choices_show_what_is_chosen(t: Texts) -> None:
    venue = facts().digest.venues[0]
    screen = choice_screen(t, ChoiceFacts(DigestChoice(Rhythm.WEEKLY, None), (venue,)))
    check(screen)
    assert sum(label.startswith("✓") for label in labels(screen)) == 2
    off = choice_screen(t, ChoiceFacts(DigestChoice(Rhythm.OFF), (venue, venue)))
    check(off)
    assert len(off.keyboard) == 2


def test_three_tasks_do_not_hide_a_guest_who_waits() -> None:
    tasks = [Need(NeedKind.MONEY, id, NOW + timedelta(hours=id)) for id in (3, 1, 2)]
    late = Need(NeedKind.OVERDUE, 9, NOW)
    guest = Need(NeedKind.CASE, 8, NOW)
    assert [need.subject_id for need in most_urgent([late, *tasks, guest])] == [1, 8, 9]
    assert [need.subject_id for need in most_urgent(tasks)] == [1, 2, 3]


def test_the_hour_is_the_venue_s_whatever_is_done_to_its_clock() -> None:
    for day, hour in ((date(2027, 3, 27), 7), (date(2027, 3, 28), 6), (date(2027, 10, 30), 6), (date(2027, 10, 31), 7)):
        assert due_at(day, "Europe/Berlin", 8, None) == datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    monday = date(2027, 3, 1)
    shift = datetime(2027, 3, 1, 7, tzinfo=UTC)  # 8:00 in Berlin
    assert due_at(monday, "Europe/Berlin", None, shift) == shift - timedelta(hours=1)
    assert due_at(monday, "Europe/Berlin", None, shift - timedelta(hours=4)) == shift - timedelta(hours=2)
    assert due_at(monday, "Europe/Berlin", None, shift + timedelta(hours=8)) == shift + timedelta(hours=1)
    assert due_at(monday, "Europe/Berlin", None, None) == shift + timedelta(hours=1)
    assert [period_of(rhythm, monday) for rhythm in Rhythm] == [Period.WEEK, Period.WEEK, None]
    assert [period_of(rhythm, date(2027, 3, 2)) for rhythm in Rhythm] == [Period.DAY, None, None]
