"""Houses that can be killed: a process that has imported everything and forks one house per request.

``python -m tests.faults.zygote`` reads a line of JSON per house from standard input and answers with one line when it
has ended. A fork starts in a tenth of the time of a fresh interpreter, so a hundred kills fit into a test.

The points of killing are laid around the production code from here; production code knows nothing of them.
"""

from __future__ import annotations

import asyncio
import functools
import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from bot import config, log
from bot.bound_uow import BoundUow
from bot.courier import Courier
from bot.inbox import Inbox
from bot.messenger import TelegramMessenger
from bot.run import run
from storage.unit_of_work import UnitOfWork


class Killer:
    """Kills this process, as a power cut would, at the n-th time that the point is passed."""

    def __init__(self, after: int) -> None:
        self._left = after

    def __call__(self) -> None:
        self._left -= 1
        if self._left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)


def before(owner: type, name: str, kill: Killer) -> None:
    original = getattr(owner, name)

    @functools.wraps(original)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        kill()
        return original(*args, **kwargs)

    setattr(owner, name, wrapped)


def after_await(owner: type, name: str, kill: Killer) -> None:
    original = getattr(owner, name)

    @functools.wraps(original)
    async def wrapped(*args: Any, **kwargs: Any) -> Any:
        result = await original(*args, **kwargs)
        kill()
        return result

    setattr(owner, name, wrapped)


def before_commit(kill: Killer) -> None:
    """The effect is written and not committed. Only writes that are a step of an update count."""
    original = UnitOfWork._attempt

    def wrapped(self: Any, work: Any, handled: Any, replay: Any, connection: Any) -> Any:
        result = original(self, work, handled, replay, connection)
        if handled is not None:
            kill()
        return result

    UnitOfWork._attempt = wrapped  # type: ignore[method-assign]


POINTS: dict[str, Callable[[Killer], None]] = {
    "before it is stored": lambda kill: before(Inbox, "accept_taken", kill),
    "after it is stored": lambda kill: before(Inbox, "_serve", kill),
    "before the commit": before_commit,
    "after the commit": lambda kill: after_await(BoundUow, "write", kill),
    "before the answer": lambda kill: before(TelegramMessenger, "show", kill),
    "before the courier settles": lambda kill: before(Courier, "_settle", kill),
}


def live(order: dict[str, Any]) -> None:
    """The child: a house until it is killed or told to close."""
    if order.get("point"):
        POINTS[order["point"]](Killer(order["after"]))
    log.set_up("console", level=40)
    asyncio.run(run(config.load({}, **order["settings"]), with_web=False))


def main() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            try:
                live(order)
            finally:
                sys.stderr.flush()
                os._exit(0)
        print(json.dumps({"pid": child}), flush=True)  # noqa: T201 - the protocol
        _, status = os.waitpid(child, 0)
        print(json.dumps({"killed": os.WIFSIGNALED(status), "status": status}), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
