"""Callback data of digests."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from domain.records.digest_model import NeedKind, Period, Rhythm


class OpenDigest(CallbackData, prefix="dg"):
    period: Period


class OpenDigestChart(CallbackData, prefix="dgc"):
    """``chart``: see ``views.CHARTS``."""

    period: Period
    chart: str


class Snooze(CallbackData, prefix="dgz"):
    period: Period
    need: NeedKind
    subject_id: int


class AskDigestOwner(CallbackData, prefix="dga"):
    """Who looks into it?"""

    period: Period
    need: NeedKind
    performance_id: int


class GiveDigestAction(CallbackData, prefix="dgg"):
    """It becomes an improvement action of this person's."""

    period: Period
    need: NeedKind
    performance_id: int
    person_id: int


class OpenDigestChoice(CallbackData, prefix="dgp"):
    pass


class SetRhythm(CallbackData, prefix="dgr"):
    rhythm: Rhythm


class SetHour(CallbackData, prefix="dgh"):
    """``hour`` -1: before the first shift."""

    hour: int


class SetVenue(CallbackData, prefix="dgv"):
    """``venue_id`` 0: all where they manage."""

    venue_id: int
