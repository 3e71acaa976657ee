"""The scanner's page in a real browser against a real house: verdicts, no network, and people who do not see it."""

from __future__ import annotations

import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
import pytest_asyncio
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from bot.emulator.web_apps import init_data
from bot.run import web_server
from domain.admission.finding import ReissueTicket
from domain.admission.scanning import LeaveDoorPost, Scan, TakeDoorPost
from domain.codes import CodeKind, Opened
from domain.ports import Tx
from tests.support.clock import FakeClock
from tests.support.databases import SqliteTemplate
from tests.support.running import Person
from tests.support.theatre import Evening, evening_at_the_theatre

from .conftest import LONGEST_WAIT

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE = {"width": 390, "height": 844}


@dataclass
class Scanner:
    """The page, opened by Uma as Telegram opens it, at Gate S of the evening's concert."""

    evening: Evening
    base: str
    page: Page
    usher: Person

    async def open(self) -> None:
        world = self.evening.house.emulator.world
        bot = next(iter(world.bots.values()))
        data = init_data(bot, world.people[self.usher.id], "AAF1", self.evening.clock.now().timestamp())
        fragment = {"tgWebAppData": data, "tgWebAppVersion": "9.0", "tgWebAppPlatform": "android"}
        packed = "&".join(f"{name}={_encoded(value)}" for name, value in fragment.items())
        await self.page.goto("about:blank")  # else only the fragment would change
        await self.page.goto(f"{self.base}/app/scanner/#{packed}")
        await self.main.wait_for()

    @property
    def main(self) -> Locator:
        return self.page.locator("main:not([aria-busy])")

    @property
    def alert(self) -> Locator:
        return self.page.locator(".answer")

    @property
    def state(self) -> Locator:
        return self.page.locator("#state")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    async def reads(self, text: str) -> None:
        """Telegram's window reads a code. The page stands alone here, so it is its own messenger."""
        event = json.dumps({"eventType": "qr_text_received", "eventData": {"data": text}})
        await self.page.evaluate("event => window.postMessage(event, location.origin)", event)

    async def scans(self, link: str) -> None:
        await self.page.locator(".scan").click()
        await self.reads(link)
        await self.page.locator(".verdict, .party").wait_for()

    async def violations(self) -> list[str]:
        await self.page.evaluate(AXE_FILE_PATH.read_text())
        found = await self.page.evaluate("tags => axe.run({runOnly: tags})", TAGS)
        return [f"{one['id']}: {node['html']}" for one in found["violations"] for node in one["nodes"]]


def _encoded(text: str) -> str:
    return quote(text, safe="")


@pytest_asyncio.fixture(loop_scope="module")
async def evening(sqlite_template: SqliteTemplate, tmp_path: Path) -> AsyncIterator[Evening]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    clock = FakeClock(datetime.now(UTC))
    extra = {"public_url": f"http://127.0.0.1:{port}"}
    async with (
        evening_at_the_theatre(sqlite_template.fresh(tmp_path), tmp_path, clock, extra) as running,
        web_server(running.house.foyer, port, "127.0.0.1"),
    ):
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def context(chromium: Browser, request: pytest.FixtureRequest) -> AsyncIterator[BrowserContext]:
    """Parametrize it indirectly for another language."""
    context = await chromium.new_context(viewport=PHONE, locale=getattr(request, "param", "en-GB"), has_touch=True)
    context.set_default_timeout(LONGEST_WAIT)
    yield context
    await context.close()


@pytest_asyncio.fixture(loop_scope="module")
async def scanner(context: BrowserContext, evening: Evening) -> AsyncIterator[Scanner]:
    """After the test: the page raised no error and blocked nothing."""
    uma = await evening.usher()
    await stand(evening, uma)
    page = await context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if "Content Security" in message.text else None)
    scanner = Scanner(evening, evening.house.foyer.settings.app_url, page, uma)
    await scanner.open()
    yield scanner
    assert faults == []


async def stand(evening: Evening, usher: Person) -> None:
    usher_id, theatre = await evening.id_of(usher), evening.theatre
    await evening.house.foyer.uow.write(TakeDoorPost(usher_id, theatre.concert_id, theatre.stalls_gate_id))


async def bought(evening: Evening, guests: int = 1) -> list[str]:
    """Links of the tickets of that many guests, two each, by place."""
    links = []
    for number in range(guests):
        anna = await evening.guest(1001 + number, f"Guest {number}")
        await evening.buys(anna, evening.theatre.concert_id)
        links += [await evening.link_of(ticket) for ticket in await evening.tickets_of(anna)]
    return links


