"""The screens and files of reports: figures against what was before, themes, people's own words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from domain.feedback.figures import Figures, Score
from domain.feedback.model import Stage
from domain.payments.accounts_model import Month
from handlers.feedback.callbacks import CommentMedia, FeedbackHome, OpenComments, OpenReport, OpenReports, ReportFile
from handlers.feedback.report_queries import EVENT, MONTH, PERFORMANCE, MediaFacts, ReportFacts, ReportsFacts
from handlers.feedback.themes import Theme
from handlers.feedback.words import channel_name, media_name, score_text, stage_name
from handlers.ticketing.wording import back, bold, clipped, escaped, label, short_title, title_of, way, when
from handlers.ui.callbacks import NewAction
from handlers.ui.files import Table, Tables
from handlers.ui.i18n import Html, Texts
from handlers.ui.pictures import Bar, Bars, KeptPhoto
from handlers.ui.screen import Button, Document, Row, Screen, Voice, button

PER_PAGE = 4
_QUOTES = 2


def reports_screen(t: Texts, facts: ReportsFacts) -> Screen:
    lines = [bold("📊 " + t.plain("Feedback reports")), t("Choose a month or a performance.")]
    months = tuple(button(_month(t, month), OpenReport(by=MONTH, value=str(month))) for month in facts.months)
    rows: list[Row] = [months]
    for showing in facts.showings:
        text = f"{short_title(t, showing.event.title, 24)} · {when(t, showing.performance, showing.venue, facts.now)}"
        rows.append((button(label(text), OpenReport(by=PERFORMANCE, value=str(showing.performance.id))),))
    return Screen("\n".join(lines), (*rows, way(t, back(t, FeedbackHome()))), here=OpenReports().pack())


def report_screen(t: Texts, facts: ReportFacts, themes: Sequence[Theme]) -> Screen:
    """The picture shows satisfaction by stage; everything that it says stands in the text too."""
    figures = facts.figures
    lines: list[str] = [bold("📊 " + report_title(t, facts)), "\n".join(_figures(t, figures, facts.before))]
    stages = [
        escaped(f"{stage_name(t, stage)}: {score_text(t, score)}{_change(score, _of(facts.before, stage))}")
        for stage, score in figures.stages
    ]
    if stages:
        lines.append(bold(t("Satisfaction by stage, 0 to 100:")) + "\n" + "\n".join(stages))
    if len(figures.channels) > 1:
        said = [f"{channel_name(t, channel)}: {score_text(t, score)}" for channel, score in figures.channels]
        lines.append(escaped(" · ".join(said)))
    if themes:
        named = [f"{clipped(theme.word, 20)} × {theme.people}" for theme in themes]
        lines.append(t("People speak of: {themes}", themes=t.plain(", ").join(named)))
    quotes = [f"“{escaped(clipped(text, 90))}”" for text in facts.words()[:_QUOTES]]
    if quotes and sum(map(len, lines)) < 700:
        lines.append("\n".join(quotes))
    rows: list[Row] = []
    if facts.comments:
        words = t.plain_plural("{count} comment", "{count} comments", len(facts.comments))
        rows.append((button("💬 " + words, OpenComments(by=facts.by, value=facts.value, page=0)),))
    files = (("📄 PDF", "pdf"), ("📊 XLSX", "xlsx"))
    rows.append(tuple(button(text, ReportFile(by=facts.by, value=facts.value, format=name)) for text, name in files))
    if facts.showing is not None:
        whole = OpenReport(by=EVENT, value=str(facts.showing.event.id))
        rows.append((button("🎭 " + t.plain("All performances of it"), whole),))
    here = OpenReport(by=facts.by, value=facts.value).pack()
    picture = _picture(t, facts) if figures.stages else None
    return Screen("\n\n".join(lines), (*rows, way(t, back(t, OpenReports()))), picture=picture, here=here)


def comments_screen(t: Texts, facts: ReportFacts, page: int) -> Screen:
    """Words as they were written. From each an improvement action can be opened."""
    pages = max(1, -(-len(facts.comments) // PER_PAGE))
    page = min(max(page, 0), pages - 1)
    on_page = facts.comments[page * PER_PAGE : (page + 1) * PER_PAGE]
    lines: list[str] = [bold("💬 " + report_title(t, facts))]
    actions: list[Button] = []
    media: list[Button] = []
    for number, comment in enumerate(on_page, start=page * PER_PAGE + 1):
        said = f" ({comment.score // 10}/10)" if comment.score is not None else ""
        words = clipped(comment.text, 600) if comment.media is None else media_name(t, comment.media)
        lines.append(f"{number}. {escaped(words)}{said}")
        if comment.media is not None:
            sign = "📷" if comment.media.is_photo else "🎤"
            data = CommentMedia(response_id=comment.response_id, about=comment.question)
            media.append(button(f"{sign} {number}", data))
        actions.append(button(f"🔧 {number}", NewAction(source="answer", source_id=comment.response_id)))
    if actions:
        lines.append(t("🔧 opens an improvement action: whoever wrote it hears what came of it."))
    rows: list[Row] = [tuple(shown) for shown in (media, actions) if shown]
    turn = [
        button(sign, OpenComments(by=facts.by, value=facts.value, page=other))
        for sign, other in (("◀︎", page - 1), ("▶︎", page + 1))
        if 0 <= other < pages
    ]
    rows += [tuple(turn)] if turn else []
    here = OpenComments(by=facts.by, value=facts.value, page=page).pack()
    to_report = back(t, OpenReport(by=facts.by, value=facts.value))
    return Screen("\n\n".join(lines), (*rows, way(t, to_report)), here=here)


def comment_photo(t: Texts, facts: MediaFacts, here: CommentMedia) -> Screen:
    rows = (way(t, back(t, OpenReport(by=PERFORMANCE, value=str(facts.showing.performance.id)))),)
    return Screen(_media_head(t, facts), rows, picture=KeptPhoto(facts.media.file_id), here=here.pack())


def comment_voice(t: Texts, facts: MediaFacts) -> Voice:
    return Voice(facts.media.file_id, _media_head(t, facts), protected=True)


def _media_head(t: Texts, facts: MediaFacts) -> Html:
    return Html(bold(f"{'📷' if facts.media.is_photo else '🎤'} {title_of(t, facts.showing.event.title)}"))


def report_file(t: Texts, facts: ReportFacts, themes: Sequence[Theme]) -> Document:
    """Figures, themes and words as a workbook."""
    rows = [(name, now, was) for name, now, was in _figure_cells(t, facts)]
    headings = (t.plain("Figure"), t.plain("Now"), t.plain("Before"))
    tables = (
        Table(t.plain("Figures"), headings, tuple(rows)),
        Table(
            t.plain("Themes"),
            (t.plain("Theme"), t.plain("People"), t.plain("Would recommend, 0 to 100")),
            tuple((theme.word, theme.people, theme.score) for theme in themes),
        ),
        Table(
            t.plain("Comments"),
            (t.plain("Stage of the visit"), t.plain("Comment"), t.plain("Would recommend, 0 to 100")),
            tuple((stage_name(t, Stage(c.stage)), c.text or media_name(t, c.media), c.score) for c in facts.comments),
        ),
    )
    return Document(f"feedback-{facts.by}-{facts.value}.xlsx", Tables(tables), escaped(report_title(t, facts)))


def report_title(t: Texts, facts: ReportFacts) -> str:
    if facts.showing is not None:
        showing = facts.showing
        return f"{title_of(t, showing.event.title)}, {when(t, showing.performance, showing.venue, facts.now)}"
    if facts.event is not None:
        return title_of(t, facts.event.title)
    return _month(t, facts.month) if facts.month else ""


def _figures(t: Texts, figures: Figures, before: Figures) -> list[Html]:
    lines = []
    if figures.rate is not None:
        lines.append(
            t(
                "Asked {asked}, answered {answered} ({rate} %)",
                asked=figures.asked,
                answered=figures.answered,
                rate=f"{100 * figures.rate:.0f}",
            )
        )
    if figures.entered:
        lines.append(t("On paper and by telephone: {count}", count=figures.entered))
    nps = score_text(t, figures.nps, signed=True) + _change(figures.nps, before.nps)
    lines.append(t("NPS: {score}", score=nps))
    whole = score_text(t, figures.satisfaction) + _change(figures.satisfaction, before.satisfaction)
    lines.append(t("Satisfaction: {score}", score=whole))
    if figures.cases:
        lines.append(t("Cases: {count}, of which {open} wait", count=figures.cases, open=figures.cases_open))
    return lines


def _figure_cells(t: Texts, facts: ReportFacts) -> list[tuple[str, int | None, int | None]]:
    now, was = facts.figures, facts.before
    rows: list[tuple[str, int | None, int | None]] = [
        (t.plain("People asked"), now.asked, was.asked),
        (t.plain("Answered"), now.answered, was.answered),
        (t.plain("Response rate, per cent"), _per_cent(now), _per_cent(was)),
        (t.plain("On paper and by telephone"), now.entered, was.entered),
        (t.plain("Cases"), now.cases, was.cases),
        ("NPS", _whole(now.nps), _whole(was.nps)),
        (t.plain("± of the NPS"), _margin(now.nps), _margin(was.nps)),
        (t.plain("Satisfaction"), _whole(now.satisfaction), _whole(was.satisfaction)),
    ]
    rows += [(stage_name(t, stage), _whole(score), _whole(_of(was, stage))) for stage, score in now.stages]
    old = dict(was.channels)
    rows += [(channel_name(t, channel), _whole(s), _whole(old.get(channel))) for channel, s in now.channels]
    return rows


def _picture(t: Texts, facts: ReportFacts) -> Bars:
    bars = []
    for stage, score in facts.figures.stages:
        was = _of(facts.before, stage)
        bars.append(Bar(stage_name(t, stage), score.value, was.value if was else None, f"{score.value:.0f}"))
    nps = t.plain("NPS: {score}", score=score_text(t, facts.figures.nps, signed=True))
    return Bars(report_title(t, facts), nps, tuple(bars), compared_with(t, facts))


def compared_with(t: Texts, facts: ReportFacts) -> str:
    return {
        PERFORMANCE: t.plain("earlier performances of it"),
        EVENT: t.plain("the house in the 90 days before"),
        MONTH: t.plain("the month before"),
    }[facts.by]


def _change(now: Score | None, was: Score | None) -> str:
    """Such as " (▲ 4)"; nothing where there is nothing to compare with."""
    if now is None or was is None:
        return ""
    by = round(now.value) - round(was.value)
    return f" ({'▲' if by > 0 else '▼' if by < 0 else '='} {abs(by)})" if by else " (=)"


def _of(figures: Figures, stage: Stage) -> Score | None:
    return dict(figures.stages).get(stage)


def _whole(score: Score | None) -> int | None:
    return None if score is None else round(score.value)


def _per_cent(figures: Figures) -> int | None:
    return None if figures.rate is None else round(100 * figures.rate)


def _margin(score: Score | None) -> int | None:
    return None if score is None else round(score.margin)


def _month(t: Texts, month: Month) -> str:
    return t.month(date(month.year, month.month, 1))
