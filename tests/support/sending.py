"""Photos and voice messages that people send."""

from __future__ import annotations

import io

import aiohttp
from PIL import Image

from tests.support.running import House, Person


async def sends_photo(house: House, person: Person, caption: str = "") -> None:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "#246").save(out, "JPEG")
    form = aiohttp.FormData({"user": str(person.id), **({"caption": caption} if caption else {})})
    form.add_field("file", out.getvalue(), filename="photo.jpg", content_type="image/jpeg")
    async with house.http.post(f"{house.base}/client/photo", data=form) as answer:
        assert answer.status == 200, await answer.text()
    await house.settle()


async def sends_voice(house: House, person: Person) -> None:
    form = aiohttp.FormData({"user": str(person.id), "duration": "3"})
    form.add_field("file", b"OggS", filename="voice.ogg", content_type="audio/ogg")
    async with house.http.post(f"{house.base}/client/voice", data=form) as answer:
        assert answer.status == 200, await answer.text()
    await house.settle()


async def heard(person: Person) -> list[bool]:
    """Voice messages from the house, in order: whether each is kept from being passed on."""
    return [bool(message.get("has_protected_content")) for message in await person.received() if "voice" in message]


def unmarked(text: str) -> str:
    """Without the marks that keep a name's direction to itself."""
    return text.replace("\u2068", "").replace("\u2069", "")
