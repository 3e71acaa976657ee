"""The demo's clock: an evening that can be played through in ten minutes. No other house has one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.clock import MovableClock

_MOST = timedelta(days=400)


class DemoClock(MovableClock):
    """Keeps in a file how far it is ahead, so that a demo that is killed goes on at its own time."""

    def __init__(self, path: Path) -> None:
        ahead = timedelta(seconds=float(path.read_text())) if path.exists() else timedelta()
        super().__init__(ahead)
        self._path = path

    def move(self, by: timedelta) -> None:
        """Raises ValueError for going back, and for more than a year."""
        if by < timedelta():
            raise ValueError("The clock only goes forward: what was sent stays sent.")
        if by > _MOST:
            raise ValueError("That is more than a year.")
        self._path.write_text(str((self.ahead + by).total_seconds()))
        super().move(by)

    def routes(self) -> list[web.AbstractRouteDef]:
        """Beside those of the local messenger, for its page and for scripts."""
        return [web.get("/client/clock", self._tell), web.post("/client/clock", self._set)]

    async def _tell(self, _: web.Request) -> web.Response:
        return _told(self)

    async def _set(self, request: web.Request) -> web.Response:
        try:
            self.move(_wanted(await request.json(), self.now()))
        except (ValueError, OverflowError) as fault:
            sentence = str(fault) if type(fault) is ValueError else "JSON is needed: {minutes} or {to}."
            return web.json_response({"ok": False, "error": sentence}, status=400)
        return _told(self)


def _told(clock: DemoClock) -> web.Response:
    result = {"now": clock.now().isoformat(timespec="seconds"), "ahead_minutes": int(clock.ahead.total_seconds() // 60)}
    return web.json_response({"ok": True, "result": result})


def _wanted(body: Any, now: datetime) -> timedelta:
    """Raises ValueError."""
    if isinstance(body, dict) and isinstance(body.get("minutes"), int | float):
        return timedelta(minutes=body["minutes"])
    if isinstance(body, dict) and isinstance(body.get("to"), str):
        to = datetime.fromisoformat(body["to"])
        return (to if to.tzinfo else to.replace(tzinfo=UTC)) - now
    raise ValueError("Say how far: {minutes}, or {to}: an ISO time such as 2027-03-05T19:30:00+08:00.")
