"""The drawer on the window's page, as JSON: what the chat says of it, without its markup."""

from __future__ import annotations

from typing import Any

from domain.money import Money
from handlers.ticketing.window.drawer_views import account_lines, closed_screen, handed_over_lines
from handlers.ticketing.window.queries import DrawerFacts, DrawersFacts
from handlers.ticketing.window.views import drawer_line
from handlers.ui.i18n import Texts
from handlers.ui.plain import plain, plain_lines

Json = dict[str, Any]


def bar(t: Texts, due: Money | None) -> str:
    """Above every screen of the page."""
    return plain(drawer_line(t, due))


def drawers(t: Texts, facts: DrawersFacts) -> Json:
    """The clerk's own drawer, and those that wait for a second signature."""
    several = len(facts.venues) > 1
    return {
        "own": _own(t, facts.own) if facts.own else None,
        "venues": [{"venue_id": venue.id, "text": t.of(venue.name) if several else ""} for venue in facts.venues],
        "waiting": facts.waiting > 0,
        "unsigned": [_unsigned(t, drawer) for drawer in facts.unsigned],
    }


def closed(t: Texts, facts: DrawerFacts) -> list[str]:
    """What came out when it was counted."""
    return plain_lines(closed_screen(t, facts).text.splitlines())


def _own(t: Texts, facts: DrawerFacts) -> Json:
    *lines, due = plain_lines(account_lines(t, facts))
    return {"drawer_id": facts.drawer.id, "lines": lines, "due": due}


def _unsigned(t: Texts, facts: DrawerFacts) -> Json:
    title, *lines = plain_lines(handed_over_lines(t, facts))
    return {"drawer_id": facts.drawer.id, "title": title, "lines": lines}
