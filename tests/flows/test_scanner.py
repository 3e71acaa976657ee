"""The scanner's calls, as its page makes them: the same verdicts as in the chat, each scan once."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from bot.emulator.web_apps import init_data
from bot.run import web_server
from domain.people.model import Grant, Role
from handlers.admission.scanner_views import digest
from tests.support.clock import FakeClock
from tests.support.running import Person
from tests.support.theatre import Evening, evening_at_the_theatre

_nonces = count(1)
Json = dict[str, Any]


@dataclass(frozen=True)
class Scanner:
    """The page on one usher's phone, without the page."""

    evening: Evening
    usher: Person
    base: str
    token: str = ""

    async def opened(self) -> Scanner:
        world = self.evening.house.emulator.world
        bot = next(iter(world.bots.values()))
        data = init_data(bot, world.people[self.usher.id], "AAF1", self.evening.clock.now().timestamp())
        status, answer = await self._send("POST", "session", {"init_data": data})
        assert status == 200, answer
        return replace(self, token=answer["token"])

    async def asks(self, call: str, body: Json | None = None) -> Json:
        status, answer = await self.tries(call, body)
        assert status == 200, answer
        return answer

    async def tries(self, call: str, body: Json | None = None) -> tuple[int, Json]:
        return await self._send("GET" if body is None else "POST", f"api/{call}", body)

    async def scans(self, link: str, nonce: str = "") -> Json:
        """The answer to a scan: a verdict, or a party."""
        return await self.asks(
            "scan", {"code": link.rpartition("=")[2], "nonce": nonce or f"nonce-{next(_nonces):06d}"}
        )

    async def _send(self, method: str, path: str, body: Json | None) -> tuple[int, Json]:
        headers = {"Authorization": f"Bearer {self.token}"}
        url = f"{self.base}/app/scanner/{path}"
        async with self.evening.house.http.request(method, url, json=body, headers=headers) as response:
            return response.status, await response.json()


@pytest.fixture
async def evening(database_url: str, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Evening]:
    async with evening_at_the_theatre(database_url, tmp_path, clock) as running:
        yield running


@pytest.fixture
async def scanner(evening: Evening) -> AsyncIterator[Scanner]:
    """Uma stands at Gate S with the page open."""
    uma = await evening.usher()
    await stand(uma)
    async with web_server(evening.house.foyer, 0, "127.0.0.1") as port:
        yield await Scanner(evening, uma, f"http://127.0.0.1:{port}").opened()


async def stand(usher: Person, gate: str = "Gate S") -> None:
    await usher.says("/door")
    if any("Another door" in label for label in await usher.buttons()):
        await usher.presses("Another door")
    await usher.presses("From the New World")
    await usher.presses(gate)


async def test_a_ticket_is_scanned_once_and_taken_back(evening: Evening, scanner: Scanner) -> None:
    anna = await evening.guest()
    await evening.buys(anna, evening.theatre.concert_id)
    link = await evening.link_of((await evening.tickets_of(anna))[0])
    verdict = (await scanner.scans(link, "the-same-nonce"))["verdict"]
    assert (verdict["kind"], verdict["head"], verdict["seat"]) == ("yes", "ADMITTED", "Stalls, row 3, seat 5")
    assert verdict["lines"] == ["Straight on.", "full price"]
    assert (verdict["admitted"], verdict["expected"]) == (1, 2)
    again = (await scanner.scans(link, "the-same-nonce"))["verdict"]
    assert again == verdict
    evening.clock.advance(timedelta(minutes=1))
    second = (await scanner.scans(link))["verdict"]
    assert (second["kind"], second["head"]) == ("no", "ALREADY IN")
    assert second["hint"] == "First let in at 20:00, Gate S."
    looked = await scanner.asks("undo", {"admission_id": verdict["admission_id"]})
    assert looked["standing"] == {"admitted": 0, "expected": 2, "faults": 0, "fault_lines": []}


async def test_what_is_no_good_is_said_plainly(evening: Evening, scanner: Scanner) -> None:
    anna = await evening.guest()
    await evening.buys(anna, evening.theatre.concert_id)
    await evening.buys(anna, evening.theatre.later_concert_id, "· B ·")
    today, *_, later = await evening.tickets_of(anna)
    link = await evening.link_of(today)
    forged = link[:-1] + ("A" if link[-1] != "A" else "B")
    assert (await scanner.scans(forged))["verdict"]["outcome"] == "forged"
    wrong = (await scanner.scans(await evening.link_of(later)))["verdict"]
    assert (wrong["kind"], wrong["outcome"]) == ("no", "wrong_performance")
    assert "tomorrow" in wrong["hint"]
    refused = (await scanner.scans(await evening.party_link_of(later)))["verdicts"]
    assert [one["outcome"] for one in refused] == ["wrong_performance"] * 2
    unknown = await scanner.asks("scan", {"short": "222222", "nonce": "nonce-short"})
    assert unknown["verdict"]["outcome"] == "unknown"


async def test_a_party_comes_in_two_halves(evening: Evening, scanner: Scanner) -> None:
    anna = await evening.guest()
    await evening.buys(anna, evening.theatre.concert_id)
    link = await evening.party_link_of((await evening.tickets_of(anna))[0])
    party = (await scanner.scans(link))["party"]
    first, second = party["members"]
    assert first["seat"] == "Stalls, row 3, seat 5"
    chosen = {"credential_id": party["credential_id"], "nonces": {str(first["ticket_id"]): "party-0001"}}
    for _ in range(2):
        answer = await scanner.asks("party", chosen)
        assert [one["head"] for one in answer["verdicts"]] == ["ADMITTED"]
    rest = (await scanner.scans(link))["party"]
    assert ([member["ticket_id"] for member in rest["members"]], rest["inside"]) == ([second["ticket_id"]], 1)
    looked = await scanner.asks("undo", {"credential_id": party["credential_id"]})
    assert looked["standing"]["admitted"] == 0


