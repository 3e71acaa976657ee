"""Faults on request, rates, latency, and what a kill -9 leaves."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from .conftest import ANN, BEN, TOKEN, Desk, Open, settle


async def test_a_fault_hits_its_method_and_chat_as_often_as_it_was_asked_to(desk: Desk) -> None:
    await desk.person("faults", method="sendMessage", chat=ANN, error=429, retry_after=7, times=2)
    assert (await desk.raw("sendMessage", chat_id=BEN, text="x"))["ok"]
    for _ in range(2):
        answer = await desk.raw("sendMessage", chat_id=ANN, text="x")
        assert answer["parameters"] == {"retry_after": 7}
        assert answer["description"] == "Too Many Requests: retry after 7"
    assert (await desk.raw("sendMessage", chat_id=ANN, text="x"))["ok"]


@pytest.mark.parametrize(
    ("error", "description"),
    [
        (403, "Forbidden: bot was blocked by the user"),
        (400, "Bad Request: my own words"),
        (500, "Internal Server Error"),
        (502, "Bad Gateway"),
    ],
)
async def test_errors_of_every_kind(desk: Desk, error: int, description: str) -> None:
    words = {"description": description} if "own" in description else {}
    await desk.person("faults", method="sendMessage", error=error, **words)
    assert await desk.error("sendMessage", chat_id=ANN, text="x") == description
    assert [m["text"] for m in await desk.look("messages", user=ANN)] == ["/start"]


@pytest.mark.parametrize(("error", "texts"), [("drop", ["/start", "x"]), ("drop_before", ["/start"])])
async def test_a_connection_that_drops(desk: Desk, error: str, texts: list[str]) -> None:
    await desk.person("faults", method="sendMessage", error=error)
    with pytest.raises(aiohttp.ClientError):
        await desk.raw("sendMessage", chat_id=ANN, text="x")
    assert [m["text"] for m in await desk.look("messages", user=ANN)] == texts


async def test_an_answer_that_comes_too_late(desk: Desk) -> None:
    await desk.person("faults", method="sendMessage", error="timeout", latency=30)
    late = asyncio.create_task(desk.raw("sendMessage", chat_id=ANN, text="x"))
    (message,) = await desk.look("messages", user=ANN, after=1, wait=5)
    assert message["text"] == "x"
    assert not late.done()
    late.cancel()


async def test_a_slow_answer(desk: Desk) -> None:
    await desk.person("faults", method="getMe", error="latency", latency=0.05)
    begun = time.monotonic()
    await desk.call("getMe")
    assert time.monotonic() - begun >= 0.05


async def test_faults_are_taken_back(desk: Desk) -> None:
    await desk.person("faults", method="*", error=500, times=9)
    assert await desk.error("getMe") == "Internal Server Error"
    assert (await desk.raw("getUpdates"))["ok"]
    async with desk.session.delete(f"{desk.base}/client/faults") as response:
        assert response.status == 200
    assert (await desk.raw("getMe"))["ok"]


async def test_strict_rates(open_desk: Open) -> None:
    desk = await open_desk(strict_rates=True)
    await settle(desk)
    for user in range(100, 129):
        await desk.person("users", id=user, first_name="x")
        await desk.person("start", user=user)
    assert (await desk.raw("sendMessage", chat_id=ANN, text="1"))["ok"]
    answer = await desk.raw("sendMessage", chat_id=ANN, text="2")
    assert (answer["error_code"], answer["parameters"]["retry_after"]) == (429, 1)
    assert (await desk.raw("sendChatAction", chat_id=ANN, action="typing"))["ok"]
    for user in range(100, 129):
        assert (await desk.raw("sendMessage", chat_id=user, text="1"))["ok"]
    assert (await desk.raw("sendMessage", chat_id=BEN, text="31st"))["error_code"] == 429
    async with desk.session.get(f"{desk.base}/client/faults") as response:
        assert (await response.json())["result"] == {"refused": 2}
    desk.clock.now += 1.0
    assert (await desk.raw("sendMessage", chat_id=ANN, text="2"))["ok"]


async def test_latency(open_desk: Open) -> None:
    desk = await open_desk(latency=0.05)
    begun = time.monotonic()
    await desk.call("getMe")
    assert time.monotonic() - begun >= 0.05


async def test_two_bots_know_nothing_of_each_other(open_desk: Open) -> None:
    from bot.emulator import BotProfile, Emulator

    emulator = Emulator({"1:a": BotProfile("one_bot"), "2:b": BotProfile("two_bot")})
    base = await emulator.start()
    async with aiohttp.ClientSession() as session:

        async def post(path: str, **body: Any) -> Any:
            async with session.post(base + path, json=body) as response:
                return await response.json()

        await post("/client/users", id=ANN, first_name="Ann")
        await post("/client/start", user=ANN, bot="two_bot")
        assert (await post("/bot1:a/sendMessage", chat_id=ANN, text="x"))["error_code"] == 400
        assert (await post("/bot2:b/sendMessage", chat_id=ANN, text="x"))["ok"]
        assert (await post("/bot1:a/getUpdates"))["result"] == []
        assert len((await post("/bot2:b/getUpdates"))["result"]) == 1
    await emulator.stop()


class Process:
    """The messenger as a process of its own."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._process: asyncio.subprocess.Process | None = None
        self.base = ""

    async def start(self) -> None:
        command = ["-m", "bot.emulator", "--token", TOKEN, "--port", "0", "--state", str(self._state)]
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, *command, stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[2]
        )
        assert self._process.stdout is not None
        self.base = (await asyncio.wait_for(self._process.stdout.readline(), 20)).decode().strip()

    async def end(self, number: int) -> int:
        assert self._process is not None
        os.kill(self._process.pid, number)
        return await asyncio.wait_for(self._process.wait(), 20)


