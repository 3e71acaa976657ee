"""What a person sees: messages, menus, toasts, live events, pictures."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence

from aiohttp import web

from .callbacks import Callbacks
from .feed import Event
from .menus import menu_for
from .people import Impossible, Phones, refused, whole
from .wire import Json
from .world import Bot, Chat, Message

MAX_WAIT = 60.0
"""Seconds that /client/messages and /client/answers may wait."""
HEARTBEAT = 15.0
"""Seconds between signs of life on a quiet stream."""
_View = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Views:
    """Everything a person looks at."""

    def __init__(self, phones: Phones, callbacks: Callbacks, holders: Sequence[Mapping[str, object]] | None) -> None:
        self._world = phones.world
        self._phones = phones
        self._callbacks = callbacks
        self._holders = holders
        self.closing = asyncio.Event()

    def routes(self) -> list[web.RouteDef]:
        """The calls that only look."""
        views: dict[str, _View] = {
            "bot": self._bot,
            "demo": self._demo,
            "users": self._users,
            "messages": self._messages,
            "chat": self._chat,
            "answers": self._answers,
            "stream": self._stream,
            "file/{file_id}": self._file,
        }
        return [web.get(f"/client/{path}", self._guarded(view), allow_head=False) for path, view in views.items()]

    def _guarded(self, view: _View) -> _View:
        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                return await view(request)
            except Impossible as impossible:
                return refused(impossible)

        return handle

    async def _bot(self, request: web.Request) -> web.Response:
        bot = self._phones.bot(request.query.get("bot"))
        return _ok({"id": bot.id, "username": bot.profile.username, "first_name": bot.profile.first_name})

    async def _demo(self, _: web.Request) -> web.Response:
        if self._holders is None:
            raise Impossible("Nobody holds a phone by default here.", 404)
        return _ok({"phones": self._holders})

    async def _users(self, request: web.Request) -> web.Response:
        bot = self._phones.bot(request.query.get("bot"))
        users: list[Json] = []
        for person in self._world.people.values():
            chat = bot.chats.get(person.id)
            user = person.as_user()
            del user["is_bot"]
            users.append(user | {"unread": chat.unread if chat else 0})
        return _ok(users)

    async def _messages(self, request: web.Request) -> web.Response:
        bot, chat = self._phones.chat(dict(request.query))
        after = _number(request, "after", 0)
        since = _number(request, "since", -1)
        feed = self._world.feed(bot, chat.person.id)
        deadline = asyncio.get_running_loop().time() + _wait(request)
        while not self._news(chat, after, since, feed.seq):
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0 or not await feed.wait(left):
                break
        messages = [self._world.seen(chat, message) for message in _after(chat, after)]
        self._world.store.flush()
        return web.json_response({"ok": True, "result": messages, "seq": feed.seq})

    @staticmethod
    def _news(chat: Chat, after: int, since: int, seq: int) -> bool:
        """Whether there is something new: any event after `since`, or, without it, a message after `after`."""
        if since >= 0:
            return seq != since
        newest = next(reversed(chat.messages), 0)
        return newest > after

    async def _chat(self, request: web.Request) -> web.Response:
        bot, chat = self._phones.chat(dict(request.query))
        chat.menu_seen = menu_for(bot, chat)
        body: Json = {"messages": [self._world.seen(chat, message) for message in chat.messages.values()]}
        body |= chat.menu_seen
        body |= {"keyboard": chat.keyboard, "unread": chat.unread, "blocked": chat.blocked, "pinned": chat.pinned}
        return _ok(body | {"seq": self._world.feed(bot, chat.person.id).seq})

    async def _answers(self, request: web.Request) -> web.Response:
        bot, chat = self._phones.chat(dict(request.query))
        after, wait = _number(request, "after", 0), _wait(request)
        found = await self._callbacks.wait_answered(bot, chat.person.id, after, wait)
        return _ok([pressed.told() for pressed in found])

    async def _file(self, request: web.Request) -> web.Response:
        file_id = request.match_info["file_id"]
        for bot in self._world.bots.values():
            file = self._world.files.find(file_id, bot.id)
            if file is not None:
                kind = file.mime_type if file.kind != "photo" or not file.side else "image/jpeg"
                headers = {} if file.kind == "photo" else _attachment(file.name)
                return web.Response(body=self._world.files.content(file), content_type=kind, headers=headers)
        raise Impossible(f"There is no file {file_id}.", 404)

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        bot, chat = self._phones.chat(dict(request.query))
        feed = self._world.feed(bot, chat.person.id)
        last = request.headers.get("Last-Event-ID", "")
        seq = int(last) if last.isdigit() else _number(request, "after", feed.seq)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        with contextlib.suppress(ConnectionError):
            await self._follow(response, bot, chat, seq)
        return response

    async def _follow(self, response: web.StreamResponse, bot: Bot, chat: Chat, seq: int) -> None:
        feed = self._world.feed(bot, chat.person.id)
        await response.write(b": open\n\n")
        while not self.closing.is_set():
            events = feed.since(seq)
            if events is None:
                seq = feed.seq
                await response.write(_event(seq, "reset", {}))
            elif events:
                self._world.store.flush()
                await response.write(b"".join(map(_told, events)))
                seq = events[-1].seq
            elif not await self._something(feed.wait(HEARTBEAT)):
                await response.write(b": alive\n\n")

    async def _something(self, wait: Awaitable[bool]) -> bool:
        """Whether something happened, before the heartbeat is due; the server's end ends the wait."""
        happened = asyncio.ensure_future(wait)
        ending = asyncio.ensure_future(self.closing.wait())
        try:
            await asyncio.wait({happened, ending}, return_when=asyncio.FIRST_COMPLETED)
            return happened.result() if happened.done() else True
        finally:
            happened.cancel()
            ending.cancel()


def _ok(result: object) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def _number(request: web.Request, name: str, default: int) -> int:
    raw = request.query.get(name)
    return default if raw in (None, "") else whole({name: raw}, name)


def _wait(request: web.Request) -> float:
    """The seconds that a look may wait. Raises Impossible."""
    raw = request.query.get("wait") or "0"
    try:
        return min(float(raw), MAX_WAIT)
    except ValueError:
        raise Impossible("wait is a number of seconds.") from None


def _after(chat: Chat, after: int) -> list[Message]:
    found: list[Message] = []
    for message in reversed(chat.messages.values()):
        if message.id <= after:
            break
        found.append(message)
    found.reverse()
    return found


def _attachment(name: str) -> dict[str, str]:
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "._- ") else "_" for c in name)
    return {"Content-Disposition": f'attachment; filename="{safe}"'}


def _told(event: Event) -> bytes:
    return _event(event.seq, event.kind, event.body())


def _event(seq: int, kind: str, body: object) -> bytes:
    return f"id: {seq}\nevent: {kind}\ndata: {json.dumps(body, ensure_ascii=False)}\n\n".encode()
