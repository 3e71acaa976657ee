"""Callback data of the programme's own screens."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData


class OpenCalendar(CallbackData, prefix="cal"):
    """``month``: '2026-11'; '' is the present one."""

    month: str = ""


class CalendarNote(CallbackData, prefix="caln"):
    """A field of the calendar that leads nowhere: a weekday's name, a day without performances."""

    day: str = ""


class OpenKinds(CallbackData, prefix="kinds"):
    pass


class OpenAccess(CallbackData, prefix="acc"):
    """``wish`` as ``AccessWish.code()`` writes it."""

    wish: str = ""


class OpenSearch(CallbackData, prefix="find"):
    pass


class OpenAbout(CallbackData, prefix="evt"):
    """The whole text about an event."""

    event_id: int


class OpenEventDay(CallbackData, prefix="evd"):
    """An event's times on one day, '2026-11-28' in its venue's zone."""

    event_id: int
    day: str
    page: int = 0


class OpenShowing(CallbackData, prefix="show"):
    """One performance's particulars, before anything is chosen."""

    performance_id: int


class Watch(CallbackData, prefix="watch"):
    """ "Tell me when sales open", on or off."""

    performance_id: int
    on: bool
