"""The report of feedback on paper: all of it can be read, in both languages, with whatever people write."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.adapters.fonts import clean
from bot.adapters.paper import print_paper
from domain.feedback.figures import Figures, Score
from domain.feedback.model import Channel, Stage
from domain.feedback.ports import Comment
from handlers.feedback.report_paper import report_paper
from handlers.feedback.report_queries import PERFORMANCE, ReportFacts
from handlers.feedback.report_views import report_screen
from handlers.feedback.themes import Theme
from handlers.ui.i18n import LOCALES, texts
from tests.support.programme import NOW
from tests.support.screens import HOSTILE, check
from tests.support.ticketing import SHOWING, hostile_showing
from tests.unit.test_paper import read, text_of

STAGES = tuple((stage, Score(90.0 - 7 * number, 6.0, 240)) for number, stage in enumerate(Stage))
CHANNELS = tuple((channel, Score(70.0 + number, 12.0, 14)) for number, channel in enumerate(Channel))
FIGURES = Figures(400, 240, 14, 9, 2, Score(42.0, 7.0, 240), Score(78.0, 2.0, 240), STAGES, CHANNELS)
BEFORE = Figures(300, 120, 0, 3, 0, Score(51.0, 9.0, 120), Score(74.0, 3.0, 120), STAGES[2:], ())
WORDS = "洗手间排队太久，中场休息只有十五分钟，很多人没有赶上下半场。The ushers were kind, though."


def facts(words: str = WORDS, comments: int = 9, **changes: object) -> ReportFacts:
    said = tuple(Comment(number, 1, "way_in", words, 10 * number) for number in range(comments))
    made = ReportFacts(PERFORMANCE, "1", SHOWING, None, None, FIGURES, BEFORE, said, NOW)
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("locale", LOCALES)
def test_everything_can_be_read_and_its_letters_are_embedded(locale: str) -> None:
    paper = report_paper(texts(locale), facts(), [Theme("洗手间", 12, 61), Theme("ushers", 5, None)])
    pdf = read(print_paper(paper))
    found = "".join(text_of(page) for page in pdf.pages).replace("\n", "").replace(" ", "")
    assert len(paper.sections) == 4
    for section in paper.sections:
        for text in (section.heading, *section.headings, *(c for row in section.rows for c in (row.label, *row.cells))):
            assert clean(text).replace(" ", "") in found, text
    assert found.count("洗手间排队太久") == 9
    fonts = [font.get_object() for page in pdf.pages for font in page["/Resources"]["/Font"].values()]  # type: ignore[index]
    for font in fonts:
        (descendant,) = font["/DescendantFonts"]
        assert "/FontFile3" in (about := descendant.get_object()["/FontDescriptor"]) or "/FontFile2" in about


def test_what_is_compared_is_told_as_a_change() -> None:
    figures, stages, channels = report_paper(texts("en"), facts(), []).sections
    assert [row.cells for row in figures.rows] == [
        ("400", "300", "+100"),
        ("240", "120", "+120"),
        ("60 %", "40 %", "+20"),
        ("14", "0", "+14"),
        ("+42", "+51", "-9"),
        ("78", "74", "+4"),
        ("9", "3", "+6"),
    ]
    assert [row.cells[2] for row in stages.rows] == ["", "", "=", "=", "=", "=", "="]
    assert channels.rows[0].cells == ("70 ± 12 (n = 14)", "–", "")
    nothing = Figures(0, 0, 0, 0, 0, None, None, (), ())
    empty = report_paper(texts("en"), facts(comments=0, figures=nothing, before=nothing), [])
    assert len(empty.sections) == 1
    assert print_paper(empty).startswith(b"%PDF")


@pytest.mark.parametrize("words", HOSTILE)
def test_difficult_words_are_printed(words: str) -> None:
    made = facts(words, 30, showing=hostile_showing(words))
    themes = [Theme(words[:200] or "x", 3, 50)] * 6
    pages = read(print_paper(report_paper(texts("en"), made, themes))).pages
    assert 2 <= len(pages) <= 5
    check(report_screen(texts("en"), made, themes))
