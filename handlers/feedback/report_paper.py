"""A report of feedback on paper: what the screen shows and has no room for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.feedback.figures import Score
from domain.feedback.model import Stage
from handlers.feedback.report_queries import ReportFacts
from handlers.feedback.report_views import compared_with, report_title
from handlers.feedback.themes import Theme
from handlers.feedback.words import channel_name, score_text, stage_name
from handlers.ticketing.wording import clipped, title_of
from handlers.ui.i18n import Texts
from handlers.ui.paper import Paper
from handlers.ui.screen import Document

_QUOTES_MOST = 12
_QUOTE_MOST = 500


@dataclass(frozen=True, slots=True)
class ReportRow:
    """``cells`` stand under the section's headings. ``bar``: 0 to 100, and what it was before."""

    label: str
    cells: tuple[str, ...]
    bar: tuple[float, float | None] | None = None


@dataclass(frozen=True, slots=True)
class ReportSection:
    heading: str
    headings: tuple[str, ...]
    rows: tuple[ReportRow, ...]


@dataclass(frozen=True)
class ReportPaper(Paper):
    """``quotes``: (about what and how content, in their own words). ``page_text`` has the places ``{page}`` and
    ``{pages}``."""

    locale: str
    title: str
    about: str
    note: str
    page_text: str
    sections: tuple[ReportSection, ...]
    quotes_heading: str
    quotes: tuple[tuple[str, str], ...]


def report_pdf(t: Texts, facts: ReportFacts, themes: Sequence[Theme]) -> Document:
    return Document(f"feedback-{facts.by}-{facts.value}.pdf", report_paper(t, facts, themes))


def report_paper(t: Texts, facts: ReportFacts, themes: Sequence[Theme]) -> ReportPaper:
    now, was = facts.figures, facts.before
    headings = (t.plain("Now"), t.plain("Before"), t.plain("Change"))
    figures = ReportSection(
        t.plain("Figures"),
        headings,
        (
            _counted(t.plain("People asked"), now.asked, was.asked),
            _counted(t.plain("Answered"), now.answered, was.answered),
            _shared(t.plain("Response rate"), now.rate, was.rate),
            _counted(t.plain("On paper and by telephone"), now.entered, was.entered),
            _scored(t, "NPS", now.nps, was.nps, signed=True),
            _scored(t, t.plain("Satisfaction"), now.satisfaction, was.satisfaction),
            _counted(t.plain("Cases opened"), now.cases, was.cases),
        ),
    )
    stages, channels = dict(was.stages), dict(was.channels)
    sections = (
        figures,
        ReportSection(
            t.plain("Satisfaction by stage of the visit, 0 to 100"),
            headings,
            tuple(_scored(t, stage_name(t, stage), score, stages.get(stage), bar=True) for stage, score in now.stages),
        ),
        ReportSection(
            t.plain("Satisfaction by the way the answers came, 0 to 100"),
            headings,
            tuple(_scored(t, channel_name(t, one), score, channels.get(one), bar=True) for one, score in now.channels),
        ),
        ReportSection(
            t.plain("What people speak of"),
            (t.plain("People"), t.plain("Would recommend, 0 to 100")),
            tuple(
                ReportRow(theme.word, (str(theme.people), "–" if theme.score is None else str(theme.score)))
                for theme in themes
            ),
        ),
    )
    quotes = [
        (_of_what(t, comment.stage, comment.score), "“" + clipped(comment.text, _QUOTE_MOST) + "”")
        for comment in facts.comments
        if comment.text
    ]
    return ReportPaper(
        locale=t.locale,
        title=t.plain("How it was: {what}", what=_of_when(t, facts)),
        about=t.plain("Compared with: {what}", what=compared_with(t, facts)),
        note=t.plain("± says how far chance alone may carry a figure of fewer than 100 answers, 19 times in 20."),
        page_text=t.plain("Page {page} of {pages}", page="{page}", pages="{pages}"),
        sections=tuple(section for section in sections if section.rows),
        quotes_heading=t.plain("In their own words"),
        quotes=tuple(quotes[:_QUOTES_MOST]),
    )


def _of_when(t: Texts, facts: ReportFacts) -> str:
    """With the year, and no "today": paper is kept."""
    if facts.showing is None:
        return report_title(t, facts)
    at, zone = facts.showing.performance.starts_at, facts.showing.venue.timezone
    return f"{title_of(t, facts.showing.event.title)}, {t.long_day(at, zone)} {t.time(at, zone)}"


def _of_what(t: Texts, stage: str, score: int | None) -> str:
    about = stage_name(t, Stage(stage))
    return about if score is None else f"{about} · {score // 10}/10"


def _counted(label: str, now: int, was: int) -> ReportRow:
    return ReportRow(label, (str(now), str(was), _change(now, was)))


def _shared(label: str, now: float | None, was: float | None) -> ReportRow:
    def said(rate: float | None) -> str:
        return "–" if rate is None else f"{100 * rate:.0f} %"

    both = None if now is None or was is None else (round(100 * now), round(100 * was))
    return ReportRow(label, (said(now), said(was), _change(*both) if both else ""))


def _scored(
    t: Texts, label: str, now: Score | None, was: Score | None, *, signed: bool = False, bar: bool = False
) -> ReportRow:
    change = _change(round(now.value), round(was.value)) if now and was else ""
    before = "–" if was is None else f"{was.value:{'+' if signed else ''}.0f}"
    drawn = (now.value, was.value if was else None) if bar and now else None
    return ReportRow(label, (score_text(t, now, signed=signed), before, change), drawn)


def _change(now: int, was: int) -> str:
    return "=" if now == was else f"{now - was:+d}"
