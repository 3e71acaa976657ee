"""What staff and audience are sent of incidents, and the card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain.incidents.model import AnnouncementState, Incident, IncidentState
from domain.notices import CardKind, NoticeKind
from domain.ports import Tx
from handlers.incidents.announcing_views import announcement_message, announcement_screen
from handlers.incidents.queries import announcement_facts, incident_facts, note_facts
from handlers.incidents.views import drill_report, incident_card, note_notice, page_notice, procedure_notice
from handlers.ui.i18n import Texts
from handlers.ui.notices import CardRenderer, Renderer
from handlers.ui.ports import Links
from handlers.ui.screen import Outgoing, Screen


def incident_page(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    """Nothing where somebody has taken it, or a newer page says the same."""
    incident = _incident(tx, params)
    if incident is None or incident.state is not IncidentState.OPEN or incident.rounds != params["round"]:
        return []
    return [page_notice(t, incident_facts(tx, incident))]


def incident_procedure(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    incident = _incident(tx, params)
    if incident is None or not incident.is_active or incident.procedure is None:
        return []
    return [procedure_notice(t, incident_facts(tx, incident))]


def incident_note(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    facts = note_facts(tx, params["note_id"])
    return [] if facts is None else [note_notice(t, facts)]


def drill_over(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    incident = _incident(tx, params)
    return [] if incident is None else [drill_report(t, incident_facts(tx, incident))]


def announcement_asked(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    """Nothing where a colleague has decided."""
    found = tx.incidents.announcement(params["announcement_id"])
    if found is None or found.state is not AnnouncementState.PROPOSED:
        return []
    return [announcement_screen(t, announcement_facts(tx, found, second=True), asked=True)]


def announcement(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    """Nothing where it was stopped."""
    found = tx.incidents.announcement(params["announcement_id"])
    if found is None or found.state is AnnouncementState.STOPPED:
        return []
    return [announcement_message(t, announcement_facts(tx, found, second=False))]


def card(tx: Tx, t: Texts, incident_id: int) -> Screen | None:
    incident = tx.incidents.incident(incident_id)
    return None if incident is None else incident_card(t, incident_facts(tx, incident))


def _incident(tx: Tx, params: Mapping[str, Any]) -> Incident | None:
    return tx.incidents.incident(params["incident_id"])


CARDS: Mapping[CardKind, CardRenderer] = {CardKind.INCIDENT: card}
NOTICES: Mapping[NoticeKind, Renderer] = {
    NoticeKind.INCIDENT_ALARM: incident_page,
    NoticeKind.INCIDENT_PAGE: incident_page,
    NoticeKind.INCIDENT_PROCEDURE: incident_procedure,
    NoticeKind.INCIDENT_NOTE: incident_note,
    NoticeKind.DRILL_REPORT: drill_over,
    NoticeKind.ANNOUNCEMENT_ASKED: announcement_asked,
    NoticeKind.ANNOUNCEMENT: announcement,
    NoticeKind.EVACUATE: announcement,
}
