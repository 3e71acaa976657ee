"""The page around the chats: three phones, who holds them, languages, narrow screens, keyboard, connection."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.async_api import expect

from bot.demo.clock import DemoClock

from .bot import button, keyboard
from .desk import AUDIENCE, MANAGER, SECOND_AUDIENCE, STAFF, Desk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CLIPPED = """
nodes => nodes.filter(node => node.scrollWidth > node.clientWidth + 1).map(node => node.textContent)
"""
RIGHT_EDGES = "nodes => nodes.map(node => node.getBoundingClientRect().right)"
HIDE = """
hidden => {
  Object.defineProperty(document, 'hidden', {configurable: true, get: () => hidden});
  document.dispatchEvent(new Event('visibilitychange'));
}
"""


async def put_a_clock_beside(desk: Desk, folder: Path) -> DemoClock:
    clock = DemoClock(folder / "clock")
    await desk.messenger.down()
    await desk.messenger.up(beside=clock.routes())
    return clock


async def test_three_phones_lie_side_by_side(desk: Desk) -> None:
    await desk.open()
    await expect(desk.page.get_by_role("heading", name="Foyer", level=1)).to_be_visible()
    names = ["Audience: Lin Mei", "Staff: Omar", "Manager: Vera"]
    boxes = []
    for phone, name in zip((desk.audience, desk.staff, desk.manager), names, strict=True):
        await expect(phone.element).to_have_attribute("aria-label", name)
        await expect(phone.button("Start")).to_be_visible()
        boxes.append(await phone.element.bounding_box())
    lefts = [box["x"] for box in boxes if box]
    assert len(lefts) == 3
    assert lefts == sorted(lefts)
    assert len({round(box["y"]) for box in boxes if box}) == 1


@pytest.mark.parametrize("viewport", [(390, 844)], indirect=True)
async def test_on_a_phones_width_one_at_a_time_with_tabs_and_whole_labels(desk: Desk) -> None:
    await desk.start(AUDIENCE, STAFF)
    await desk.open()
    seats = [[button(str(seat)) for seat in range(row, row + 8)] for row in (1, 9)]
    long = [button("A label that is much too long for half a row"), button("大音乐厅 池座 第七排 十二座和十三座")]
    await desk.bot.say(
        AUDIENCE,
        "Choose",
        reply_markup=keyboard(*seats, long, [button("Unbreakable" * 5, "u")], [button("OK"), button("Back")]),
    )
    await expect(desk.audience.button("OK")).to_be_visible()
    assert await desk.audience.element.locator(".key").evaluate_all(CLIPPED) == []
    rights = await desk.audience.element.locator(".key").evaluate_all(RIGHT_EDGES)
    assert max(rights) <= 390
    assert await desk.page.evaluate("document.documentElement.scrollWidth") == 390

    widths = [
        await desk.audience.button(label).evaluate("node => node.offsetWidth") for label in ("1", "8", "OK", "Back")
    ]
    assert abs(widths[0] - widths[1]) <= 1
    assert abs(widths[2] - widths[3]) <= 1

    tabs = desk.page.get_by_role("tab")
    await expect(tabs).to_have_count(3)
    await expect(desk.staff.element).to_be_hidden()
    await desk.bot.say(STAFF, "An usher is wanted")
    await expect(tabs.nth(1).get_by_label("1 unread")).to_be_visible()
    await tabs.first.press("ArrowRight")
    await expect(desk.staff.messages.last).to_contain_text("An usher is wanted")
    await expect(tabs.nth(1).locator(".badge")).to_have_count(0)
    await expect(desk.audience.element).to_be_hidden()


async def test_the_language_switch_changes_the_app_and_the_labels_of_one_phone(desk: Desk) -> None:
    await desk.start(AUDIENCE)
    await desk.open()
    await desk.audience.button("中文").click()
    await expect(desk.audience.element).to_have_attribute("lang", "zh-Hans")
    await expect(desk.audience.input).to_have_attribute("placeholder", "输入消息")
    await expect(desk.staff.button("Start")).to_be_visible()
    await desk.audience.write("你好")
    assert (await desk.bot.next("message"))["from"]["language_code"] == "zh-hans"
    await desk.page.reload()
    await expect(desk.audience.element).to_have_attribute("lang", "zh-Hans")


async def test_another_person_takes_the_phone_and_a_new_one_is_added(desk: Desk) -> None:
    await desk.start(AUDIENCE, SECOND_AUDIENCE)
    await desk.bot.say(SECOND_AUDIENCE, "Hello Greta")
    await desk.open()
    await desk.audience.input.fill("half a thought")
    await desk.audience.element.locator(".who").click()
    await desk.audience.sheet.get_by_role("button", name="Greta").click()
    await expect(desk.audience.messages.last).to_contain_text("Hello Greta")
    await expect(desk.audience.input).to_have_value("")
    await desk.page.reload()
    await expect(desk.audience.element).to_have_attribute("aria-label", "Audience: Greta")

    await desk.audience.element.locator(".who").click()
    await desk.audience.button("Add a person").click()
    await desk.audience.sheet.get_by_label("First name").fill("يوسف")
    await desk.audience.button("Add").click()
    await expect(desk.audience.element.locator(".who bdi")).to_have_text("يوسف")
    await desk.audience.button("Start").click()
    assert (await desk.bot.next("message"))["from"]["first_name"] == "يوسف"


async def test_the_phones_lie_as_the_messenger_was_told(desk: Desk) -> None:
    await desk.messenger.down()
    await desk.messenger.up(
        [
            {"user": MANAGER, "role": "manager", "people": [MANAGER]},
            {"user": AUDIENCE, "role": "audience", "people": [AUDIENCE, SECOND_AUDIENCE]},
        ]
    )
    await desk.open(query="")
    names = ["Manager: Vera", "Audience: Lin Mei"]
    await expect(desk.page.locator(".phone")).to_have_count(2)
    for phone, name in zip((desk.audience, desk.staff), names, strict=True):
        await expect(phone.element).to_have_attribute("aria-label", name)
    await desk.staff.element.locator(".who").click()
    own = desk.staff.sheet.locator(".choices").first
    await expect(own.get_by_role("button")).to_have_count(2)
    await own.get_by_role("button", name="Greta").click()
    await expect(desk.staff.element).to_have_attribute("aria-label", "Audience: Greta")


async def test_drafts_and_unread_messages_wait_for_their_person(desk: Desk) -> None:
    await desk.start(AUDIENCE, SECOND_AUDIENCE)
    await desk.open()
    await desk.audience.input.fill("half a thought")
    for name in ("Greta", "Lin Mei"):
        await desk.audience.element.locator(".who").click()
        await desk.audience.sheet.get_by_role("button", name=name).click()
        await expect(desk.audience.element).to_have_attribute("aria-label", f"Audience: {name}")
    await expect(desk.audience.input).to_have_value("half a thought")
    await desk.bot.say(SECOND_AUDIENCE, "For Greta")
    await expect(desk.audience.element.locator(".who .badge")).to_have_text("1", timeout=10_000)


async def test_everything_is_reached_with_the_keyboard(desk: Desk) -> None:
    await desk.start(AUDIENCE)
    await desk.bot.say(AUDIENCE, "First", reply_markup=keyboard([button("Old")]))
    await desk.bot.say(AUDIENCE, "Second", reply_markup=keyboard([button("New")]))
    await desk.open()
    await desk.audience.element.locator(".who").focus()
    seen = []
    for _ in range(12):
        await desk.page.keyboard.press("Tab")
        label = "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"
        seen.append(await desk.page.evaluate(label))
    for name in ("English", "中文", "Scan or open a link", "More", "New", "Attach", "Message"):
        assert name in seen, seen
    assert "Old" not in seen  # one message at a time is a tab stop; the arrows choose which

    await desk.audience.messages.last.focus()
    await desk.page.keyboard.press("ArrowUp")
    await expect(desk.audience.messages.filter(has_text="First")).to_be_focused()
    await desk.page.keyboard.press("Tab")
    await expect(desk.audience.button("Old")).to_be_focused()
    await desk.page.keyboard.press("Enter")
    assert (await desk.bot.next("callback_query"))["data"] == "Old"

    await desk.audience.element.locator(".who").press("Enter")
    await expect(desk.audience.sheet).to_be_visible()
    await desk.page.keyboard.press("Escape")
    await expect(desk.audience.sheet).to_have_count(0)
    await expect(desk.audience.element.locator(".who")).to_be_focused()


async def test_the_focus_is_always_visible(desk: Desk) -> None:
    await desk.open()
    await desk.audience.element.locator(".who").focus()
    for _ in range(8):
        await desk.page.keyboard.press("Tab")
        style = await desk.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert style == "solid"


async def test_a_blocked_bot_is_told_so_and_can_be_unblocked(desk: Desk) -> None:
    await desk.start(AUDIENCE)
    await desk.open()
    await desk.audience.button("More").click()
    await desk.audience.button("Block the bot").click()
    member = await desk.bot.next("my_chat_member")
    assert member["new_chat_member"]["status"] == "kicked"
    await expect(desk.audience.input).to_be_hidden()
    await desk.audience.button("Unblock the bot").click()
    assert (await desk.bot.next("my_chat_member"))["new_chat_member"]["status"] == "member"
    await expect(desk.audience.input).to_be_visible()


async def test_the_page_outlives_a_restart_of_the_messenger(desk: Desk) -> None:
    await desk.start(AUDIENCE)
    await desk.bot.say(AUDIENCE, "Before")
    await desk.open()
    status = desk.audience.element.locator(".status")
    await expect(status).to_have_text("bot")

    await desk.messenger.down()
    await expect(status).to_have_text("connecting…")
    await desk.audience.write("Anybody there?")
    await expect(desk.audience.element.get_by_role("status")).to_contain_text("The messenger does not answer")
    await expect(desk.audience.input).to_have_value("Anybody there?")

    await desk.messenger.up()
    await expect(status).to_have_text("bot")
    await desk.bot.say(AUDIENCE, "After")
    await expect(desk.audience.messages.last).to_contain_text("After")
    assert await desk.audience.messages.count() == 3
    await desk.audience.input.press("Enter")
    assert (await desk.bot.next("message"))["text"] == "Anybody there?"


async def test_a_hidden_page_catches_up_when_it_is_looked_at_again(desk: Desk) -> None:
    await desk.start(AUDIENCE)
    await desk.open()
    await expect(desk.audience.messages).to_have_count(1)
    await desk.page.evaluate(HIDE, True)
    await desk.bot.say(AUDIENCE, "While nobody looked")
    users = {user["id"]: user["unread"] for user in await desk.client("users")}
    assert users[AUDIENCE] == 1
    await expect(desk.audience.messages).to_have_count(1)
    await expect(desk.page).to_have_title("(1) Foyer", timeout=10_000)
    await desk.page.evaluate(HIDE, False)
    await expect(desk.page).to_have_title("Foyer")
    await expect(desk.audience.messages.last).to_contain_text("While nobody looked")
    await expect(desk.audience.log.locator(".unread-divider")).to_have_count(0)


async def test_without_parameters_the_first_three_people_hold_the_phones(desk: Desk) -> None:
    await desk.open("")
    users = await desk.client("users")
    for phone, user in zip((desk.audience, desk.staff, desk.manager), users, strict=False):
        await expect(phone.element.locator(".who bdi")).to_contain_text(user["first_name"])


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_texts_are_readable_in_both_colour_schemes(desk: Desk, scheme: str) -> None:
    await desk.start(AUDIENCE, MANAGER)
    await desk.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await desk.open()
    await desk.bot.say(AUDIENCE, "See /help", reply_markup=keyboard([button("Yes")]))
    await desk.audience.write("Fine")
    await desk.bot.next("message")
    await expect(desk.audience.messages.last).to_contain_text("Fine")
    for selector in (
        ".incoming .text",
        ".incoming .command",
        ".outgoing .text",
        ".key span",
        ".who b",
        ".meta",
        ".status",
    ):
        ratio = await desk.audience.element.locator(selector).first.evaluate(CONTRAST)
        assert ratio >= 4.5, f"{selector}: {ratio:.2f}"


CONTRAST = """
node => {
  const canvas = Object.assign(document.createElement('canvas'), {width: 1, height: 1});
  const context = canvas.getContext('2d', {willReadFrequently: true});
  const layers = [];
  for (let each = node; each; each = each.parentElement) {
    const style = getComputedStyle(each);
    layers.unshift(style.backgroundColor);
  }
  context.fillStyle = '#808080';
  for (const colour of [...layers, null]) {
    if (colour) { context.fillStyle = colour; context.fillRect(0, 0, 1, 1); }
  }
  const behind = [...context.getImageData(0, 0, 1, 1).data];
  context.fillStyle = getComputedStyle(node).color;
  context.fillRect(0, 0, 1, 1);
  const front = [...context.getImageData(0, 0, 1, 1).data];
  const light = rgb => {
    const [r, g, b] = rgb.slice(0, 3).map(v => v / 255).map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const [a, b] = [light(front), light(behind)].sort((x, y) => y - x);
  return (a + .05) / (b + .05);
}
"""
"""The contrast ratio of WCAG 2.2 (success criterion 1.4.3) between an element's text and what lies behind it."""


@pytest.mark.parametrize("language", ["English", "中文"])
async def test_the_three_phones_are_fit_for_a_screen_reader(desk: Desk, language: str, tmp_path: Path) -> None:
    await desk.start(AUDIENCE, STAFF)
    await put_a_clock_beside(desk, tmp_path)
    choose = await desk.bot.say(
        AUDIENCE, "Choose", reply_markup=keyboard([button("✓5"), button("6")], [button("Back")])
    )
    await desk.bot.call("pinChatMessage", chat_id=AUDIENCE, message_id=choose["message_id"])
    await desk.open()
    await expect(desk.audience.button("Back")).to_be_visible()
    await expect(desk.page.locator(".clock")).to_be_visible()
    if language == "中文":
        for phone in (desk.audience, desk.staff, desk.manager):
            await phone.button("中文").click()
        await expect(desk.manager.element).to_have_attribute("lang", "zh-Hans")
    await desk.page.evaluate(AXE_FILE_PATH.read_text())
    found = await desk.page.evaluate("tags => axe.run({runOnly: tags})", TAGS)
    assert [f"{one['id']}: {node['html']}" for one in found["violations"] for node in one["nodes"]] == []


async def test_the_demo_s_clock_is_moved_on_by_a_tap_or_a_key(desk: Desk, tmp_path: Path) -> None:
    clock = await put_a_clock_beside(desk, tmp_path)
    await desk.open()
    group = desk.page.get_by_role("group", name="The demo’s clock")
    began = await group.get_by_role("time").get_attribute("datetime")
    await group.get_by_role("button", name="Move the clock forward: +1 h").click()
    await expect(group.get_by_role("time")).not_to_have_attribute("datetime", began or "")
    assert clock.ahead == timedelta(hours=1)
    await group.get_by_role("button", name="Move the clock forward: +10 min").focus()
    await desk.page.keyboard.press("Enter")
    await desk.page.wait_for_function("was => document.querySelector('.clock time').dateTime > was", arg=began)
    await expect(group.get_by_role("alert")).to_be_empty()


async def test_a_house_without_a_clock_shows_none(desk: Desk) -> None:
    await desk.open()
    assert await desk.page.locator(".clock").count() == 0
