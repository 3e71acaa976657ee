"""The timeline as a file: a page to read and sign, a table to work with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.incidents.model import ActionCard, Entry, IncidentKind, NoteKind, Template, What
from handlers.admission.evening.views import STATES as RUN_STATES
from handlers.incidents.announcing_views import template_name
from handlers.incidents.queries import TimelineFacts
from handlers.incidents.views import head_text, time_lines
from handlers.incidents.words import CARDS, KINDS, LINES
from handlers.ticketing.wording import clipped, title_of
from handlers.ui.files import CsvTable
from handlers.ui.i18n import Texts
from handlers.ui.paper import Paper
from handlers.ui.screen import Document

_TEXT_MOST = 1000


@dataclass(frozen=True)
class TimelinePaper(Paper):
    """``lines``: (time, who, what). ``page_text`` has the places ``{page}`` and ``{pages}``."""

    locale: str
    title: str
    header: tuple[str, ...]
    page_text: str
    lines: tuple[tuple[str, str, str], ...]
    after: tuple[tuple[str, str], ...]  # heading, text


def timeline_pdf(t: Texts, found: TimelineFacts) -> Document:
    facts = found.facts
    incident, zone = facts.incident, facts.venue.timezone
    drill = [t.plain("DRILL. This is an exercise.")] if incident.drill else []
    when = f"{t.long_day(incident.reported_at, zone)} {t.time(incident.reported_at, zone)}"
    after = []
    if facts.review is not None:
        after = [
            (t.plain("What happened?"), facts.review.happened),
            (t.plain("What helped?"), facts.review.helped),
            (t.plain("What is to be changed?"), facts.review.change),
        ]
    paper = TimelinePaper(
        locale=t.locale,
        title=t.plain("Incident {number}", number=incident.id),
        header=(
            t.plain("Incident {number}", number=incident.id),
            " · ".join([*drill, _plain_head(t, found), when]),
            " · ".join(_plain_times(t, found)),
        ),
        page_text=t.plain("Page {page} of {pages}", page="{page}", pages="{pages}"),
        lines=tuple((at, who, f"{what}: {detail}" if detail else what) for at, who, what, detail in _rows(t, found)),
        after=tuple((heading, clipped(text, _TEXT_MOST)) for heading, text in after if text),
    )
    return Document(f"incident-{incident.id}.pdf", paper)


def timeline_csv(t: Texts, found: TimelineFacts) -> Document:
    headings = (t.plain("Time"), t.plain("Who"), t.plain("What"), t.plain("Detail"))
    return Document(f"incident-{found.facts.incident.id}.csv", CsvTable(headings, tuple(_rows(t, found))))


def _rows(t: Texts, found: TimelineFacts) -> list[tuple[str, str, str, str]]:
    """(time, who, what, detail) in the order of time; what the stage said stands among them."""
    zone = found.facts.venue.timezone
    rows = [
        (entry.at, found.names.get(entry.actor_id or 0, ""), *_said(t, entry, found)) for entry in found.facts.entries
    ]
    for at, by, state, title in found.runs:
        rows.append((at, found.names.get(by, ""), t.plain(RUN_STATES[state]), title_of(t, title)))
    rows.sort(key=lambda row: row[0])
    return [(f"{t.day(at, zone)} {_seconds(at, zone)}", who or "–", what, detail) for at, who, what, detail in rows]


def _said(t: Texts, entry: Entry, found: TimelineFacts) -> tuple[str, str]:
    detail, said = entry.detail, t.plain(LINES[entry.what])
    match entry.what:
        case What.BEGUN:
            return said, t.plain(KINDS[IncidentKind(detail["kind"])])
        case What.SENT:
            return said, _plain_head(t, found)
        case What.PAGED:
            return said, t.plain_plural("{count} person", "{count} people", int(detail["people"]))
        case What.SEVERITY:
            return said, f"S{detail['before']} → S{detail['now']}"
        case What.PROCEDURE:
            return said, t.plain(CARDS[ActionCard(detail["card"])])
        case What.ANNOUNCED:
            return said, template_name(t, Template(detail["template"]))
        case What.NOTE:
            note = found.notes.get(int(detail["note"]))
            kinds = {NoteKind.PHOTO: t.plain("photo"), NoteKind.VOICE: t.plain("voice message")}
            kind = kinds.get(NoteKind(detail["kind"]), "")
            text = clipped(note.text, _TEXT_MOST) if note else ""
            return said, ": ".join(filter(None, [kind, text]))
        case _:
            return said, ""


def _plain_head(t: Texts, found: TimelineFacts) -> str:
    facts = found.facts
    return head_text(t, facts.incident, facts.where, facts.venue)


def _plain_times(t: Texts, found: TimelineFacts) -> list[str]:
    return [str(line) for line in time_lines(t, found.facts)[1:]]


def _seconds(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%H:%M:%S}"
