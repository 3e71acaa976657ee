"""The house's own web server: the webhook lets in Telegram alone, and answers when the update is stored."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from bot.run import web_server
from bot.web import WEBHOOK_PATH
from domain.notices import Notice, NoticeKind
from domain.ports import Tx
from tests.support.clock import FakeClock
from tests.support.house import somebody
from tests.support.running import House, running_house
from tests.support.theatre import theatre

SECRET = "the-secret-of-the-webhook"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
USER = {"id": 1001, "is_bot": False, "first_name": "Anna", "language_code": "en"}


@dataclass(frozen=True, slots=True)
class Site:
    house: House
    base: str

    async def posts(self, body: Any = None, *, raw: bytes | None = None, secret: str | None = SECRET) -> int:
        headers = {} if secret is None else {HEADER: secret}
        data = {"data": raw} if raw is not None else {"json": body}
        async with self.house.http.post(self.base + WEBHOOK_PATH, headers=headers, **data) as response:
            return response.status

    async def gets(self, path: str) -> tuple[int, str]:
        async with self.house.http.get(self.base + path) as response:
            return response.status, await response.text()

    async def stored(self) -> list[int]:
        found = text("SELECT update_id FROM inbox_update ORDER BY id")
        return await self.house.foyer.database.read(lambda connection: list(connection.execute(found).scalars()))


@pytest.fixture
async def site(database_url: str, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Site]:
    async def setup(foyer: Any) -> None:
        await foyer.uow.write(theatre)

    async with running_house(database_url, tmp_path, setup, clock=clock) as house:
        settings = house.foyer.settings.model_copy(update={"webhook_secret": SecretStr(SECRET)})
        async with web_server(replace(house.foyer, settings=settings), 0, "127.0.0.1") as port:
            yield Site(house, f"http://127.0.0.1:{port}")


def update(number: int, words: str = "/start") -> dict[str, Any]:
    chat = {"id": USER["id"], "type": "private", "first_name": "Anna"}
    message = {"message_id": number, "date": 1_800_000_000, "chat": chat, "from": USER, "text": words}
    return {"update_id": number, "message": message}


@pytest.mark.parametrize("secret", [None, "", "another", SECRET + "x", SECRET[:-1], "密"])
async def test_who_does_not_know_the_secret_is_not_let_in(site: Site, secret: str | None) -> None:
    assert await site.posts(update(1), secret=secret) == 403
    assert await site.stored() == []


async def test_without_a_secret_of_our_own_nobody_is_let_in(site: Site) -> None:
    settings = site.house.foyer.settings.model_copy(update={"webhook_secret": SecretStr("")})
    async with web_server(replace(site.house.foyer, settings=settings), 0, "127.0.0.1") as port:
        assert await replace(site, base=f"http://127.0.0.1:{port}").posts(update(1), secret="") == 403


@pytest.mark.parametrize(
    "junk",
    [b"", b"{", b"[]", b"3", b"null", b'"x"', b"\xff\xfe", b"{}", b'{"update_id": "x"}', b'{"update_id": null}',
     b'{"update_id": 1, "message": {"chat": {"id": "x"}}}', b'{"update_id": 1, "message": {"chat": {}}}'],
)  # fmt: skip
async def test_junk_is_refused(site: Site, junk: bytes) -> None:
    assert await site.posts(raw=junk) == 400
    assert await site.stored() == []


async def test_what_is_larger_than_any_update_is_refused(site: Site) -> None:
    assert await site.posts(raw=b" " * (3 * 1024 * 1024)) == 413


async def test_an_update_is_stored_before_telegram_is_told_so(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    await site.house.person(1001, "Anna")
    seen: list[list[int]] = []
    original = web.Response.__init__

    def answering(self: web.Response, *args: Any, **kwargs: Any) -> None:
        seen.append(stored[:])
        original(self, *args, **kwargs)

    stored: list[int] = []
    accept = type(site.house.foyer.inbox).accept_taken

    async def accept_taken(self: Any, taken: Any) -> None:
        await accept(self, taken)
        stored.extend(await site.stored())

    monkeypatch.setattr("bot.web.web.Response.__init__", answering)
    monkeypatch.setattr("bot.inbox.Inbox.accept_taken", accept_taken)
    assert await site.posts(update(7)) == 200
    assert [7] in seen


async def test_an_update_that_comes_twice_is_handled_once(site: Site) -> None:
    anna = await site.house.person(1001, "Anna")
    await site.house.post("/client/send", {"user": 1001, "text": "/start"})  # a bot may write to her from now on
    await site.house.settle()
    before = len(await anna.received())
    for _ in range(3):
        assert await site.posts(update(900_000_000, "/help")) == 200
    await site.house.settle()
    assert len(await anna.received()) == before + 1


async def test_a_database_that_fails_is_our_fault_and_telegram_comes_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: Any) -> None:
        raise ValueError("not the update's fault")

    monkeypatch.setattr("bot.inbox.Inbox.accept_taken", fails)
    assert await site.posts(update(1)) == 500


async def test_health_is_whether_the_database_answers(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await site.gets("/healthz"))[0] == 200

    async def fails(*_: Any) -> None:
        raise OperationalError("SELECT", None, Exception("gone"))

    monkeypatch.setattr("storage.unit_of_work.UnitOfWork.read", fails)
    status, body = await site.gets("/healthz")
    assert status == 503
    assert "the database does not answer" in body


async def test_metrics_count_what_waits(site: Site) -> None:
    def due(tx: Tx) -> None:
        tx.notify(Notice(somebody(tx), NoticeKind.APOLOGY, "test", {"reference": 1}))

    await site.house.foyer.uow.write(due)
    status, body = await site.gets("/metrics")
    assert status == 200
    assert 'foyer_notices{state="due"} 1.0' in body
    assert "foyer_chats_pending 0.0" in body
    headers = {"X-Forwarded-For": "203.0.113.7"}
    async with aiohttp.ClientSession() as http, http.get(site.base + "/metrics", headers=headers) as response:
        assert response.status == 404  # for this machine alone, not for whom a proxy lets in


async def test_there_is_nothing_else(site: Site) -> None:
    for path in ("/", WEBHOOK_PATH, "/../bot/config.py"):
        assert (await site.gets(path))[0] in (404, 405)
    async with aiohttp.ClientSession() as http, http.put(site.base + WEBHOOK_PATH) as response:
        assert response.status == 405
