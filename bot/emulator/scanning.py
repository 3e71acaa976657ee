"""The camera of a phone: what the QR code in a picture says that somebody else's phone shows."""

from __future__ import annotations

import asyncio
import io

import zxingcpp
from aiohttp import web
from PIL import Image, UnidentifiedImageError

from .files import StoredFile
from .people import Impossible, Phones, whole, words
from .wire import Json


class Scanning:
    """Reading codes from pictures that were sent."""

    def __init__(self, phones: Phones) -> None:
        self._world = phones.world
        self._phones = phones

    def routes(self) -> list[web.RouteDef]:
        """The call."""
        return [web.post("/client/scan", self._phones.answering(self._scan))]

    async def _scan(self, body: Json) -> Json:
        file = self._file(body) if body.get("file_id") else self._photo(body)
        return {"text": await asyncio.to_thread(read_code, self._world.files.content(file))}

    def _file(self, body: Json) -> StoredFile:
        file_id = words(body, "file_id")
        for bot in self._world.bots.values():
            file = self._world.files.find(file_id, bot.id)
            if file is not None:
                return file
        raise Impossible(f"There is no file {file_id}.", 404)

    def _photo(self, body: Json) -> StoredFile:
        _, chat = self._phones.chat(body)
        message = self._phones.message(chat, whole(body, "message_id"))
        if "photo" not in message.body:
            raise Impossible("Only a message with a photo can be scanned.")
        return self._file(message.body["photo"][-1])


def read_code(content: bytes) -> str | None:
    """The text of the QR code in a picture; None where there is none to be read. Raises Impossible for no picture."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            grey = picture.convert("L")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError):
        raise Impossible("This file is not a picture that can be read.") from None
    code = zxingcpp.read_barcode(grey, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    return str(code.text) if code is not None else None