async def test_a_kill_loses_nothing_that_was_answered(tmp_path: Path) -> None:
    process = Process(tmp_path / "state.db")
    await process.start()
    async with aiohttp.ClientSession() as session:

        async def post(path: str, **body: Any) -> Any:
            async with session.post(process.base + path, json=body) as response:
                return (await response.json())["result"]

        async def get(path: str) -> Any:
            async with session.get(process.base + path) as response:
                return (await response.json())["result"]

        api = f"/bot{TOKEN}/"
        await post("/client/users", id=ANN, first_name="Ann", language_code="zh")
        await post("/client/start", user=ANN, payload="e_1")
        markup = {"inline_keyboard": [[{"text": "a", "callback_data": "a"}]]}
        sent = await post(api + "sendMessage", chat_id=ANN, text="<b>x</b>", parse_mode="HTML", reply_markup=markup)
        form = aiohttp.FormData({"chat_id": str(ANN)})
        form.add_field("document", b"content", filename="a.txt", content_type="text/plain")
        async with session.post(process.base + api + "sendDocument", data=form) as response:
            document = (await response.json())["result"]
        await post(api + "setMyCommands", commands=[{"command": "a", "description": "A"}])
        pressed = await post("/client/press", user=ANN, message_id=sent["message_id"], text="a")
        updates = await post(api + "getUpdates")
        chat = await get(f"/client/chat?user={ANN}")
        assert await process.end(signal.SIGKILL) == -signal.SIGKILL

        await process.start()
        again = await get(f"/client/chat?user={ANN}")
        assert {k: v for k, v in again.items() if k != "seq"} == {k: v for k, v in chat.items() if k != "seq"}
        assert again["seq"] > chat["seq"]
        assert await post(api + "getUpdates") == updates
        assert await post(api + "answerCallbackQuery", callback_query_id=pressed["callback_query_id"])
        async with session.get(f"{process.base}/client/file/{document['document']['file_id']}") as response:
            assert await response.read() == b"content"
        after = await post(api + "sendMessage", chat_id=ANN, text="later")
        assert after["message_id"] == document["message_id"] + 1
        assert await process.end(signal.SIGTERM) == 0


async def test_a_state_file_is_for_one_messenger(open_desk: Open, tmp_path: Path) -> None:
    first = await open_desk(state_path=tmp_path / "state.db")
    with pytest.raises(ValueError, match="is another messenger running on it"):
        await open_desk(state_path=tmp_path / "state.db")
    (tmp_path / "note.txt").write_text("not a database" * 100)
    with pytest.raises(ValueError, match="cannot be used"):
        await open_desk(state_path=tmp_path / "note.txt")
    await first.emulator.stop()
    await open_desk(state_path=tmp_path / "state.db")


async def test_people_keep_their_order_across_a_restart(open_desk: Open, tmp_path: Path) -> None:
    first = await open_desk(state_path=tmp_path / "state.db")
    for user in (1001, 7, 300):
        await first.person("users", id=user, first_name="x")
    await first.emulator.stop()
    second = await open_desk(state_path=tmp_path / "state.db")
    assert [user["id"] for user in await second.look("users")] == [1001, 7, 300]


async def test_a_wrong_start_ends_with_a_sentence() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.emulator", "--token", "nonsense", stderr=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    _, told = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 1
    assert told.decode().startswith("The local messenger did not start: A bot token looks like")
    assert "Traceback" not in told.decode()
