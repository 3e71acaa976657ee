"""The window's page in a real browser: by mouse, by keyboard, by finger, and when answers get lost."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
import pytest_asyncio
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.async_api import Browser, BrowserContext, Locator, Page, Route, expect

from bot.run import web_server
from domain.payments.drawer import CloseDrawer, OpenDrawer
from domain.people.model import Grant, Role
from domain.ports import Tx
from domain.ticketing.holding import HoldPlaces
from domain.ticketing.member_ports import MemberTier
from domain.ticketing.model import Wish
from domain.ticketing.window_model import WindowRules
from tests.support.clock import FakeClock
from tests.support.databases import SqliteTemplate
from tests.support.mini_apps import says
from tests.support.running import Person
from tests.support.theatre import Evening, evening_at_the_theatre

from .conftest import LONGEST_WAIT

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
SMALL = """
nodes => nodes.filter(node => node.offsetParent && Math.min(node.offsetWidth, node.offsetHeight) < 44)
  .map(node => node.outerHTML)
"""
# The messenger's part: the page stands alone here, and nobody would hear of the link.
OPENS_LINKS = "() => { Telegram.WebApp.openLink = url => { window.open(url, '_blank', 'noopener'); }; }"


@dataclass
class Window:
    """The page, opened by Cleo as Telegram opens it. She has an open drawer."""

    evening: Evening
    base: str
    page: Page
    clerk: Person

    async def open(self) -> None:
        fragment = {
            "tgWebAppData": says(self.evening, self.clerk),
            "tgWebAppVersion": "9.0",
            "tgWebAppPlatform": "tdesktop",
        }
        packed = "&".join(f"{name}={quote(value, safe='')}" for name, value in fragment.items())
        await self.page.goto("about:blank")  # else only the fragment would change
        await self.page.goto(f"{self.base}/app/window/#{packed}")
        await self.ready()

    async def ready(self) -> None:
        await self.page.locator("main:not([aria-busy]) h2").first.wait_for()

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    @property
    def said(self) -> Locator:
        return self.page.get_by_role("status")

    def seat(self, name: str) -> Locator:
        return self.page.get_by_role("checkbox", name=name)

    async def sell(self, title: str = "From the New World") -> None:
        await self.page.get_by_role("button", name=f"Sell: {title}").first.click()
        await self.page.locator(".sale").wait_for()

    async def hold_two(self) -> None:
        await self.sell()
        await self.button("Best 2 together · A · 2 × CN¥680").click()
        await expect(self.page.get_by_role("heading", name="At the window")).to_be_visible()

    async def violations(self) -> list[str]:
        await self.page.evaluate(AXE_FILE_PATH.read_text())
        found = await self.page.evaluate("tags => axe.run({runOnly: tags})", TAGS)
        return [f"{one['id']}: {node['html']}" for one in found["violations"] for node in one["nodes"]]

    async def fit(self) -> None:
        """For a screen reader, and for a finger."""
        assert await self.violations() == []
        assert await self.page.locator("button, input, select").evaluate_all(SMALL) == []
        assert await self.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


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
        rules = WindowRules(reserve=True, reserve_hours=24, reserve_minutes_before=15)
        await running.house.foyer.uow.write(lambda tx: tx.window.put_rules(rules))
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def context(chromium: Browser, request: pytest.FixtureRequest) -> AsyncIterator[BrowserContext]:
    """Parametrize it indirectly for another size."""
    size = getattr(request, "param", DESK)
    context = await chromium.new_context(
        viewport=size, locale="en-GB", has_touch=size == PHONE, reduced_motion="reduce"
    )
    context.set_default_timeout(LONGEST_WAIT)
    yield context
    await context.close()


@pytest_asyncio.fixture(loop_scope="module")
async def window(context: BrowserContext, evening: Evening) -> AsyncIterator[Window]:
    """After the test: the page raised no error, blocked nothing and asked nobody but the house and its messenger."""
    cleo = await evening.guest(3001, "Cleo")
    cleo_id = await evening.id_of(cleo)

    def join(tx: Tx) -> None:
        tx.people.grant(cleo_id, Grant(Role.BOX_OFFICE, evening.theatre.venue_id), None, tx.now)
        OpenDrawer(cleo_id, evening.theatre.venue_id, 30_000)(tx)
        for name in ("Friends", "Patrons"):
            tier_id = tx.ticketing.add_tier(MemberTier(0, evening.theatre.venue_id, name, 50, {}, 2), cleo_id, tx.now)
            tx.ticketing.add_membership(tier_id, "M-1", tx.now + timedelta(days=9), cleo_id, tx.now)

    await evening.house.foyer.uow.write(join)
    page = await context.new_page()
    faults: list[str] = []
    asked: set[str] = set()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if "Content Security" in message.text else None)
    context.on("request", lambda request: asked.add("/".join(request.url.split("/")[:3])))
    base = evening.house.foyer.settings.app_url
    window = Window(evening, base, page, cleo)
    await window.open()
    yield window
    assert faults == []
    assert {origin for origin in asked if origin.startswith("http")} <= {base, evening.house.base}


async def money(evening: Evening) -> list[tuple[str, int]]:
    """Method and sum of each charge."""
    statement = "SELECT method, amount_minor FROM journal_entry WHERE kind = 'charge' ORDER BY id"
    found = await evening.house.foyer.database.read(lambda connection: connection.exec_driver_sql(statement).all())
    return [(method, amount) for method, amount in found]


async def test_seats_by_mouse_cash_and_paper(window: Window) -> None:
    page = window.page
    await window.sell()
    await page.locator(".frame .seat.free").nth(20).click()
    await expect(page.locator(".frame .seat.mine")).to_have_count(1)
    await page.locator(".frame .seat.free").nth(20).click()
    await expect(page.locator(".chosen li")).to_have_count(1)
    await expect(window.said).to_contain_text("Stalls, row")
    await page.locator(".chosen .first").click()
    await expect(page.get_by_role("heading", name="At the window")).to_be_focused()
    await page.get_by_label("What does the customer give?").last.fill("5000")
    await window.button("Take the cash").click()
    await expect(window.said).to_contain_text("Change: CN¥")
    await expect(page.get_by_text("Receipt no. 1")).to_be_visible()
    async with page.context.expect_page() as opened:
        await page.evaluate(OPENS_LINKS)
        await window.button("Print the tickets: A6").click()
    await (await opened.value).close()
    address = await page.get_by_role("link", name="The tickets are ready").get_attribute("href")
    async with window.evening.house.http.get(address or "") as response:
        assert response.headers["Content-Type"] == "application/pdf"
        assert "no-store" in response.headers["Cache-Control"]
    await window.button("Take the papers back").click()
    await window.button("Yes, take them back").click()
    await expect(window.said).to_have_text("Taken back.")


async def test_no_press_is_lost_while_an_answer_is_awaited(window: Window) -> None:
    await window.sell()
    await window.button("One more: full price").dblclick()
    await expect(window.button("Best 4 together · A · 4 × CN¥680")).to_be_visible()


async def test_the_whole_sale_by_keyboard_alone(window: Window) -> None:
    page, press = window.page, window.page.keyboard.press
    await page.get_by_role("button", name="Sell: From the New World").first.focus()
    await press("Enter")
    await expect(page.locator("#title")).to_be_focused()
    current = page.locator(".seat:focus")
    for _ in range(40):
        if await current.count():
            break
        await press("Tab")
    first = await current.get_attribute("aria-label") or ""
    await press("Space")
    await expect(current).to_have_attribute("aria-checked", "true")
    await press("ArrowRight")
    assert await current.get_attribute("aria-label") != first
    await press("ArrowDown")
    await press("ArrowUp")
    await press("Enter")
    await expect(page.locator(".chosen li").first).to_be_visible()
    assert await page.locator(".seat[tabindex='0']").count() == 1
    take = page.locator(".chosen .first")
    await expect(take).to_contain_text("Take these 2")
    for _ in range(5):
        if await take.evaluate("node => node === document.activeElement"):
            break
        await press("Tab")
    await expect(take).to_be_focused()
    await press("Enter")
    await expect(page.get_by_role("heading", name="At the window")).to_be_focused()
    await page.get_by_label("Number on the terminal’s slip").focus()
    await page.keyboard.type("4711")
    await press("Enter")
    await expect(page.get_by_role("heading", name="Sold")).to_be_focused()
    assert [method for method, _ in await money(window.evening)] == ["terminal"]


async def test_a_lost_answer_a_double_press_and_a_reload_sell_once(window: Window) -> None:
    """The house takes the money, its answer never arrives: asked again with the same nonce, also after a reload."""
    page, sent = window.page, []
    await window.hold_two()

    async def lose(route: Route) -> None:
        sent.append(route.request.post_data_json["nonce"])
        await route.fetch()
        await route.abort()

    await page.route("**/api/cash", lose)
    await window.button("Exactly CN¥1,360").dblclick()
    again = window.button("Ask again")
    await expect(again).to_be_visible()
    assert len(sent) == 3
    await page.unroute("**/api/cash")
    await page.reload()
    await expect(page.get_by_role("heading", name="Sold")).to_be_visible()
    assert len(set(sent)) == 1
    assert await money(window.evening) == [("cash", 136_000)]
    await page.reload()
    await expect(page.get_by_role("heading", name="Sold")).to_be_visible()
    assert await money(window.evening) == [("cash", 136_000)]


async def test_a_drawer_from_the_float_to_the_second_signature(window: Window) -> None:
    evening, page = window.evening, window.page
    await window.button("Drawer").click()
    await expect(page.get_by_role("heading", name="Drawer")).to_be_focused()
    await page.get_by_label("Sum").fill("20")
    await page.get_by_label("What for?").fill("change for the bar")
    await window.button("Pay out").click()
    await expect(page.get_by_text("Should lie in it: CN¥280")).to_be_visible()
    await window.button("Count and close").click()
    await expect(page.get_by_text("280")).to_have_count(0)  # a count that knows its result is none
    await page.get_by_label("Counted").fill("280")
    await window.button("Close the drawer").click()
    await expect(page.get_by_text("That is what should be there.")).to_be_visible()
    await page.locator("section").get_by_role("button", name="Window").click()
    await window.hold_two()
    await page.get_by_label("How much lies in it now?").fill("100")
    await window.button("Open a drawer").click()
    await window.button("Exactly CN¥1,360").click()
    await expect(page.get_by_role("heading", name="Sold")).to_be_visible()
    await expect(page.locator("#drawer")).to_have_text("In your drawer: CN¥1,460")
    dora_id = await evening.id_of(await evening.guest(3002, "Dora"))

    def hand_over(tx: Tx) -> None:
        tx.people.grant(dora_id, Grant(Role.BOX_OFFICE, evening.theatre.venue_id), None, tx.now)
        OpenDrawer(dora_id, evening.theatre.venue_id, 5_000)(tx)
        CloseDrawer(dora_id, 5_100)(tx)

    await evening.house.foyer.uow.write(hand_over)
    await window.button("Drawer").click()
    await expect(page.get_by_text("CN¥1 too much")).to_be_visible()
    await page.get_by_role("button", name="I have counted, and sign").click()
    await expect(window.said).to_have_text("Signed. The drawer is yours now.")
    await expect(page.get_by_role("heading", name="For the second signature")).to_have_count(0)


async def test_a_block_is_made_on_the_map_sold_from_and_released(window: Window) -> None:
    page = window.page
    await page.get_by_role("button", name="Blocks: From the New World").first.click()
    await expect(page.get_by_role("heading", name="Blocks: From the New World")).to_be_focused()
    await window.button("Set aside").click()
    await expect(page.get_by_role("alert")).to_have_text("Say which places, or choose them on the map.")
    await page.get_by_label("What for?").select_option(label="Promoter")
    await page.get_by_label("Note, if wanted").fill("the orchestra’s guests")
    first = page.locator(".frame .seat.free").first
    await first.focus()
    for key in ("Space", "ArrowRight", "Space", "ArrowRight", "Space"):
        await page.keyboard.press(key)
    await window.button("Set the chosen aside: 3").click()
    await expect(window.said).to_have_text("Set aside.")
    block = page.get_by_role("listitem").filter(has_text="the orchestra’s guests")
    await expect(block).to_contain_text("Stalls, row 1, seats 1–3")
    await expect(page.locator(".frame .seat.taken")).to_have_count(3)
    await window.button("Sell from it: 2").click()
    await page.get_by_label("Complimentary").fill("their guests")
    await window.button("Give them away").click()
    await expect(page.get_by_role("heading", name="Sold")).to_be_visible()
    await page.locator("section").get_by_role("button", name="Window").click()
    await page.get_by_role("button", name="Blocks: From the New World").first.click()
    await window.button("Release what is left").click()
    await window.button("Yes, release them").click()
    await expect(page.get_by_text("Nothing is set aside.")).to_be_visible()
    await expect(page.locator(".frame .seat.taken")).to_have_count(2)


async def test_somebody_was_faster(window: Window) -> None:
    evening, page = window.evening, window.page
    await window.sell()
    first = page.locator(".frame .seat.free").first
    name = await first.get_attribute("aria-label") or ""
    place = int(await first.get_attribute("data-place") or 0)
    async with page.expect_response("**/api/look") as looked:
        await first.click()
    before = await (await looked.value).json()
    await page.route("**/api/look", lambda route: route.fulfill(json=before))  # else it may see it before we press
    anna_id = await evening.id_of(await evening.guest())
    wish = (Wish(place, evening.theatre.full_id),)
    await evening.house.foyer.uow.write(HoldPlaces(anna_id, evening.theatre.concert_id, wish))
    await page.locator(".chosen .first").click()
    await expect(page.get_by_role("alert")).to_have_text("Somebody was faster. Please choose again.")
    await page.unroute("**/api/look")
    await window.button("One more: full price").click()
    await expect(window.said).to_contain_text("Just taken by somebody else: Stalls, row 1, seat 1")
    await expect(window.seat(name)).to_have_count(0)
    await expect(page.locator(".chosen")).to_contain_text("No seat is chosen yet.")


async def test_a_reservation_and_a_tab_of_its_own(window: Window) -> None:
    evening, page = window.evening, window.page
    anna = await evening.guest()
    await evening.at(anna, evening.theatre.concert_id)
    await anna.presses("· A ·")
    await anna.presses("Pay at the window")
    await page.evaluate(OPENS_LINKS)
    async with page.context.expect_page() as opened:
        await window.button("Open in a browser tab").click()
    tab = await opened.value
    await expect(tab.get_by_role("heading", name="What’s on")).to_be_visible()
    assert await tab.evaluate("location.hash + typeof window.Telegram") == "undefined"
    await tab.reload()
    await tab.get_by_label("Reservation").fill("anna")
    await tab.get_by_role("button", name="Find").click()
    await tab.get_by_role("button", name="Anna").click()
    await tab.get_by_role("button", name="Exactly CN¥1,360").click()
    await expect(tab.get_by_role("heading", name="Sold")).to_be_visible()
    await tab.close()


@pytest.mark.parametrize(("context", "language"), [(DESK, "English"), (PHONE, "中文")], indirect=["context"])
async def test_every_screen_is_fit_for_a_screen_reader_and_a_finger(window: Window, language: str) -> None:
    page = window.page
    if language == "中文":
        await window.clerk.says("/language")
        await window.clerk.presses("简体中文")
        await window.open()
    await expect(page.locator("html")).to_have_attribute("lang", "en" if language == "English" else "zh-Hans")
    await window.fit()
    await page.locator(".item .first").first.click()
    await page.locator(".frame .seat.free").first.wait_for()
    await page.locator(".frame .seat.free").first.focus()
    await page.keyboard.press("Space")
    await page.locator(".chosen .first").wait_for()
    await window.fit()
    await page.locator(".chosen .first").click()
    await page.locator(".order.held").wait_for()
    await window.fit()
    await page.locator("#member").fill("M-7")
    await page.locator("#member ~ button").click()
    await expect(page.get_by_role("alert")).not_to_be_empty()
    await page.locator("#member").fill("M-1")
    await page.locator("#member ~ button").click()
    await page.locator(".found").wait_for()
    await window.fit()
    await page.locator(".found button").first.click()
    await expect(window.said).to_contain_text("Patrons · M-1")
    await page.locator(".sums button").first.click()
    await page.locator(".order.paid").wait_for()
    await window.fit()
    await page.locator(".more > .taking > button").click()
    await window.fit()
    await page.locator(".more > .line button").last.click()
    await page.locator(".tools > .line button").first.click()
    await page.locator(".found").wait_for()
    await window.fit()
    await page.locator(".sheet > .line button").last.click()
    await page.locator(".item .line button:not(.first)").last.click()
    await page.locator(".frame .seat.free").nth(5).focus()  # as a screen reader does, without the arrow keys
    await page.keyboard.press("Space")
    await expect(page.locator(".frame .seat:focus")).to_have_attribute("aria-checked", "true")
    await page.locator("#why").select_option("group")
    await page.locator("#until").select_option(index=1)
    await window.fit()
    await page.locator(".chosen .first").click()
    await page.locator("#standing ~ ul .taking button").first.click()
    await window.fit()
    await page.locator("#to-drawer").click()
    await page.locator("#own").wait_for()
    await window.fit()
    await page.locator(".sheet .first").click()
    await page.locator("#counted").fill("1")
    await window.fit()
    await page.locator("form button").click()
    await page.locator(".sheet .note").wait_for()
    await window.fit()
    await page.route("**/api/begin", lambda route: route.abort())
    await page.locator(".sheet > .line button").last.click()
    await page.locator(".item .first").first.click()
    await expect(page.get_by_role("alert")).not_to_be_empty()
    await window.fit()


@pytest.mark.parametrize("context", [PHONE], indirect=True)
async def test_a_finger_comes_closer_first(window: Window) -> None:
    await window.sell()
    picture = window.page.locator(".frame svg")
    await window.button("Farther").click()
    before = await picture.bounding_box()
    await window.page.locator(".frame .seat.free").nth(20).tap()
    await expect(window.page.locator(".frame .seat.mine")).to_have_count(0)
    after = await picture.bounding_box()
    assert before is not None
    assert after is not None
    assert after["width"] > before["width"]
    await window.page.locator(".frame .seat.free").nth(20).tap()
    await expect(window.page.locator(".frame .seat.mine")).to_have_count(1)


async def test_on_the_three_phones(window: Window, evening: Evening, context: BrowserContext) -> None:
    """From the chat's button to the page in the messenger's frame; the paper opens in a tab beside it."""
    await window.clerk.says("/window")
    page = await context.new_page()
    await page.goto(f"{evening.house.base}/?phones=3001,3001,3001")
    phone = page.locator(".phone").nth(1)
    await phone.get_by_role("button", name="🖥 Sell on a page").last.click()
    app = phone.frame_locator("iframe")
    await app.get_by_role("button", name="Sell: From the New World").first.click()
    await app.get_by_role("button", name="Best 2 together · A").click()
    await app.get_by_role("button", name="Exactly").click()
    await expect(app.get_by_role("heading", name="Sold")).to_be_visible()
    async with context.expect_page() as opened:
        await app.get_by_role("button", name="A4").click()
    await (await opened.value).close()
    await phone.get_by_role("button", name="Back", exact=True).click()
    await expect(app.get_by_role("heading", name="What’s on")).to_be_visible()
    await page.close()
