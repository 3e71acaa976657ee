"""A visit as a calendar file (RFC 5545), with the venue's zone inside, so that it is right wherever it is opened."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, vCalAddress

from bot.adapters.fonts import clean
from handlers.ui.files import CalendarEntry

REMIND_BEFORE = timedelta(hours=3)


def calendar_file(entry: CalendarEntry) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Foyer//Tickets//EN")
    calendar.add("version", "2.0")
    calendar.add("method", entry.method)
    event = Event()
    event.add("uid", entry.uid)
    if entry.organizer:
        name, address = parseaddr(entry.organizer)
        organizer = vCalAddress(f"mailto:{address}")
        if name:
            organizer.params["CN"] = clean(name)
        event.add("organizer", organizer)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.made_at)
    event.add("dtstart", _local(entry.starts_at, entry.zone))
    event.add("dtend", _local(max(entry.ends_at, entry.starts_at), entry.zone))
    event.add("summary", clean(entry.title))
    event.add("location", clean(entry.place))
    event.add("description", "\n".join(map(clean, entry.description.splitlines())))
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("class", "PRIVATE")
    if not entry.cancelled:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", -REMIND_BEFORE)
        alarm.add("description", clean(entry.reminder))
        event.add_component(alarm)
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _local(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone))