async def test_the_list_holds_hashes_and_no_names(evening: Evening, scanner: Scanner) -> None:
    anna = await evening.guest()
    await evening.buys(anna, evening.theatre.concert_id)
    ticket_id = (await evening.tickets_of(anna))[0]
    code = (await evening.link_of(ticket_id)).rpartition("=")[2]
    party = (await evening.party_link_of(ticket_id)).rpartition("=")[2]
    answer = await scanner.asks("list")
    listed = answer["list"]
    index, revoked = listed["codes"][digest(code)]
    assert (revoked, listed["tickets"][index][:5]) == (
        0,
        [ticket_id, "Stalls, row 3, seat 5", listed["gate_id"], "", 0],
    )
    assert listed["parties"][digest(party)] == [0, 1]
    assert all(re.fullmatch("[0-9a-f]{32}", key) for key in (*listed["codes"], *listed["parties"], *listed["short"]))
    assert "Anna" not in str(answer)
    assert code not in str(answer)
    assert answer["words"]["heads"]["admitted"] == "ADMITTED"


async def test_a_double_is_shown_to_the_manager_and_at_the_door(evening: Evening, scanner: Scanner) -> None:
    anna, boss = await evening.guest(), await evening.guest(3001, "Vera")
    boss_id = await evening.id_of(boss)
    await evening.house.foyer.uow.write(lambda tx: tx.people.grant(boss_id, Grant(Role.MANAGER), None, tx.now))
    await evening.buys(anna, evening.theatre.concert_id)
    link = await evening.link_of((await evening.tickets_of(anna))[0])
    listed = (await scanner.asks("list"))["list"]
    scan = {"performance_id": listed["performance_id"], "gate_id": listed["gate_id"], "code": link.rpartition("=")[2]}
    at = int(evening.clock.now().timestamp() * 1000)
    evening.clock.advance(timedelta(minutes=5))
    await scanner.scans(link)
    upload = {"scans": [scan | {"nonce": "offline-1", "at": at, "said": "admitted"}]}
    for new in (1, 0):
        assert (await scanner.asks("upload", upload))["new"] == new
    await evening.house.settle()
    card = await boss.sees()
    assert card.startswith("⚠️ 1 admission to look at")
    assert "Stalls, row 3, seat 5: let in twice · 20:05, Gate S" in card
    await scanner.usher.says("/door")
    assert "1 admission to look at" in await scanner.usher.sees()
    standing = (await scanner.asks("look"))["standing"]
    assert standing["fault_lines"] == ["Stalls, row 3, seat 5: let in twice · 20:05, Gate S"]


async def test_the_page_is_for_where_the_usher_stands(evening: Evening, scanner: Scanner) -> None:
    assert (await scanner.tries("look"))[0] == 200
    await stand(scanner.usher, "Gate C")
    status, refused = await scanner.tries("look")
    assert (status, refused["reason"]) == (409, "other_door")
    assert "another door" in refused["error"]
    here = await scanner.opened()
    uma_id = await evening.id_of(scanner.usher)
    gone = Grant(Role.USHER, evening.theatre.venue_id)
    await evening.house.foyer.uow.write(lambda tx: tx.people.revoke(uma_id, gone, tx.now))
    for call, body in (("look", None), ("list", None), ("upload", {"scans": []}), ("undo", {"admission_id": 1})):
        assert (await here.tries(call, body))[0] == 403, call


@pytest.mark.parametrize(
    ("call", "body"),
    [
        ("scan", {}),
        ("scan", {"nonce": "x"}),
        ("scan", {"nonce": "nonce-0001", "short": "ABC"}),
        ("party", {"credential_id": 1}),
        ("party", {"credential_id": "é", "nonces": {"1": "nonce-0001"}}),
        ("undo", {"admission_id": 10**30}),
        ("undo", {"admission_id": "1e5"}),
        ("upload", {"scans": {}}),
        ("upload", {"scans": ["x"]}),
        ("upload", {"scans": [{"nonce": "nonce-0001", "performance_id": 1, "at": 1, "said": "left"}]}),
        ("upload", {"scans": [{"nonce": "nonce-0001", "performance_id": 1, "at": 2**52, "said": "admitted"}]}),
    ],
)
async def test_what_no_page_of_ours_sends_is_refused(scanner: Scanner, call: str, body: Json) -> None:
    status, refused = await scanner.tries(call, body)
    assert (status, refused["reason"]) == (400, "form")


async def test_the_button_opens_the_page_where_telephones_reach_it(evening: Evening, scanner: Scanner) -> None:
    assert not any("Scanner" in label for label in await scanner.usher.buttons())


async def test_the_files_come_with_strict_headers(evening: Evening, scanner: Scanner) -> None:
    http = evening.house.http
    async with http.get(f"{scanner.base}/app/scanner/") as page:
        policy = page.headers["Content-Security-Policy"]
        assert page.status == 200
    assert "default-src 'none'" in policy
    assert "script-src 'self' https://telegram.org;" in policy
    assert "frame-ancestors https://web.telegram.org" in policy
    async with http.get(f"{scanner.base}/app/telegram-web-app.js", allow_redirects=False) as script:
        assert (script.status, script.headers["Location"]) == (302, "https://telegram.org/js/telegram-web-app.js")
    for path in ("scanner/..%2fpages.py", "scanner/pages.py", "scanner/api/nothing"):
        async with http.get(f"{scanner.base}/app/{path}") as nothing:
            assert nothing.status == 404
