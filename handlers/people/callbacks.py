"""Callback data of people's own screens. ``venue_id`` 0 stands for all venues."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from domain.people.model import Role

ALL_VENUES = 0


class PickLanguage(CallbackData, prefix="lg"):
    locale: str


class OpenInvite(CallbackData, prefix="inv"):
    """Which role?"""


class PickRole(CallbackData, prefix="invr"):
    role: Role


class MakeInvitation(CallbackData, prefix="invm"):
    role: Role
    venue_id: int


class OpenInvitation(CallbackData, prefix="invo"):
    """The link again, for whoever made it."""

    invitation_id: int


class JoinTeam(CallbackData, prefix="join"):
    invitation_id: int


class DecideJoin(CallbackData, prefix="joind"):
    invitation_id: int
    confirmed: bool


class OpenTeam(CallbackData, prefix="team"):
    page: int = 0


class OpenMember(CallbackData, prefix="mem"):
    person_id: int


class AskRevoke(CallbackData, prefix="rvk"):
    person_id: int
    role: Role
    venue_id: int


class Revoke(CallbackData, prefix="rvky"):
    person_id: int
    role: Role
    venue_id: int
