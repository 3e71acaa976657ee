"""What happens on one phone, in order: the page and scripts follow it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_KEPT = 300
"""Events that a phone can catch up on; one that was away for longer reloads."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. `body` makes the event's data when it is told, so that it is the present state."""

    seq: int
    kind: str
    body: Callable[[], Any]


class Feed:
    """The events of one phone. `first_seq` rises from start to start, so that an older number is recognised."""

    def __init__(self, first_seq: int) -> None:
        self.seq = first_seq
        self._oldest = first_seq
        self._events: deque[Event] = deque(maxlen=_KEPT)
        self._waiters: list[asyncio.Future[None]] = []

    def add(self, kind: str, body: Callable[[], Any]) -> None:
        """Something happened."""
        self.seq += 1
        if len(self._events) == _KEPT:
            self._oldest = self._events[0].seq
        self._events.append(Event(self.seq, kind, body))
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)
        self._waiters.clear()

    def since(self, seq: int) -> list[Event] | None:
        """The events after `seq`; None when they are no longer known, or `seq` is of another run."""
        if not self._oldest <= seq <= self.seq:
            return None
        missed = self.seq - seq
        return list(self._events)[-missed:] if missed else []

    async def wait(self, seconds: float) -> bool:
        """Until something happens, at most `seconds`; whether it did."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        try:
            await asyncio.wait_for(waiter, seconds)
        except TimeoutError:
            if waiter in self._waiters:
                self._waiters.remove(waiter)
            return False
        return True
