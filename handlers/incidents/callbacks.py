"""Callback data of the incidents' screens. A button carries no authority."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from domain.incidents.model import ActionCard, IncidentKind, IncidentState, Severity, Template


class OpenIncidents(CallbackData, prefix="ic"):
    """What happens, and the way to a new report."""


class OpenReport(CallbackData, prefix="icr"):
    """What is it?"""

    drill: bool = False


class PickKind(CallbackData, prefix="ick"):
    kind: IncidentKind
    drill: bool = False


class PickVenue(CallbackData, prefix="icv"):
    """It is in another house."""

    incident_id: int
    venue_id: int


class PickSpot(CallbackData, prefix="icw"):
    """``spot``: its place in ``spots_of`` the venue, -1 for the whole house, -2 for where they are."""

    incident_id: int
    venue_id: int
    spot: int


class DropReport(CallbackData, prefix="icx"):
    incident_id: int


class OpenIncident(CallbackData, prefix="ico"):
    incident_id: int


class TakeOn(CallbackData, prefix="ict"):
    """``instead_of``: who had it when the button was made, 0 for nobody."""

    incident_id: int
    instead_of: int = 0


class SayState(CallbackData, prefix="ics"):
    incident_id: int
    course: IncidentState


class StillOn(CallbackData, prefix="ich"):
    incident_id: int


class AskNote(CallbackData, prefix="icn"):
    incident_id: int


class AskSeverity(CallbackData, prefix="ice"):
    incident_id: int


class PickSeverity(CallbackData, prefix="icf"):
    incident_id: int
    severity: Severity


class OpenActions(CallbackData, prefix="ica"):
    """What to do: the action cards."""

    incident_id: int


class OpenActionCard(CallbackData, prefix="icc"):
    incident_id: int
    card: ActionCard


class BeginProcedure(CallbackData, prefix="icb"):
    incident_id: int
    card: ActionCard


class SendTimeline(CallbackData, prefix="icl"):
    """``paper``: pdf | csv."""

    incident_id: int
    paper: str


class ShowNote(CallbackData, prefix="icp"):
    """A photo, a voice message, a place on the map, once more."""

    note_id: int


class AskReview(CallbackData, prefix="icq"):
    incident_id: int


class OpenAnnouncing(CallbackData, prefix="an"):
    """Which audience? ``incident_id`` 0: it belongs to none."""

    incident_id: int = 0


class PickTemplate(CallbackData, prefix="ant"):
    performance_id: int
    incident_id: int


class PreviewAnnouncement(CallbackData, prefix="anp"):
    """``minutes`` 0: it needs none, or they are asked for."""

    performance_id: int
    incident_id: int
    template: Template
    minutes: int = 0


class Announce(CallbackData, prefix="ang"):
    performance_id: int
    incident_id: int
    template: Template
    minutes: int = 0


class OpenAnnouncement(CallbackData, prefix="ano"):
    announcement_id: int


class AgreeToAnnouncement(CallbackData, prefix="any"):
    announcement_id: int


class HaltAnnouncement(CallbackData, prefix="anx"):
    announcement_id: int
