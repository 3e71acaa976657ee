"""Long polling and webhooks: order, confirmation, conflicts, redelivery."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from .conftest import ANN, BEN, Desk, Open, settle


async def test_a_poll_waits_for_the_first_update(desk: Desk) -> None:
    poll = asyncio.create_task(desk.updates(timeout=30))
    await asyncio.sleep(0)
    await desk.person("send", user=ANN, text="hello")
    (update,) = await asyncio.wait_for(poll, 5)
    assert update["message"]["text"] == "hello"


async def test_what_is_not_confirmed_comes_again(desk: Desk) -> None:
    for text in "abc":
        await desk.person("send", user=ANN, text=text)
    first = await desk.call("getUpdates", limit=2)
    assert [u["message"]["text"] for u in first] == ["a", "b"]
    assert await desk.call("getUpdates", limit=2) == first
    rest = await desk.call("getUpdates", offset=first[0]["update_id"] + 1)
    assert [u["message"]["text"] for u in rest] == ["b", "c"]
    assert await desk.call("getUpdates", offset=-1) == rest[-1:]
    assert await desk.call("getUpdates") == rest[-1:]


async def test_an_offset_far_ahead_confirms_nothing(desk: Desk) -> None:
    await desk.person("send", user=ANN, text="a")
    (update,) = await desk.call("getUpdates", offset=2_000_000_000)
    assert update["message"]["text"] == "a"


async def test_ids_may_begin_again_lower(desk: Desk) -> None:
    await desk.person("send", user=ANN, text="a")
    (before,) = await desk.updates()
    assert await desk.updates() == []
    await desk.person("faults", method="getUpdates", error="restart_ids")
    await desk.person("send", user=ANN, text="b")
    (after,) = await desk.call("getUpdates", offset=before["update_id"] + 1)
    assert after["update_id"] < before["update_id"]


async def test_a_second_poller_ends_the_first(desk: Desk) -> None:
    polls = {asyncio.create_task(desk.raw("getUpdates", timeout=30)) for _ in range(2)}
    (ended,), (left,) = await asyncio.wait(polls, timeout=5, return_when=asyncio.FIRST_COMPLETED)
    assert ended.result() == {
        "ok": False,
        "error_code": 409,
        "description": "Conflict: terminated by other getUpdates request; "
        "make sure that only one bot instance is running",
    }
    await desk.person("send", user=ANN, text="x")
    assert (await asyncio.wait_for(left, 5))["ok"]


async def test_allowed_updates_stay_in_force(desk: Desk) -> None:
    await desk.call("getUpdates", allowed_updates=["callback_query"])
    await desk.person("send", user=ANN, text="unheard")
    assert await desk.call("getUpdates") == []
    assert (await desk.call("getWebhookInfo"))["allowed_updates"] == ["callback_query"]
    await desk.call("getUpdates", allowed_updates=[])
    await desk.person("send", user=ANN, text="heard")
    (update,) = await desk.call("getUpdates")
    assert update["message"]["text"] == "heard"
    assert "allowed_updates" not in await desk.call("getWebhookInfo")


async def test_updates_are_forgotten_after_a_day(desk: Desk) -> None:
    await desk.person("send", user=ANN, text="a")
    desk.clock.now += 24 * 3600 + 1
    assert await desk.call("getUpdates") == []


async def test_a_batch_can_come_twice_and_shuffled(desk: Desk) -> None:
    sent = await desk.call(
        "sendMessage", chat_id=ANN, text="x", reply_markup={"inline_keyboard": [[{"text": "a", "callback_data": "a"}]]}
    )
    for number in range(4):
        await desk.person("send", user=ANN, text=str(number))
        await desk.person("send", user=BEN, text=str(number))
        await desk.person("press", user=ANN, message_id=sent["message_id"], text="a")
    await desk.person("faults", method="getUpdates", error="shuffle", seed=3)
    await desk.person("faults", method="getUpdates", error="duplicate")
    shuffled = await desk.call("getUpdates")
    ids = [u["update_id"] for u in shuffled]
    assert ids != sorted(ids)
    for user in (ANN, BEN):
        texts = [u["message"]["text"] for u in shuffled if u.get("message", {}).get("chat", {}).get("id") == user]
        assert texts == ["0", "1", "2", "3"]
    twice = await desk.call("getUpdates")
    assert [u["update_id"] for u in twice] == sorted(ids) * 2


class Receiver:
    """A bot's own server: what it got, and what it answers."""

    def __init__(self) -> None:
        self.url = ""
        self.got: list[tuple[dict[str, str], Any]] = []
        self.answers: list[web.Response] = []
        self.news = asyncio.Condition()

    async def handle(self, request: web.Request) -> web.Response:
        async with self.news:
            self.got.append((dict(request.headers), json.loads(await request.read())))
            self.news.notify_all()
        return self.answers.pop(0) if self.answers else web.Response()

    async def wait_for(self, count: int) -> list[Any]:
        async with self.news:
            await asyncio.wait_for(self.news.wait_for(lambda: len(self.got) >= count), 10)
        return [body for _, body in self.got]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.handle)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiver
    await runner.cleanup()


