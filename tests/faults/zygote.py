"""Houses that can be killed: a process that has imported everything and forks one house after another.

``python -m tests.faults.zygote`` says that it is ready, reads a line of JSON per house from standard input, answers
with the house's process id, and with one more line when it has ended. A fork starts in a tenth of the time of a fresh
interpreter, so a hundred kills fit into a test. SIGUSR1 arms a house: it kills itself the next time that it passes its
point.

The points of killing are laid around the production code from here, and a defence that a negative control does without
is taken out from here; production code knows nothing of either.
"""

from __future__ import annotations

import asyncio
import functools
import gc
import json
import os
import signal
import ssl
import sys
import traceback
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpcore  # noqa: F401 - by httpx, for a house's first client
from aiogram.methods import GetUpdates

from bot import config, courier, inbox, log, painter, polling
from bot.bound_uow import BoundUow
from bot.courier import Courier
from bot.dispatcher import make_dispatcher
from bot.inbox import Inbox
from bot.messenger import TelegramMessenger
from bot.mini_app.pages import MiniApps
from bot.receiver import Receiver
from bot.run import run
from handlers.ui.i18n import LOCALES, texts
from storage import migrate
from storage.unit_of_work import UnitOfWork
from tests.faults.visit import one_picture
from tests.support.once import make_once

#: A killed process keeps its leases until they run out. In production that is half a minute; here a test waits for it.
LEASE = timedelta(seconds=0.5)

_armed = False


def _arm(*_: object) -> None:
    global _armed
    _armed = True


def kill() -> None:
    """Ends this process as a power cut would, if it is armed."""
    if _armed:
        os.kill(os.getpid(), signal.SIGKILL)


def before(owner: type, name: str) -> None:
    original = getattr(owner, name)

    @functools.wraps(original)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        kill()
        return original(*args, **kwargs)

    setattr(owner, name, wrapped)


def after_await(owner: type, name: str) -> None:
    original = getattr(owner, name)

    @functools.wraps(original)
    async def wrapped(*args: Any, **kwargs: Any) -> Any:
        result = await original(*args, **kwargs)
        kill()
        return result

    setattr(owner, name, wrapped)


def before_commit() -> None:
    """The effect is written and not committed. Only writes that are a step of an update count."""
    original = UnitOfWork._attempt

    def wrapped(self: Any, work: Any, handled: Any, *others: Any) -> Any:
        result = original(self, work, handled, *others)
        if handled is not None:
            kill()
        return result

    UnitOfWork._attempt = wrapped  # type: ignore[method-assign]


POINTS: dict[str, Callable[[], None]] = {
    "before it is stored": lambda: before(Inbox, "accept_taken"),
    "after it is stored": lambda: before(Inbox, "_serve"),
    "before the commit": before_commit,
    "after the commit": lambda: after_await(BoundUow, "write"),
    "before the answer": lambda: before(TelegramMessenger, "show"),
    "before the courier settles": lambda: before(Courier, "_settle"),
}


def acknowledge_first() -> None:
    original = Receiver.receive

    async def receive(self: Any, updates: Any) -> None:
        await self._bot(GetUpdates(offset=updates[-1]["update_id"] + 1, timeout=0, limit=1))
        await original(self, updates)

    Receiver.receive = receive  # type: ignore[method-assign]


def forget_at_start() -> None:
    async def recover(self: Any) -> None:
        return

    Inbox.recover = recover  # type: ignore[method-assign]


def finish_first() -> None:
    original = Inbox._until_handled

    async def until_handled(self: Any, update: Any, epoch: int) -> Any:
        await self._uow.write(lambda tx: tx.inbox.finish(update.inbox_id))
        return await original(self, update, epoch)

    Inbox._until_handled = until_handled  # type: ignore[method-assign]


def leave_no_mark() -> None:
    original = BoundUow.__init__

    def init(self: Any, uow: Any, inbox_id: Any, replay: Any) -> None:
        original(self, uow, None, replay)

    BoundUow.__init__ = init  # type: ignore[method-assign]


def lease_for_good() -> None:
    courier.LEASE = timedelta(days=1)


#: What a negative control does without.
DEFENCES: dict[str, Callable[[], None]] = {
    "an update is stored before it is acknowledged": acknowledge_first,
    "what is stored is taken up at the start": forget_at_start,
    "an update is done only when it is handled": finish_first,
    "an effect leaves its mark": leave_no_mark,
    "a courier's lease runs out": lease_for_good,
}


def live(order: dict[str, Any]) -> None:
    """The child: a house until it is killed."""
    inbox.CHAT_LEASE = courier.LEASE = polling._LEASE = LEASE
    polling._ELSEWHERE_PAUSE = courier._LONGEST_SLEEP = LEASE.total_seconds()
    POINTS[order["point"]]()
    if order["without"]:
        DEFENCES[order["without"]]()
    log.set_up("console", level=int(os.environ.get("FOYER_TEST_LOG", "40")))
    # No server of its own: the page's server is said to be somewhere else.
    asyncio.run(run(config.load({}, **order["settings"]), pages=MiniApps(())))


def warm_up() -> None:
    """What comes out the same in every house is made before the fork."""
    make_once()
    make_dispatcher()
    migrate.newest()
    for locale in LOCALES:
        texts(locale)
    ssl.create_default_context()
    undrawn = one_picture()
    painter.render = lambda *_: undrawn
    gc.freeze()  # a child that collects garbage would copy every page that it shares


def main() -> None:
    warm_up()
    signal.signal(signal.SIGUSR1, _arm)  # before the fork: a signal must never meet a child without it
    print(json.dumps({"ready": True}), flush=True)  # noqa: T201 - the protocol
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            try:
                live(order)
            except BaseException:
                traceback.print_exc()  # else a house that cannot live dies without a word
                raise
            finally:
                sys.stderr.flush()
                os._exit(1)
        print(json.dumps({"pid": child}), flush=True)  # noqa: T201 - the protocol
        _, status = os.waitpid(child, 0)
        print(json.dumps({"killed": os.WIFSIGNALED(status), "status": status}), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