async def inside(evening: Evening) -> int:
    return await evening.house.foyer.uow.read(lambda tx: tx.admission.count_inside(evening.theatre.concert_id))


async def test_scan_verdict_next(scanner: Scanner) -> None:
    first, second = await bought(scanner.evening)
    await expect(scanner.page.get_by_role("heading", name="Gate S")).to_be_visible()
    await expect(scanner.state).to_have_text("Online")
    await expect(scanner.button("Scan a ticket")).to_be_focused()
    await scanner.scans(first)
    await expect(scanner.page.locator(".verdict.yes")).to_be_visible()
    await expect(scanner.page.get_by_role("alert")).to_contain_text("ADMITTED")
    await expect(scanner.alert.locator("p")).to_have_text(
        ["ADMITTED", "Stalls, row 3, seat 5", "Straight on.", "full price"]
    )
    await expect(scanner.button("Next ticket")).to_be_focused()
    await expect(scanner.page.locator("#count")).to_have_text("In: 1 / 2")
    await scanner.page.locator(".answer").click()  # anywhere: the next one is scanned at once
    await scanner.reads(second)
    await expect(scanner.page.locator("#count")).to_have_text("In: 2 / 2")
    await scanner.page.keyboard.press("Enter")
    await scanner.reads(first)
    await expect(scanner.page.locator(".verdict.no")).to_contain_text("ALREADY IN")
    await scanner.page.keyboard.press("Enter")
    await scanner.reads("https://example.org/menu")
    await expect(scanner.page.locator(".verdict.look")).to_contain_text("NO TICKET")


async def test_a_short_code_is_typed_and_taken_back(scanner: Scanner) -> None:
    await bought(scanner.evening)
    guest = scanner.evening.house.people[1001]
    tickets = await scanner.evening.tickets_of(guest)
    ticket = await scanner.evening.house.foyer.uow.read(lambda tx: tx.ticketing.ticket(tickets[0]))
    assert ticket is not None
    field = scanner.page.get_by_label("Type the short code")
    await field.fill("abc")
    await field.press("Enter")
    await expect(scanner.page.locator(".said")).to_contain_text("6 letters and figures")
    await field.fill(f"{ticket.short_code[:3].lower()} {ticket.short_code[3:]}")
    await field.press("Enter")
    await expect(scanner.alert).to_contain_text("ADMITTED")
    await scanner.button("Undo").click()
    await expect(scanner.page.locator(".said")).to_contain_text("Taken back")
    assert await inside(scanner.evening) == 0


async def test_a_party_all_or_some(scanner: Scanner) -> None:
    await bought(scanner.evening)
    guest = scanner.evening.house.people[1001]
    link = await scanner.evening.party_link_of((await scanner.evening.tickets_of(guest))[0])
    await scanner.scans(link)
    assert await scanner.violations() == []
    await scanner.page.get_by_role("button", name="Stalls, row 3, seat 5").click()
    await scanner.button("Admit 1").click()
    await expect(scanner.alert).to_contain_text("Admitted: 1")
    scanner.evening.clock.advance(timedelta(minutes=1))
    await scanner.page.keyboard.press("Enter")
    await scanner.reads(link)
    await scanner.button("Admit 1").click()
    await expect(scanner.page.locator("#count")).to_have_text("In: 2 / 2")
    await scanner.button("Undo").click()
    await expect(scanner.page.locator("#count")).to_have_text("In: 1 / 2")


async def test_without_a_network_the_list_judges_and_scans_are_sent_later(scanner: Scanner) -> None:
    first, second, third, late = await bought(scanner.evening, 2)
    await scanner.open()  # a list with these tickets
    await scanner.page.context.set_offline(True)
    await scanner.scans(first)
    await expect(scanner.page.locator(".verdict.yes")).to_contain_text("ADMITTED")
    await expect(scanner.alert).to_contain_text("Stalls, row 3, seat 5")
    await expect(scanner.alert).to_contain_text("Judged by the list of")
    await expect(scanner.state).to_contain_text(re.compile(r"Offline, list of \d\d:\d\d, 0 min old · Not sent yet: 1"))
    await scanner.page.keyboard.press("Enter")
    await scanner.reads(first)
    await expect(scanner.page.locator(".verdict.no")).to_contain_text("ALREADY IN")
    await scanner.page.keyboard.press("Enter")
    await scanner.reads(second)
    await expect(scanner.page.locator(".verdict.yes")).to_be_visible()
    await scanner.button("Undo").click()
    await scanner.scans(third[:-1] + ("A" if third[-1] != "A" else "B"))
    await expect(scanner.page.locator(".verdict.look")).to_contain_text("Not on the list")
    assert await inside(scanner.evening) == 0
    # Another gate, which has a network, lets the first ticket in meanwhile: by its own time it is the second.
    scanner.evening.clock.advance(timedelta(minutes=3))
    await _other_gate(scanner.evening, first)
    await scanner.page.context.set_offline(False)
    await expect(scanner.state).to_have_text("Online")
    assert await inside(scanner.evening) == 1
    faults = await scanner.evening.house.foyer.uow.read(
        lambda tx: tx.admission.faults(scanner.evening.theatre.concert_id)
    )
    assert [fault.kind.value for fault in faults] == ["already_in"]
    await scanner.page.keyboard.press("Enter")
    await scanner.reads(late)
    await expect(scanner.page.locator(".verdict.yes")).to_be_visible()
    lines = await scanner.evening.house.foyer.database.read(
        lambda connection: connection.exec_driver_sql(
            "SELECT outcome, undone_at IS NOT NULL FROM admission WHERE channel = 'offline' ORDER BY id"
        ).all()
    )
    assert sorted(map(tuple, lines)) == [("admitted", 0), ("admitted", 1), ("already_in", 0), ("unknown", 0)]


