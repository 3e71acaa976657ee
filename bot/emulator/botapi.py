"""The Bot API over HTTP: `/bot<token>/<method>` and `/file/bot<token>/<path>`."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Callable
from typing import Any

from aiohttp import web

from . import errors as E
from .callbacks import Callbacks
from .checkout import Checkout
from .errors import ApiError
from .faults import CONNECTION, Fault, Faults, Rates, cut
from .methods import METHODS, Answer, Context
from .webhook import Webhooks
from .wire import Call, Json, read_call, to_integer
from .world import Bot, World

_log = logging.getLogger(__name__)
Observer = Callable[[str, Json, Json], None]
_SENDING = ("send", "copymessage", "forwardmessage")
_NOT_SENDING = frozenset({"sendchataction"})
_UNDELAYED = frozenset({"getupdates"})


class BotApi:
    """Takes calls, carries them out, misbehaves when it was asked to."""

    def __init__(
        self,
        world: World,
        callbacks: Callbacks,
        checkout: Checkout,
        webhooks: Webhooks,
        faults: Faults,
        *,
        rates: Rates | None,
        latency: float,
        observer: Observer | None,
    ) -> None:
        self._world = world
        self._callbacks = callbacks
        self._checkout = checkout
        self._webhooks = webhooks
        self._faults = faults
        self._rates = rates
        self._latency = latency
        self._observer = observer
        webhooks.on_reply = self.carry_out
        webhooks.observer = observer

    def routes(self) -> list[web.RouteDef]:
        """Everything that a bot calls."""
        return [
            web.route("*", "/bot{token}/{method}", self._handle),
            web.get("/file/bot{token}/{path:.+}", self._download),
        ]

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        bot = self._world.bots.get(request.match_info["token"])
        if bot is None:
            return _response(_failure(ApiError(E.UNAUTHORIZED)))
        try:
            call = await read_call(request, request.match_info["method"])
        except ApiError as error:
            return _response(_failure(error))
        fault = self._fault(call)
        if self._latency and call.method not in _UNDELAYED:
            await asyncio.sleep(self._latency)
        if fault is not None and fault.latency and fault.error != "timeout":
            await asyncio.sleep(fault.latency)
        if fault is not None and fault.error == "drop_before":
            return cut(request)
        answer = await self.carry_out(bot, call, fault)
        self._world.store.flush()
        if fault is not None and fault.error == "drop":
            return cut(request)
        if fault is not None and fault.error == "timeout":
            await asyncio.sleep(fault.latency)
        return _response(answer)

    def _fault(self, call: Call) -> Fault | None:
        chat = to_integer(call.text("chat_id"))
        return self._faults.take(call.method, chat)

    async def carry_out(self, bot: Bot, call: Call, fault: Fault | None = None) -> Json:
        """One call; the answer's body."""
        seen = call.observed() if self._observer is not None else {}
        try:
            if fault is not None and fault.error not in CONNECTION:
                raise fault.raised()
            answer = await self._result(bot, call)
        except ApiError as error:
            answer = _failure(error)
        except Exception:
            _log.exception("%s failed", call.method)
            answer = _failure(ApiError(E.INTERNAL))
        if self._observer is not None:
            self._observer(call.method, seen, answer)
        return answer

    async def _result(self, bot: Bot, call: Call) -> Json:
        handler = METHODS.get(call.method)
        if handler is None:
            raise ApiError(E.METHOD_NOT_FOUND)
        if self._rates is not None and call.method.startswith(_SENDING) and call.method not in _NOT_SENDING:
            self._count(bot, to_integer(call.text("chat_id")) or 0, self._rates)
        context = Context(self._world, bot, call, self._callbacks, self._checkout, self._faults, self._webhooks)
        result: Any = handler(context)
        if inspect.isawaitable(result):
            result = await result
        if isinstance(result, Answer):
            return {"ok": True, "result": result.result, "description": result.description}
        return {"ok": True, "result": result}

    def _count(self, bot: Bot, chat_id: int, rates: Rates) -> None:
        try:
            rates.check(bot.id, chat_id)
        except ApiError:
            self._faults.refused += 1
            raise

    async def _download(self, request: web.Request) -> web.StreamResponse:
        bot = self._world.bots.get(request.match_info["token"])
        if bot is None:
            return _response(_failure(ApiError(E.UNAUTHORIZED)))
        file = self._world.files.by_path(request.match_info["path"], bot.id)
        if file is None:
            return _response(_failure(ApiError(E.NOT_FOUND)))
        return web.Response(body=self._world.files.content(file), content_type="application/octet-stream")


def _failure(error: ApiError) -> Json:
    body: Json = {"ok": False, "error_code": error.code, "description": error.description}
    if error.retry_after is not None:
        body["parameters"] = {"retry_after": error.retry_after}
    return body


def _response(body: Json) -> web.Response:
    headers = {}
    if "parameters" in body:
        headers["Retry-After"] = str(body["parameters"]["retry_after"])
    return web.json_response(body, status=body.get("error_code", 200), headers=headers)
