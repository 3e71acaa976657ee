"""The demo's house as documents: the same kinds that an office writes, so that they go through the same importers."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib.resources import files
from typing import Any

from bot.demo.halls import concert_hall, studio
from domain.programme.programme_file import SheetRow

#: What each concession pays of the full price, in hundredths.
_SHARES = {"full": 100, "student": 50, "senior": 70, "child": 50, "access": 50}
_LOCALES = ("zh_Hans", "en")
_TEXTS = ("title", "summary", "description")
_SINGLE = ("kind", "duration", "age_from", "spoken_language")
_TAX = "6%"
SOON = timedelta(minutes=50)
SOON_EVENT = "moonlight"


@dataclass(frozen=True, slots=True)
class DemoHouse:
    """``fill``: performance key → the part of its places that is sold for show, 0 to 1."""

    house: dict[str, Any]
    survey: dict[str, Any]
    assistance: dict[str, Any]
    plans: dict[str, dict[str, Any]]  # by hall key, in the format of the pretix seating-plan editor
    programme_rows: list[SheetRow]
    fill: dict[str, float]


def demo_documents(today: date) -> DemoHouse:
    """The programme begins ``today`` and goes on for a month."""
    rows: list[dict[str, str]] = []
    fill: dict[str, float] = {}
    for event in _document("events.toml")["event"]:
        described = False
        for showing in _showings(event):
            row = {} if described else _event_cells(event)
            row |= _performance_cells(event, showing, today)
            described = True
            rows.append(row)
            if showing.get("fill"):
                fill[row["performance"]] = showing["fill"]
    headings = list(dict.fromkeys(heading for row in rows for heading in row))
    return DemoHouse(
        house=_document("house.toml"),
        survey=_document("survey.toml"),
        assistance=_document("assistance.toml"),
        plans={"concert-hall": concert_hall(), "studio": studio()},
        programme_rows=[
            SheetRow(number, {heading: row.get(heading, "") for heading in headings})
            for number, row in enumerate(rows, start=2)
        ],
        fill=fill,
    )


def starting_soon(now: datetime) -> tuple[list[SheetRow], dict[str, float]]:
    """One more showing, whose doors are open at ``now`` (the venue's time) whenever the demo is started, with its fill:
    somebody who tries Foyer out at midnight wants to be let in too."""
    event = next(event for event in _document("events.toml")["event"] if event["key"] == SOON_EVENT)
    starts = now + SOON - timedelta(minutes=now.minute % 5)
    today = date(now.year, now.month, now.day)
    showing = {"hall": "concert-hall", "day": (starts.date() - today).days, "time": f"{starts:%H:%M}"}
    cells = _performance_cells(event, showing, today)
    return [SheetRow(2, cells)], {cells["performance"]: 0.55}


def _document(name: str) -> dict[str, Any]:
    return tomllib.loads((files("bot.demo") / name).read_text(encoding="utf-8"))


def _showings(event: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from event.get("showing", ())
    for entry in event.get("entry", ()):
        for day in entry["days"]:
            for time in entry["times"]:
                yield {**entry, "day": day, "time": time, "timed_entry": "yes"}


def _event_cells(event: Mapping[str, Any]) -> dict[str, str]:
    cells = {name: str(event.get(name, "")) for name in _SINGLE}
    return cells | {f"{text}:{locale}": event[text][locale] for text in _TEXTS for locale in _LOCALES}


def _performance_cells(event: Mapping[str, Any], showing: Mapping[str, Any], today: date) -> dict[str, str]:
    starts = _moment(today, showing)
    opens = showing.get("sales_open")
    return {
        "event": event["key"],
        "performance": f"{event['key']}-{starts[5:7]}{starts[8:10]}-{starts[11:13]}{starts[14:16]}",
        "hall": showing["hall"],
        "starts_at": starts,
        "sales_open_at": _moment(today, opens) if opens else "",
        "capacity": str(showing.get("capacity", "")),
        "timed_entry": showing.get("timed_entry", ""),
        "tax_rate": _TAX,
        "step_free": "yes",
        "captioned": showing.get("captioned", ""),
        "relaxed": showing.get("relaxed", ""),
        "surtitles": event.get("surtitles", ""),
        "latecomers": event.get("latecomers", ""),
        "blocked": showing.get("blocked", ""),
        **_prices(event),
    }


def _prices(event: Mapping[str, Any]) -> dict[str, str]:
    if event.get("free"):
        return {"price:*:full": "0"}
    prices: Mapping[str, int] = event["prices"]
    return {
        f"price:{category}:{concession}": _rounded(full * share)
        for category, full in prices.items()
        for concession, share in _SHARES.items()
    }


def _rounded(hundredths: int) -> str:
    """Whole yuan, in steps of five: what a window can give change for."""
    return str(round(hundredths / 500) * 5)


def _moment(today: date, when: Mapping[str, Any]) -> str:
    return f"{today + timedelta(days=when['day']):%Y-%m-%d} {when['time']}"
