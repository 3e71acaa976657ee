"""Signing in to a page: Telegram's word, fresh and untouched; afterwards a token that is good for that page alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import aiohttp
import pytest
from aiohttp import web

from bot.emulator.web_apps import init_data
from bot.mini_app.pages import MiniApps, Page, Visit
from bot.mini_app.session import LASTS, Session, open_session, seal_session
from domain.codes import Keyring
from domain.errors import SignedOut
from domain.people.model import Actor, Role
from domain.ports import Tx
from tests.support.clock import FakeClock
from tests.support.running import Person
from tests.support.theatre import Evening, evening_at_the_theatre

Answer = tuple[int, dict[str, Any]]


async def _who(visit: Visit) -> dict[str, Any]:
    return {"person": visit.session.person_id, "bound": visit.session.subject}


def _ushers(tx: Tx, actor: Actor) -> str:
    actor.require(Role.USHER)
    return "gate 1"


@dataclass(frozen=True)
class Site:
    evening: Evening
    base: str

    async def signs_in(self, data: str, page: str = "one", language: str = "en") -> Answer:
        headers = {"Accept-Language": language}
        return await self._send("POST", f"{page}/session", json={"init_data": data}, headers=headers)

    async def asks(self, token: str, page: str = "one") -> Answer:
        return await self._send("GET", f"{page}/api/who", headers={"Authorization": f"Bearer {token}"})

    async def _send(self, method: str, path: str, **more: Any) -> Answer:
        async with aiohttp.ClientSession() as http, http.request(method, f"{self.base}/app/{path}", **more) as response:
            return response.status, await response.json()

    def says(self, person: Person, age: timedelta = timedelta()) -> str:
        """What Telegram would say of them now, or said a while ago."""
        world = self.evening.house.emulator.world
        bot = next(iter(world.bots.values()))
        return init_data(bot, world.people[person.id], "AAF1", (self.evening.clock.now() - age).timestamp())


@pytest.fixture
async def site(database_url: str, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Site]:
    (tmp_path / "files").mkdir()
    pages = MiniApps(tuple(Page(name, tmp_path / "files", _ushers, {"GET who": _who}) for name in ("one", "two")))
    async with evening_at_the_theatre(database_url, tmp_path, clock) as evening:
        pages.open(evening.house.foyer)
        app = web.Application()
        app.add_routes(pages.routes())
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield Site(evening, f"http://127.0.0.1:{runner.addresses[0][1]}")
        await runner.cleanup()


async def test_telegrams_word_is_exchanged_for_a_session_of_one_page(site: Site) -> None:
    uma = await site.evening.usher()
    status, signed_in = await site.signs_in(site.says(uma))
    assert (status, signed_in["locale"]) == (200, "en")
    asked = await site.asks(signed_in["token"])
    assert asked == (200, {"ok": True, "person": await site.evening.id_of(uma), "bound": "gate 1"})
    status, refused = await site.asks(signed_in["token"], "two")
    assert (status, refused["code"]) == (401, "signed_out")
    site.evening.clock.advance(LASTS)
    assert (await site.asks(signed_in["token"]))[0] == 401


async def test_what_telegram_did_not_say_now_is_refused(site: Site) -> None:
    uma = await site.evening.usher()
    good = site.says(uma)
    other = dict(parse_qsl(good)) | {"user": '{"id":2002,"first_name":"Eve"}'}
    without_hash = {name: value for name, value in parse_qsl(good) if name != "hash"}
    old, future = site.says(uma, timedelta(minutes=5, seconds=1)), site.says(uma, -timedelta(minutes=2))
    for said in ("", "user", "hash=é", urlencode(other), urlencode(without_hash), good[:-1], old, future):
        status, refused = await site.signs_in(said, language="zh-CN")
        assert (status, refused["code"]) == (401, "signed_out"), said
        assert refused["error"] == "页面打开太久了，请从聊天中重新打开。"
    assert (await site.signs_in(site.says(uma, timedelta(minutes=4))))[0] == 200


async def test_somebody_without_the_role_is_told_so_in_their_language(site: Site) -> None:
    anna = await site.evening.guest()
    status, refused = await site.signs_in(site.says(anna), language="zh-CN")
    assert (status, refused["code"]) == (403, "not_allowed")
    assert "staff with another role" in refused["error"]
    stranger = await site.evening.house.person(1999, "Stranger", "zh-hans")
    assert (await site.signs_in(site.says(stranger)))[0] == 403


@pytest.mark.parametrize("token", ["", "x", ".", "é.é", "W10.k", "..", "a.b.c"])
async def test_what_is_no_token_is_signed_out(site: Site, token: str) -> None:
    assert (await site.asks(token))[0] == 401


def test_a_session_is_sealed(clock: FakeClock, keyring: Keyring) -> None:
    session = Session(7, "one", "1:2", "en", clock.now() + LASTS)
    token = seal_session(keyring, session)
    assert open_session(keyring, token, "one", clock.now()) == session
    others = seal_session(Keyring({"k": b"another key of no use elsewhere"}), session)
    changed = seal_session(keyring, replace(session, person_id=8)).partition(".")[0] + "." + token.partition(".")[2]
    for wrong in (others, changed, token[:-1], token + "A"):
        with pytest.raises(SignedOut):
            open_session(keyring, wrong, "one", clock.now())
    rotated = Keyring({"n": b"a new key that signs from now on", "k": b"a secret of the tests, of no use elsewhere"})
    assert open_session(rotated, token, "one", clock.now()) == session
