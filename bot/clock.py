"""The time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class MovableClock(SystemClock):
    """Runs ahead of the system's. ``moved`` is called after each move: who waits for a time looks again."""

    def __init__(self, ahead: timedelta = timedelta()) -> None:
        self.ahead = ahead
        self.moved: list[Callable[[], object]] = []

    def now(self) -> datetime:
        return super().now() + self.ahead

    def move(self, by: timedelta) -> None:
        self.ahead += by
        for look in self.moved:
            look()