async def _other_gate(evening: Evening, link: str) -> None:
    other = await evening.usher(2002, "Otto")
    await stand(evening, other)
    opened = evening.house.foyer.keyring.open(link.rpartition("=")[2])
    found = await evening.house.foyer.uow.write(Scan(await evening.id_of(other), opened))
    assert found["outcome"] == "admitted"


async def test_scans_outlive_the_page(scanner: Scanner) -> None:
    first, _ = await bought(scanner.evening)
    await scanner.open()
    await scanner.page.context.set_offline(True)
    await scanner.scans(first)
    await expect(scanner.page.locator(".verdict.yes")).to_be_visible()
    await scanner.page.close()
    scanner.page = await _new_page(scanner)
    await expect(scanner.state).to_have_text("Online")
    assert await inside(scanner.evening) == 1


async def test_scans_are_sent_by_somebody_who_has_left_the_door(scanner: Scanner) -> None:
    first, _ = await bought(scanner.evening)
    await scanner.open()
    await scanner.page.context.set_offline(True)
    await scanner.scans(first)
    await expect(scanner.page.locator(".verdict.yes")).to_be_visible()
    await scanner.evening.house.foyer.uow.write(LeaveDoorPost(await scanner.evening.id_of(scanner.usher)))
    await scanner.page.close()
    scanner.page = await _new_page(scanner)
    await expect(scanner.page.get_by_role("alert")).to_contain_text("First say where you stand")
    assert await inside(scanner.evening) == 1


async def _new_page(scanner: Scanner) -> Page:
    context = scanner.page.context
    await context.set_offline(False)
    scanner.page = await context.new_page()
    await scanner.open()
    return scanner.page


async def test_a_party_without_a_network(scanner: Scanner) -> None:
    await bought(scanner.evening)
    guest = scanner.evening.house.people[1001]
    link = await scanner.evening.party_link_of((await scanner.evening.tickets_of(guest))[0])
    await scanner.open()
    await scanner.page.context.set_offline(True)
    await scanner.scans(link)
    await scanner.button("Admit all 2").click()
    await expect(scanner.alert).to_contain_text("Admitted: 2")
    await scanner.page.context.set_offline(False)
    await expect(scanner.state).to_have_text("Online")
    assert await inside(scanner.evening) == 2


async def test_an_old_list_is_not_sure(scanner: Scanner) -> None:
    first, _ = await bought(scanner.evening)
    await scanner.page.clock.install()
    await scanner.open()
    await scanner.page.context.set_offline(True)
    await scanner.page.clock.fast_forward(31 * 60_000)
    await scanner.scans(first)
    await expect(scanner.page.locator(".verdict.look")).to_contain_text("ADMITTED")
    await expect(scanner.alert).to_contain_text("UNCERTAIN")
    await expect(scanner.state).to_contain_text("This list is too old")


