"""Delivering updates to a bot's own server: in order within a lane, several lanes at once, until it says 200.

telegram-bot-api keeps a queue per chat and kind (`webhook_queue_id`); an update that fails is sent again, later ones
of its lane wait.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable

import aiohttp

from .faults import Faults
from .store import Store
from .updates import Update
from .wire import Call, Json, read_reply
from .world import Bot

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
_TIMEOUT = aiohttp.ClientTimeout(total=60)
_LONGEST_WAIT = 60.0
_NO_REPLY = ("get", "setwebhook", "deletewebhook", "close", "logout")
"""Methods that are passed over in an answer to a webhook (WebhookActor::handle)."""

Reply = Callable[[Bot, Call], Awaitable[object]]
Observer = Callable[[str, Json, Json], None]


class _Delivery:
    """What is under way for one bot."""

    def __init__(self, slots: int) -> None:
        self.lanes: dict[str, deque[Update]] = {}
        self.tasks: set[asyncio.Task[None]] = set()
        self.slots = asyncio.Semaphore(slots)
        self.error_date = 0
        self.error_message = ""


class Webhooks:
    """Deliveries of all bots. `retry_delay` is the wait before the second attempt, in seconds; it doubles then."""

    def __init__(self, store: Store, faults: Faults, clock: Callable[[], float], retry_delay: float) -> None:
        self._store = store
        self._faults = faults
        self._clock = clock
        self._retry_delay = retry_delay
        self._session: aiohttp.ClientSession | None = None
        self._deliveries: dict[int, _Delivery] = {}
        self.on_reply: Reply | None = None
        """Carries out a call that a bot makes in its answer."""
        self.observer: Observer | None = None

    def url(self, bot: Bot) -> str:
        """Where a bot's updates go; "" when it polls."""
        return str(bot.settings.get("webhook", {}).get("url", ""))

    def last_error(self, bot: Bot) -> Json:
        """The last failure, as WebhookInfo tells it."""
        delivery = self._deliveries.get(bot.id)
        if delivery is None or not delivery.error_date:
            return {}
        return {"last_error_date": delivery.error_date, "last_error_message": delivery.error_message}

    def restart(self, bot: Bot) -> None:
        """Begin to deliver to the URL that the bot has set; what waits comes first."""
        self._cancel(bot)
        delivery = self._deliveries[bot.id] = _Delivery(bot.settings["webhook"]["max"])
        bot.updates.on_push = lambda update: self._add(bot, delivery, update)
        for update in bot.updates.waiting():
            self._add(bot, delivery, update)

    async def halt(self, bot: Bot) -> None:
        """Deliver no more; what is not confirmed stays in the queue."""
        bot.updates.on_push = None
        tasks = self._cancel(bot)
        await asyncio.gather(*tasks, return_exceptions=True)

    async def close(self, bots: list[Bot]) -> None:
        """Stop everything."""
        for bot in bots:
            await self.halt(bot)
        if self._session is not None:
            await self._session.close()

    def _cancel(self, bot: Bot) -> list[asyncio.Task[None]]:
        delivery = self._deliveries.pop(bot.id, None)
        tasks = list(delivery.tasks) if delivery is not None else []
        for task in tasks:
            task.cancel()
        return tasks

    def _add(self, bot: Bot, delivery: _Delivery, update: Update) -> None:
        lane = delivery.lanes.get(update.lane)
        if lane is not None:
            lane.append(update)
            return
        delivery.lanes[update.lane] = deque([update])
        task = asyncio.create_task(self._work_off(bot, delivery, update.lane))
        delivery.tasks.add(task)
        task.add_done_callback(delivery.tasks.discard)

    async def _work_off(self, bot: Bot, delivery: _Delivery, lane: str) -> None:
        waiting = delivery.lanes[lane]
        fault = self._faults.take("webhook:delivery")
        if fault is not None and fault.error == "shuffle":
            await asyncio.sleep(random.Random(fault.seed).uniform(0, fault.latency or 0.05))
        while waiting:
            update = waiting[0]
            async with delivery.slots:
                await self._deliver(bot, delivery, update)
                if fault is not None and fault.error == "duplicate":
                    await self._deliver(bot, delivery, update)
                    fault = None
            bot.updates.confirm(update.id)
            self._store.flush()
            waiting.popleft()
        del delivery.lanes[lane]

    async def _deliver(self, bot: Bot, delivery: _Delivery, update: Update) -> None:
        wait = self._retry_delay
        while True:
            error, retry_after = await self._post(bot, update)
            if not error:
                return
            delivery.error_date = int(self._clock())
            delivery.error_message = error
            await asyncio.sleep(retry_after or wait)
            wait = min(wait * 2, _LONGEST_WAIT)

    async def _post(self, bot: Bot, update: Update) -> tuple[str, float]:
        """One attempt: ("", 0) when it succeeded, else what was wrong and the seconds that the bot asked to wait."""
        webhook = bot.settings["webhook"]
        headers = {SECRET_HEADER: webhook["secret"]} if webhook["secret"] else {}
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=_TIMEOUT)
        self._store.flush()
        try:
            async with self._session.post(webhook["url"], json=update.body, headers=headers) as response:
                if not 200 <= response.status <= 299:
                    after = response.headers.get("Retry-After", "")
                    words = f"Wrong response from the webhook: {response.status} {response.reason}"
                    return words, float(after) if after.isdigit() else 0.0
                reply = await read_reply(response)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return f"Connection failed: {type(error).__name__}", 0.0
        if self.observer is not None:
            self.observer("(webhook)", {}, {"ok": True, "result": [update.body]})
        if reply is not None and self.on_reply is not None and not reply.method.startswith(_NO_REPLY):
            await self.on_reply(bot, reply)
        return "", 0.0
