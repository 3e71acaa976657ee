"""All pages of the house."""

from __future__ import annotations

from bot.mini_app import scanner, window
from bot.mini_app.pages import MiniApps, Page

PAGES: tuple[Page, ...] = (scanner.PAGE, window.PAGE)


def mini_apps() -> MiniApps:
    return MiniApps(PAGES)
