"""Updates that wait for a bot: the queue, long polling, and the faults of delivery that tests may ask for.

https://core.telegram.org/bots/api#getupdates; the order of checks is telegram-bot-api's `Client::do_get_updates`.
"""

from __future__ import annotations

import asyncio
import random
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass

from . import errors as E
from .errors import ApiError
from .store import Store
from .wire import Json

KINDS = (
    "message", "edited_message", "channel_post", "edited_channel_post", "inline_query", "chosen_inline_result",
    "callback_query", "shipping_query", "pre_checkout_query", "poll", "poll_answer", "my_chat_member", "chat_member",
    "chat_join_request", "message_reaction", "message_reaction_count", "chat_boost", "removed_chat_boost",
    "business_connection", "business_message", "edited_business_message", "deleted_business_messages",
    "purchased_paid_media",
)  # fmt: skip
ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Kinds that a bot gets only when it names them."""
DEFAULT_KINDS = tuple(kind for kind in KINDS if kind not in ON_REQUEST)
LIFETIME = 24 * 3600.0
"""Seconds that an update waits before Telegram forgets it."""
FIRST_ID = 700_000_001
_FAR = 10
"""How far an offset may lie beyond the newest update before it is taken for a mistake (tddb TQueue)."""


@dataclass(frozen=True, slots=True)
class Update:
    """One update. Updates of one `lane` keep their order; Telegram has lanes per chat for messages, and per person
    for button presses and for pre-checkout queries."""

    id: int
    created: float
    lane: str
    body: Json


class UpdateQueue:
    """The updates of one bot, oldest first. `numbers["update"]` is the last id given; the caller keeps `numbers`."""

    def __init__(self, bot_id: int, numbers: Json, store: Store, clock: Callable[[], float]) -> None:
        self._kind = f"update:{bot_id}"
        self._bot_id = bot_id
        self._numbers = numbers
        self._store = store
        self._clock = clock
        # ordered, not a plain dict: taking from the front of a dict is slow once much was taken
        self._waiting: OrderedDict[int, Update] = OrderedDict()
        self._poll: asyncio.Future[None] | None = None
        self.allowed: tuple[str, ...] = DEFAULT_KINDS
        self.on_push: Callable[[Update], None] | None = None
        """Who delivers while a webhook is set."""
        for _, body in store.load(self._kind):
            self._waiting[body["id"]] = Update(**body)

    def __len__(self) -> int:
        return len(self._waiting)

    def waiting(self) -> list[Update]:
        """What has not been confirmed, oldest first."""
        self._expire()
        return list(self._waiting.values())

    def push(self, kind: str, payload: Json, lane: str) -> None:
        """Something happened that the bot may want to know."""
        if kind not in self.allowed:
            return
        update_id = int(self._numbers.get("update", FIRST_ID - 1)) + 1
        self._numbers["update"] = update_id
        self._store.put("numbers", self._bot_id, self._numbers)
        update = Update(update_id, self._clock(), lane, {"update_id": update_id, kind: payload})
        self._waiting[update_id] = update
        self._store.put(
            self._kind,
            f"{update_id:012d}",
            {"id": update_id, "created": update.created, "lane": lane, "body": update.body},
        )
        if self.on_push is not None:
            self.on_push(update)
        elif self._poll is not None and not self._poll.done():
            self._poll.set_result(None)

    def confirm(self, update_id: int) -> None:
        """The bot has one update."""
        if self._waiting.pop(update_id, None) is not None:
            self._store.delete(self._kind, f"{update_id:012d}")

    def clear(self) -> None:
        """Forget everything that waits."""
        for update_id in list(self._waiting):
            self.confirm(update_id)

    def restart_ids(self) -> None:
        """Begin again with a lower id, as Telegram does after a week without updates. Only while nothing waits."""
        if not self._waiting:
            self._numbers["update"] = int(self._numbers.get("update", FIRST_ID)) // 2
            self._store.put("numbers", self._bot_id, self._numbers)

    async def poll(self, offset: int, limit: int, seconds: float) -> list[Update]:
        """Up to `limit` updates from `offset` on; waits `seconds` for the first. Earlier ones are confirmed.

        Raises ApiError (409) when another poll, or a webhook, takes this one's place.
        """
        offset = self._settle(offset)
        found = self._from(offset, limit)
        if found or seconds <= 0:
            return found
        self.abort(E.CONFLICT_POLLING)
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._poll = waiter
        try:
            await asyncio.wait_for(waiter, seconds)
        except TimeoutError:
            return []
        finally:
            if self._poll is waiter:
                self._poll = None
        return self._from(offset, limit)

    def abort(self, error: E.ErrorText) -> None:
        """End the poll that waits, if one does, with an error."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(ApiError(error))
        self._poll = None

    def _settle(self, offset: int) -> int:
        self._expire()
        if offset < 0:
            for update_id in list(self._waiting)[:offset]:
                self.confirm(update_id)
        newest = int(self._numbers.get("update", FIRST_ID - 1))
        if offset <= 0 or offset > newest + 1 + _FAR:
            return next(iter(self._waiting), 0)
        while self._waiting and (oldest := next(iter(self._waiting))) < offset:
            self.confirm(oldest)
        return offset

    def _from(self, offset: int, limit: int) -> list[Update]:
        found: list[Update] = []
        for update in self._waiting.values():
            if update.id >= offset:
                found.append(update)
                if len(found) == limit:
                    break
        return found

    def _expire(self) -> None:
        horizon = self._clock() - LIFETIME
        while self._waiting and (oldest := next(iter(self._waiting.values()))).created <= horizon:
            self.confirm(oldest.id)


def shuffle(updates: list[Update], generator: random.Random) -> list[Update]:
    """The same updates in another order, as Telegram's separate queues may give it: each lane keeps its own."""
    lanes: dict[str, deque[Update]] = defaultdict(deque)
    for update in updates:
        lanes[update.lane].append(update)
    order = [update.lane for update in updates]
    generator.shuffle(order)
    return [lanes[lane].popleft() for lane in order]
