"""All pages of the house."""

from __future__ import annotations

from bot.mini_app import scanner
from bot.mini_app.pages import MiniApps, Page

PAGES: tuple[Page, ...] = (scanner.PAGE,)


def mini_apps() -> MiniApps:
    return MiniApps(PAGES)