async def test_a_webhook_gets_updates_with_its_secret(desk: Desk, receiver: Receiver) -> None:
    await desk.person("send", user=ANN, text="before")
    answer = await desk.raw("setWebhook", url=receiver.url, secret_token="s3cret", max_connections=5)
    assert answer == {"ok": True, "result": True, "description": "Webhook was set"}
    await desk.person("send", user=ANN, text="after")
    got = await receiver.wait_for(2)
    assert [u["message"]["text"] for u in got] == ["before", "after"]
    assert receiver.got[0][0]["X-Telegram-Bot-Api-Secret-Token"] == "s3cret"
    info = await desk.call("getWebhookInfo")
    assert info["url"] == receiver.url
    assert info["max_connections"] == 5
    conflict = await desk.raw("getUpdates")
    assert conflict["error_code"] == 409
    assert conflict["description"].startswith("Conflict: can't use getUpdates method while webhook is active")
    assert (await desk.raw("deleteWebhook"))["description"] == "Webhook was deleted"
    assert (await desk.raw("deleteWebhook"))["description"] == "Webhook is already deleted"
    assert await desk.call("getUpdates") == []


async def test_a_failed_delivery_is_repeated_and_holds_its_lane(open_desk: Open, receiver: Receiver) -> None:
    desk = await open_desk(webhook_retry_delay=0.01)
    await settle(desk)
    receiver.answers = [web.Response(status=500), web.Response(status=503)]
    await desk.call("setWebhook", url=receiver.url)
    await desk.person("send", user=ANN, text="1")
    await desk.person("send", user=ANN, text="2")
    got = await receiver.wait_for(4)
    assert [u["message"]["text"] for u in got] == ["1", "1", "1", "2"]
    info = await desk.call("getWebhookInfo")
    assert info["last_error_message"] == "Wrong response from the webhook: 503 Service Unavailable"


async def test_a_bot_may_answer_an_update_with_a_call(desk: Desk, receiver: Receiver) -> None:
    receiver.answers = [web.json_response({"method": "sendMessage", "chat_id": ANN, "text": "reply"})]
    await desk.call("setWebhook", url=receiver.url)
    sent = await desk.person("send", user=ANN, text="1")
    (reply,) = await desk.look("messages", user=ANN, after=sent["message_id"], wait=5)
    assert reply["text"] == "reply"


async def test_updates_of_a_webhook_can_come_twice(desk: Desk, receiver: Receiver) -> None:
    await desk.person("faults", method="webhook", error="duplicate")
    await desk.call("setWebhook", url=receiver.url)
    await desk.person("send", user=ANN, text="1")
    first, second = await receiver.wait_for(2)
    assert first == second


@pytest.mark.parametrize(
    ("params", "description"),
    [
        ({"url": "nonsense"}, "Bad Request: invalid webhook URL specified"),
        ({"url": "http://example.org/x"}, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"),
        ({"url": "http://127.0.0.1:1/x", "secret_token": "ä"},
         "Bad Request: secret token contains unallowed characters"),
        ({"url": "http://127.0.0.1:1/x", "secret_token": "a" * 257}, "Bad Request: secret token is too long"),
    ],
)  # fmt: skip
async def test_a_wrong_webhook_is_refused(desk: Desk, params: dict[str, Any], description: str) -> None:
    assert await desk.error("setWebhook", **params) == description
    assert (await desk.call("getWebhookInfo"))["url"] == ""


async def test_pending_updates_are_dropped_on_request(desk: Desk) -> None:
    await desk.person("send", user=ANN, text="1")
    assert (await desk.call("getWebhookInfo"))["pending_update_count"] == 1
    await desk.call("deleteWebhook", drop_pending_updates=True)
    assert (await desk.call("getWebhookInfo"))["pending_update_count"] == 0
