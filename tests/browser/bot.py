"""A bot as small as can be: plain HTTP calls to the Bot API, made by the test itself."""

from __future__ import annotations

import io
import json
from typing import Any

import aiohttp
import qrcode
from PIL import Image, ImageDraw

JsonObject = dict[str, Any]


def picture(width: int = 640, height: int = 480, text: str = "picture") -> bytes:
    """A PNG with a word on it."""
    image = Image.new("RGB", (width, height), "#f7f1e6")
    draw = ImageDraw.Draw(image)
    draw.rectangle((width // 4, 20, 3 * width // 4, 60), fill="#7d2637")
    draw.text((20, height // 2), text, fill="#2b1d20")
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def code(text: str) -> bytes:
    """A PNG of a QR code on a card."""
    image = Image.new("RGB", (900, 1200), "#f7f1e6")
    image.paste(qrcode.make(text).get_image().convert("RGB").resize((500, 500)), (200, 400))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def keyboard(*rows: list[JsonObject]) -> JsonObject:
    """An inline keyboard of these rows."""
    return {"inline_keyboard": list(rows)}


def button(text: str, data: str | None = None, **kind: Any) -> JsonObject:
    """An inline button: with callback data (its text unless given) or of another kind."""
    return {"text": text, **kind} if kind else {"text": text, "callback_data": data or text}


class ScriptedBot:
    """Calls the Bot API at `base` (…/bot<token>) and takes its updates one at a time by long polling."""

    def __init__(self, session: aiohttp.ClientSession, base: str) -> None:
        self._session = session
        self._base = base
        self._offset = 0
        self._waiting: list[JsonObject] = []

    async def call(self, method: str, files: dict[str, bytes] | None = None, **params: Any) -> Any:
        """A method's result. Raises AssertionError with the API's description when it is refused."""
        form = aiohttp.FormData()
        for name, value in params.items():
            form.add_field(name, json.dumps(value) if isinstance(value, dict | list | bool) else str(value))
        for name, content in (files or {}).items():
            form.add_field(name, content, filename=f"{name}.png", content_type="image/png")
        async with self._session.post(f"{self._base}/{method}", data=form) as response:
            body = await response.json()
        assert body["ok"], f"{method}: {body}"
        return body["result"]

    async def say(self, user: int, text: str, **params: Any) -> JsonObject:
        """sendMessage to a person."""
        sent: JsonObject = await self.call("sendMessage", chat_id=user, text=text, **params)
        return sent

    async def next(self, kind: str) -> JsonObject:
        """The next update of a kind (`message`, `callback_query` …), at most 10 seconds away; others wait."""
        for update in self._waiting:
            if kind in update:
                self._waiting.remove(update)
                found: JsonObject = update[kind]
                return found
        for _ in range(10):
            updates = await self.call("getUpdates", offset=self._offset, timeout=1)
            if updates:
                self._offset = updates[-1]["update_id"] + 1
                self._waiting.extend(updates)
                if any(kind in update for update in updates):
                    return await self.next(kind)
        raise AssertionError(f"no {kind} came; waiting: {self._waiting}")
