"""A clock that tests set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

#: A Monday, far from any change of summer time.
START = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)


class FakeClock:
    """Implements ``domain.ports.Clock``; it stands still until it is moved."""

    def __init__(self, now: datetime = START) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> datetime:
        self._now += by
        return self._now
