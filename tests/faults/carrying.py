"""Between the messenger and the house: updates out of order, and more than once.

The order of each of Telegram's queues (a chat's messages, a person's taps, a person's pre-checkouts) is kept where an
update comes for the first time; there is no order at all where it comes again.
"""

from __future__ import annotations

import random
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from aiogram import Bot

from bot.polling import RawUpdates

_BATCH = 8

Raw = dict[str, Any]
Deliver = Callable[[Sequence[Raw]], Awaitable[None]]


class Carrier:
    """``deliver`` brings updates to a house; ``copies`` says how often an update comes. ``first`` counts the updates,
    ``again`` their repetitions."""

    def __init__(self, bot: Bot, deliver: Deliver, chance: random.Random, copies: Callable[[Raw], int]) -> None:
        self._bot = bot
        self._deliver = deliver
        self._chance = chance
        self._copies = copies
        self._lanes: dict[tuple[str, int], deque[Raw]] = defaultdict(deque)
        self._repetitions: list[Raw] = []
        self.first = 0
        self.again = 0
        self._stopping = False

    async def run(self) -> None:
        """Until ``stop``; what is still to come is then brought."""
        offset = None
        while not self._stopping:
            wait = 0 if self._lanes or self._repetitions else 1
            for update in await self._bot(RawUpdates(offset=offset, timeout=wait)):
                self._lanes[_lane(update)].append(update)
                offset = update["update_id"] + 1
            await self._deliver(self._some())

        while self._lanes or self._repetitions:
            await self._deliver(self._some())

    def stop(self) -> None:
        self._stopping = True

    def _some(self) -> Sequence[Raw]:
        batch = []
        for _ in range(self._chance.randint(1, _BATCH)):
            if self._lanes and (not self._repetitions or self._chance.random() < 0.5):
                batch.append(self._next())
            elif self._repetitions:
                batch.append(self._repetitions.pop(self._chance.randrange(len(self._repetitions))))
                self.again += 1
        return batch

    def _next(self) -> Raw:
        lane = self._chance.choice(list(self._lanes))
        update = self._lanes[lane].popleft()
        if not self._lanes[lane]:
            del self._lanes[lane]
        self.first += 1
        self._repetitions += [update] * (self._copies(update) - 1)
        return update


def _lane(update: Raw) -> tuple[str, int]:
    kind = next(key for key in update if key != "update_id")
    return kind, int(update[kind]["from"]["id"])
