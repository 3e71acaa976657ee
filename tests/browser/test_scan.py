"""The scanner of a phone: it reads the QR code that another phone shows, and takes a link or a typed code."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from .bot import code, picture
from .desk import AUDIENCE, MANAGER, STAFF, Desk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

SCAN = "Scan or open a link"


async def show(desk: Desk, user: int, content: bytes, caption: str) -> None:
    """The bot sends a person a picture."""
    await desk.bot.call("sendPhoto", files={"photo": content}, chat_id=user, caption=caption)


async def test_the_staff_phone_reads_the_code_that_another_phone_shows(desk: Desk) -> None:
    await desk.start(AUDIENCE, STAFF, MANAGER)
    link = f"https://t.me/{desk.username}?start=t-abc_1"
    await show(desk, AUDIENCE, code(link), "Recital\nTomorrow\nRow 7, seat 12")
    await show(desk, STAFF, picture(text="own"), "My own picture")
    await show(desk, MANAGER, picture(text="poster"), "Poster")
    await desk.open()
    await expect(desk.audience.messages.last).to_contain_text("Row 7")
    await desk.staff.button(SCAN).click()
    offered = desk.staff.sheet.get_by_role("group", name="Pictures on the other phones").get_by_role("button")
    names = ["Poster Manager: \u2068Vera\u2069", "Recital · Tomorrow · Row 7, seat 12 Audience: \u2068Lin Mei\u2069"]
    await expect(offered).to_have_count(2)
    for button, name in zip(await offered.all(), names, strict=True):
        await expect(button).to_have_accessible_name(name)
    await offered.nth(1).click()
    message = await desk.bot.next("message")
    assert (message["text"], message["from"]["id"]) == ("/start t-abc_1", STAFF)
    await expect(desk.staff.sheet).to_have_count(0)


async def test_the_scanner_says_what_it_could_not_open(desk: Desk) -> None:
    await desk.start(AUDIENCE, STAFF)
    await show(desk, AUDIENCE, picture(), "No code")
    await show(desk, AUDIENCE, code("https://example.org/menu"), "Elsewhere")
    await desk.open()
    await desk.staff.button("中文").click()
    await desk.staff.button("扫码或打开链接").click()
    await desk.staff.sheet.get_by_role("button", name="No code").press("Enter")
    told = desk.staff.sheet.get_by_role("status")
    await expect(told).to_have_text("这张图片里没有可以识别的二维码。")
    await desk.staff.sheet.get_by_role("button", name="Elsewhere").press("Enter")
    await expect(told).to_have_text("这个二维码不是 Foyer 的链接，内容已填入上方。")
    await expect(desk.staff.sheet.get_by_role("textbox")).to_have_value("https://example.org/menu")
    await desk.page.keyboard.press("Escape")
    await expect(desk.staff.sheet).to_have_count(0)
    await expect(desk.staff.button("扫码或打开链接")).to_be_focused()


async def test_a_link_or_a_short_code_is_typed(desk: Desk) -> None:
    await desk.start(STAFF)
    await desk.open()
    link = f"https://t.me/{desk.username}?start=t-abc_1"
    for typed, sent in [(link, "/start t-abc_1"), (f"t.me/{desk.username}?start=x", "/start x"), ("K7Q2", "K7Q2")]:
        await desk.staff.button(SCAN).click()
        await expect(desk.staff.sheet).to_contain_text("The other phones show no pictures yet.")
        await desk.page.keyboard.type(typed)
        await desk.page.keyboard.press("Enter")
        assert (await desk.bot.next("message"))["text"] == sent


async def test_a_picture_that_is_shown_twice_is_offered_once_and_the_newest_come_first(desk: Desk) -> None:
    await desk.start(AUDIENCE)
    for number in range(14):
        await show(desk, AUDIENCE, picture(text=f"p{number}"), f"Picture {number}")
    await show(desk, AUDIENCE, picture(text="p0"), "Picture 0 again")
    await desk.open()
    await desk.staff.button(SCAN).click()
    offered = desk.staff.sheet.locator(".scan-picture > span")
    await expect(offered).to_have_text(["Picture 0 again", *(f"Picture {number}" for number in range(13, 2, -1))])
