"""Whatever a bot sends, it gets an answer in the Bot API's form, and never "Internal Server Error"."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from bot.emulator.methods import METHODS
from tests.fidelity.schema import schema

from .conftest import ANN, BEN, TOKEN, Desk, Open, settle

ROUNDS = 40
JUNK: list[Any] = [
    "", "x", "0", "-1", "1e9", "nan", "[", "{}", "[]", "[[]]", "null", "true", "²", "<b>", "&#xffffffff;",
    "\u202e🎭", "\ud83d",
    "y" * 70_000, 0, 1, 3, -5, 2**70, 0.5, True, None, [], {}, [None], [{}], [[{}]], {"type": "photo"}, {"id": "x"},
    {"message_id": "x"}, [{"type": "bold", "offset": "a", "length": []}], {"inline_keyboard": [[{"text": 1}]]},
    {"inline_keyboard": [[{"text": "a", "copy_text": "b"}]]}, {"keyboard": [[5]]}, {"keyboard": [["a", {"text": {}}]]},
    [{"type": "text_mention", "offset": 0, "length": 1, "user": {}}], [{"label": "a", "amount": "x"}],
    {"type": "chat", "chat_id": ANN}, {"type": "chat_member", "chat_id": ANN, "user_id": "²"},
    {"type": "web_app", "text": "x", "web_app": {"url": 5}}, {"type": "document", "media": {}},
]  # fmt: skip


@pytest.fixture
async def desk(open_desk: Open, tmp_path: Path) -> Desk:
    """A messenger that keeps everything, so that what it cannot keep shows."""
    desk = await open_desk(state_path=tmp_path / "state.db")
    await settle(desk)
    return desk


async def test_junk_in_every_parameter(desk: Desk) -> None:
    generator = random.Random(20260824)
    await desk.call("sendMessage", chat_id=ANN, text="x")
    for name in METHODS:
        fields = [field["name"] for field in schema().methods[name]["annotations"] if field["name"] != "timeout"]
        for _ in range(ROUNDS if fields else 1):
            params = {field: generator.choice(JUNK) for field in fields if generator.random() < 0.6}
            if generator.random() < 0.8 and "chat_id" in fields:
                params["chat_id"] = generator.choice([ANN, BEN])
            if generator.random() < 0.5 and "message_id" in fields:
                params["message_id"] = 3
            answer = await desk.raw(name, **params)
            assert answer["ok"] or answer["error_code"] in (400, 404, 409), (name, params, answer)
    await desk.call("deleteWebhook")


async def test_bodies_that_are_broken(desk: Desk) -> None:
    bodies = [
        (b"{", "application/json"), (b"[1]", "application/json"), (b"\xff=\xff", "application/x-www-form-urlencoded"),
        (b"--x\r\n", "multipart/form-data"), (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"", "multipart/form-data; boundary=x"),
        (b'{"chat_id": 7, "text": "\\ud83d"}', "application/json"), (b"chat_id=7", "text/plain"), (b"x", "image/png"),
    ]  # fmt: skip
    for body, kind in bodies:
        headers = {"Content-Type": kind}
        async with desk.session.post(f"{desk.base}/bot{TOKEN}/sendMessage", data=body, headers=headers) as response:
            assert response.status == 400, (body, kind)
            assert (await response.json())["ok"] is False


async def test_junk_from_people(desk: Desk) -> None:
    generator = random.Random(7)
    acts = {
        "users": "id first_name username",
        "language": "user language_code",
        "send": "user text reply_to",
        "start": "user payload",
        "edit": "user message_id text",
        "press": "user message_id text data",
        "contact": "user phone_number",
        "location": "user latitude longitude",
        "block": "user blocked",
        "pay": "user message_id outcome delay link",
        "read": "user",
        "forward": "user message_id",
        "faults": "method times error chat latency",
    }
    for act, names in acts.items():
        fields = names.split()
        for _ in range(ROUNDS):
            body = {field: generator.choice(JUNK) for field in fields if generator.random() < 0.7}
            if generator.random() < 0.7 and "user" in fields:
                body["user"] = ANN
            status, answer = await desk.try_person(act, **body)
            assert status in (200, 400, 404), (act, body, answer)
