"""Misbehaviour on request, and Telegram's rates when they are switched on."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from . import errors as E
from .errors import ApiError, too_many_requests
from .wire import Json

DELIVERY = frozenset({"duplicate", "shuffle", "restart_ids"})
CONNECTION = frozenset({"drop", "drop_before", "timeout", "latency"})
_NEVER_ANY = frozenset({"getupdates", "getupdates:delivery", "webhook:delivery"})
OVERALL_PER_SECOND = 30
_ERRORS = {
    400: E.ErrorText(400, "Bad Request", E.Source.UNVERIFIED),
    401: E.UNAUTHORIZED,
    403: E.BLOCKED,
    404: E.NOT_FOUND,
    409: E.CONFLICT_POLLING,
    413: E.TOO_LARGE,
    429: E.RETRY_AFTER,
    500: E.INTERNAL,
    502: E.ErrorText(502, "Bad Gateway", E.Source.UNVERIFIED),
    503: E.ErrorText(503, "Service Unavailable", E.Source.UNVERIFIED),
    504: E.ErrorText(504, "Gateway Timeout", E.Source.UNVERIFIED),
}
HTTP_ERRORS = frozenset(_ERRORS)


@dataclass(slots=True)
class Fault:
    """The next `times` calls of `method` (of `chat`, if given) misbehave."""

    method: str
    error: int | str
    times: int = 1
    chat: int | None = None
    retry_after: int = 1
    latency: float = 0.0
    description: str = ""
    seed: int | None = None

    def raised(self) -> ApiError:
        """The error that it gives."""
        if self.error == 429:
            return too_many_requests(self.retry_after)
        known = _ERRORS[int(self.error)]
        words = E.ErrorText(known.code, self.description, E.Source.UNVERIFIED) if self.description else known
        return ApiError(words)


class Faults:
    """The script of misbehaviour."""

    def __init__(self) -> None:
        self._script: list[Fault] = []
        self.refused = 0  # calls that were too many, while rates are strict

    def add(self, body: Json) -> Fault:
        """Take a fault into the script. Raises ValueError with a sentence when it makes no sense."""
        error = body.get("error")
        if isinstance(error, str) and error.isdigit():
            error = int(error)
        if error not in HTTP_ERRORS and error not in DELIVERY and error not in CONNECTION:
            known = sorted(map(str, HTTP_ERRORS | DELIVERY | CONNECTION))
            raise ValueError(f"error is one of {', '.join(known)}, not {error!r}")
        method = str(body.get("method") or "").lower()
        if not method:
            raise ValueError("method is the name of a Bot API method, or * for any of them")
        if error in DELIVERY and method not in ("getupdates", "webhook"):
            raise ValueError(f"{error} is about delivering updates: method is getUpdates or webhook")
        fault = Fault(method, error)
        try:
            fault.times = int(body.get("times", 1))
            fault.chat = int(body["chat"]) if body.get("chat") is not None else None
            fault.retry_after = int(body.get("retry_after", 1))
            fault.latency = float(body.get("latency", 30.0 if error == "timeout" else 0.0))
        except (TypeError, ValueError):
            raise ValueError("times, chat and retry_after are whole numbers, latency is seconds") from None
        fault.description = str(body.get("description") or "")
        fault.seed = body.get("seed")
        self._script.append(fault)
        return fault

    def clear(self) -> None:
        """Behave again."""
        self._script.clear()

    def take(self, method: str, chat: int | None = None) -> Fault | None:
        """The fault that this call is to have, used up by one."""
        if not self._script:
            return None
        for fault in self._script:
            wanted = f"{fault.method}:delivery" if fault.error in DELIVERY else fault.method
            if (wanted == method or (wanted == "*" and method not in _NEVER_ANY)) and (
                fault.chat is None or fault.chat == chat
            ):
                fault.times -= 1
                if fault.times <= 0:
                    self._script.remove(fault)
                return fault
        return None


def cut(request: web.Request) -> web.Response:
    """Cut the connection; what is returned reaches nobody."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


class Rates:
    """Telegram's limits for sending: 30 messages a second overall, one a second in a chat."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._recent: dict[int, deque[float]] = {}
        self._last: dict[tuple[int, int], float] = {}

    def check(self, bot_id: int, chat_id: int) -> None:
        """Count a message. Raises ApiError (429) when it is one too many."""
        now = self._clock()
        recent = self._recent.setdefault(bot_id, deque())
        while recent and recent[0] <= now - 1.0:
            recent.popleft()
        too_soon = now - self._last.get((bot_id, chat_id), 0.0) < 1.0
        if too_soon or len(recent) >= OVERALL_PER_SECOND:
            raise too_many_requests(1)
        recent.append(now)
        self._last[bot_id, chat_id] = now
