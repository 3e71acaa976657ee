"""Surveys as files, figures, hours at which people are asked, themes; every screen of reports in both languages."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from openpyxl import load_workbook
from PIL import Image

from bot.adapters.bars import draw_bars
from bot.adapters.workbook import workbook
from bot.demo.house import demo_documents
from domain.errors import BadInput
from domain.feedback.figures import Counts, Tally, add_up
from domain.feedback.model import CaseKind, Channel, QuestionKind, Stage, says
from domain.feedback.ports import Comment
from domain.feedback.survey_file import parse_survey
from domain.feedback.timing import AFTER_END, GRACE, ask_from, is_over
from domain.payments.accounts_model import Month
from domain.programme.model import Access, LatecomersPolicy, Performance, RunState
from domain.programme.quiet import QuietHours
from handlers.feedback.report_queries import ReportFacts
from handlers.feedback.report_views import comments_screen, report_file, report_screen
from handlers.feedback.themes import themes_of
from handlers.ui.files import Tables
from handlers.ui.i18n import LOCALES, texts
from handlers.ui.pictures import Bars
from tests.support.screens import HOSTILE, check
from tests.support.survey import survey_document

NOW = datetime(2027, 3, 2, 2, 0, tzinfo=UTC)


def test_the_demo_s_survey_can_be_used() -> None:
    survey = parse_survey(demo_documents(NOW.date()).survey)
    assert {question.stage for question in survey.questions} == set(Stage)


@pytest.mark.parametrize(
    ("changes", "reason", "path"),
    [
        ({"question": []}, "empty", "question"),
        ({"contact": {"link": "http://example.org"}}, "wrong_type", "contact.link"),
        ({"question": [{"key": "a", "kind": "text", "text": {"en": "?"}}] * 2}, "double_key", "question[1].key"),
        (
            {"question": [{"key": f"w{n}", "kind": "text", "text": {"en": "?"}} for n in range(5)]},
            "survey_too_long",
            "question",
        ),
        (
            {
                "question": [
                    {"key": "a", "kind": "text", "text": {"en": "?"}, "only_if": {"question": "b", "at_most": 1}}
                ]
            },
            "unknown_question",
            "question[0].only_if.question",
        ),
        (
            {"question": [{"key": "a", "kind": "nps", "low": 11, "text": {"en": "?"}}]},
            "out_of_range",
            "question[0].low",
        ),
    ],
)
def test_a_fault_in_a_survey_is_named(changes: dict[str, Any], reason: str, path: str) -> None:
    with pytest.raises(BadInput) as fault:
        parse_survey(survey_document(**changes))
    assert (fault.value.reason, fault.value.params["path"]) == (reason, path)


def test_the_gravest_concern_counts_and_words_are_whole_words() -> None:
    survey = parse_survey(survey_document())
    staff, words = survey.questions[1], survey.questions[4]
    assert survey.concern(staff, 3) is None
    concern = survey.concern(words, "There was a FIRE and I was harassed")
    assert concern is not None
    assert concern[0] is CaseKind.CONDUCT
    assert survey.concern(words, "Music for the Royal Fireworks") is None
    assert says("有人受伤了", "受伤")
    assert not says("wonderful", "fell")


def test_figures_are_sums_and_say_how_sure_they_are() -> None:
    def tally(kind: QuestionKind, score: int, count: int, stage: Stage = Stage.WHOLE) -> Tally:
        return Tally(kind, stage, Channel.CHAT, score, count)

    figures = add_up(
        Counts(asked=10, answered=4, entered=1, cases=1, cases_open=0),
        [
            tally(QuestionKind.NPS, 10, 3),
            tally(QuestionKind.NPS, 7, 1),
            tally(QuestionKind.NPS, 2, 1),
            tally(QuestionKind.STARS, 5, 1, Stage.SEAT),
            tally(QuestionKind.STARS, 3, 1, Stage.SEAT),
        ],
    )
    assert figures.rate == 0.4
    assert figures.nps is not None
    assert (round(figures.nps.value), figures.nps.n, figures.nps.is_vague) == (40, 5, True)
    assert round(figures.nps.margin) == 70  # 1.96 · sqrt((3·60² + 40² + 140²) / 5 / 5)
    assert [(stage, score.value) for stage, score in figures.stages] == [(Stage.SEAT, 75)]
    nothing = add_up(Counts(0, 0, 0, 0, 0), [])
    assert (nothing.rate, nothing.nps, nothing.satisfaction) == (None, None, None)


@pytest.mark.parametrize(
    ("ends", "ended", "asked"),
    [
        ("2027-03-01 16:00", None, "2027-03-01 16:45"),  # the printed end and some grace
        ("2027-03-01 16:00", "2027-03-01 16:20", "2027-03-01 16:50"),  # what people have said
        ("2027-03-01 22:00", "2027-03-01 22:10", "2027-03-02 08:00"),  # not in the night
        ("2027-03-27 23:30", None, "2027-03-28 08:00"),  # the night in which the clocks go forward
        ("2027-10-31 01:00", None, "2027-10-31 08:00"),  # and back
    ],
)
def test_people_are_asked_at_a_decent_hour(ends: str, ended: str | None, asked: str) -> None:
    from zoneinfo import ZoneInfo

    zone = ZoneInfo("Europe/Vienna")

    def at(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=zone)

    show, said = replace(SHOW, ends_at=at(ends)), at(ended) if ended else None
    assert ask_from(show, "Europe/Vienna", said, QuietHours()) == at(asked)
    assert is_over(replace(show, run_state=RunState.MOVED), show.ends_at + GRACE)  # to where it stands now
    never = QuietHours(0, 0)
    assert ask_from(show, "Europe/Vienna", said, never) == (said + AFTER_END if said else show.ends_at + GRACE)


SHOW = Performance(
    id=1,
    key="k",
    event_id=1,
    venue_id=1,
    hall_id=1,
    plan_id=None,
    capacity=9,
    starts_at=NOW,
    doors_at=NOW,
    ends_at=NOW + timedelta(hours=2),
    sales_open_at=NOW,
    sales_close_at=NOW,
    run_state=RunState.SCHEDULED,
    revision=1,
    access=Access(),
    latecomers=LatecomersPolicy.ANY_TIME,
    purchase_limit=9,
)


def comment(number: int, text: str, score: int | None = None) -> Comment:
    return Comment(number, 1, "whole", text, score)


def test_themes_in_both_languages_count_people() -> None:
    found = themes_of(
        [
            comment(1, "洗手间排队太长。", 40),
            comment(2, "洗手间很远，洗手间太少。", 60),
            comment(3, "The queues at the bar! The queue was endless.", 20),
            comment(4, "Endless queues, but lovely ushers.", None),
        ]
    )
    themes = {theme.word: (theme.people, theme.score) for theme in found}
    assert themes["洗手间"] == (2, 50)
    assert themes["queues"] == (2, 20)
    assert "ushers" not in themes  # one person is no theme


def report(words: str) -> ReportFacts:
    tallies = [Tally(QuestionKind.STARS, stage, channel, 4, 3) for stage in Stage for channel in Channel]
    figures = add_up(Counts(40, 9, 2, 3, 1), [*tallies, Tally(QuestionKind.NPS, Stage.WHOLE, Channel.CHAT, 9, 9)])
    before = add_up(Counts(40, 9, 2, 3, 1), tallies[:3])
    words_of_all = tuple(comment(number, words, 70) for number in range(9))
    return ReportFacts("month", "2027-03", None, None, Month(2027, 3), figures, before, words_of_all, NOW)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("words", [*HOSTILE, "Good"])
def test_every_screen_of_a_report(locale: str, words: str) -> None:
    t, facts = texts(locale), report(words)
    screen = report_screen(t, facts, [])
    check(screen)
    assert isinstance(screen.picture, Bars)
    for page in range(3):
        check(comments_screen(t, facts, page))
    check(report_file(t, facts, []))


def test_a_report_is_drawn_and_written(tmp_path: object) -> None:
    t, facts = texts("zh_Hans"), report("=1+1")
    picture = report_screen(t, facts, []).picture
    assert isinstance(picture, Bars)
    drawn = Image.open(io.BytesIO(draw_bars(picture)))
    assert max(drawn.size) <= 1280
    content = report_file(t, facts, []).content
    assert isinstance(content, Tables)
    book = load_workbook(io.BytesIO(workbook(content)))
    assert book["评论"]["B2"].value == "'=1+1"
    assert book["指标"]["B2"].value == 40