async def test_the_list_judges_as_the_house_does(scanner: Scanner) -> None:
    """Every kind of code at once: what the page says by its list is what the use case says."""
    evening = scanner.evening
    links = await bought(evening, 3)
    foyer, usher_id = evening.house.foyer, await evening.id_of(scanner.usher)
    codes = [foyer.keyring.open(link.rpartition("=")[2]) for link in links]
    await evening.buys(evening.house.people[1001], evening.theatre.concert_id, "· C ·")  # by the other gate
    circle = await evening.link_of((await evening.tickets_of(evening.house.people[1001]))[-1])
    codes.append(foyer.keyring.open(circle.rpartition("=")[2]))
    await foyer.uow.write(Scan(usher_id, codes[0]))
    await foyer.uow.write(lambda tx: _reissue(tx, usher_id, codes[1]))
    await scanner.open()
    sealed = [foyer.keyring.seal(CodeKind.TICKET, code.id) for code in codes if code]
    judged = await scanner.page.evaluate(_JUDGE, sealed)
    said = [(await foyer.uow.write(Scan(usher_id, code)))["outcome"] for code in codes]
    assert judged == said
    assert set(said) == {"already_in", "revoked", "admitted", "wrong_gate"}


_JUDGE = """async codes => {
  const { find, judge } = await import("./judge.js");
  const opening = indexedDB.open((await indexedDB.databases())[0].name);
  const db = await new Promise(done => { opening.onsuccess = () => done(opening.result); });
  const asked = db.transaction("kept").objectStore("kept").get("list");
  const { list, offset } = await new Promise(done => { asked.onsuccess = () => done(asked.result); });
  return Promise.all(codes.map(async code => judge(list, await find(list, { code }), new Map(), Date.now() + offset)));
}"""


def _reissue(tx: Tx, by: int, code: Opened | None) -> int:
    credential = tx.ticketing.credential(code.id) if code else None
    assert credential is not None
    assert credential.ticket_id is not None
    return ReissueTicket(by, credential.ticket_id)(tx)


@pytest.mark.parametrize("language", ["English", "中文"])
async def test_every_screen_is_fit_for_a_screen_reader_and_the_keyboard(scanner: Scanner, language: str) -> None:
    first, second = await bought(scanner.evening)
    if language == "中文":
        await scanner.usher.says("/language")
        await scanner.usher.presses("简体中文")
    await scanner.open()
    assert await scanner.violations() == []
    await expect(scanner.page.locator("html")).to_have_attribute("lang", "en" if language == "English" else "zh-Hans")
    for link in (first, first, second[:-1] + ("A" if second[-1] != "A" else "B")):
        await scanner.scans(link)
        assert await scanner.violations() == []
        await scanner.page.keyboard.press("Tab")
        await scanner.page.evaluate("window.Telegram.WebApp.closeScanQrPopup()")
        await scanner.page.evaluate("""window.postMessage('{"eventType":"back_button_pressed"}', location.origin)""")
        await scanner.page.locator(".ready").wait_for()
    await scanner.page.context.set_offline(True)
    await scanner.scans(second)
    await expect(scanner.page.locator(".verdict.yes")).to_be_visible()
    assert await scanner.violations() == []


async def test_who_stands_elsewhere_is_told_so(scanner: Scanner) -> None:
    first, _ = await bought(scanner.evening)
    usher_id, theatre = await scanner.evening.id_of(scanner.usher), scanner.evening.theatre
    await scanner.evening.house.foyer.uow.write(TakeDoorPost(usher_id, theatre.concert_id, theatre.circle_gate_id))
    await scanner.scans(first)
    await expect(scanner.alert).to_contain_text("You stand at another door by now.")


async def test_what_telegram_did_not_say_opens_nothing(scanner: Scanner) -> None:
    page = await scanner.page.context.browser.new_page(locale="zh-CN")  # type: ignore[union-attr]
    await page.goto(f"{scanner.base}/app/scanner/")
    await expect(page.get_by_role("alert")).to_have_text("页面打开太久了，请从聊天中重新打开。")
    await page.context.close()


async def test_on_the_three_phones(scanner: Scanner, evening: Evening, context: BrowserContext) -> None:
    """From the chat's button to the verdict: the usher's phone reads the code that the guest's phone shows."""
    await bought(evening)
    await scanner.usher.says("/door")
    page = await context.new_page()
    await page.set_viewport_size({"width": 1440, "height": 900})
    await page.goto(f"{evening.house.base}/?phones=1001,{scanner.usher.id},1001")
    staff = page.locator(".phone").nth(1)
    await staff.get_by_role("button", name="📷 Scanner").last.click()
    app = staff.frame_locator("iframe")
    await app.get_by_role("button", name="Scan a ticket").click()
    picture = staff.get_by_role("group", name="Pictures on the other phones").get_by_role("button").first
    await picture.click()
    await expect(app.locator(".verdict.yes")).to_contain_text("ADMITTED")
    await expect(staff).to_have_attribute("data-felt", "success")
    await staff.get_by_role("button", name="Back", exact=True).click()
    await expect(app.get_by_role("button", name="Scan a ticket")).to_be_visible()
    await asyncio.wait_for(page.close(), 5)
