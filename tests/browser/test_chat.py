"""What a person sees and does in the chat, in a real browser against the real messenger."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from .bot import button, keyboard, picture
from .desk import AUDIENCE, MANAGER, STAFF, Desk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def test_a_written_message_reaches_the_bot_and_the_answer_appears_without_reload(desk: Desk) -> None:
    await desk.open()
    await desk.audience.button("Start").click()
    assert (await desk.bot.next("message"))["text"] == "/start"

    await desk.audience.write("Two seats, please")
    message = await desk.bot.next("message")
    assert (message["text"], message["from"]["id"]) == ("Two seats, please", AUDIENCE)

    await desk.bot.call("sendChatAction", chat_id=AUDIENCE, action="typing")
    await expect(desk.audience.element.locator(".status")).to_have_text("typing")
    await desk.bot.say(AUDIENCE, "Here they are")
    await expect(desk.audience.messages.last).to_contain_text("Here they are")
    await expect(desk.audience.element.locator(".status")).to_have_text("bot")
    await expect(desk.audience.input).to_have_value("")


async def test_entities_are_drawn_at_utf16_offsets(desk: Desk) -> None:
    await desk.start(AUDIENCE)
    await desk.open()
    html = (
        "😀 <b>bold <i>both</i></b> <u>under</u> <s>gone</s> <code>x &lt; y</code> "
        '<tg-spoiler>secret</tg-spoiler> <a href="https://example.org/">site</a>\n'
        "<blockquote>quoted</blockquote>\n<pre>a  b</pre>"
    )
    await desk.bot.say(AUDIENCE, html, parse_mode="HTML")
    text = desk.audience.messages.last.locator(".text")
    await expect(text.locator("strong")).to_have_text("bold both")
    await expect(text.locator("strong em")).to_have_text("both")
    for tag, content in [("u", "under"), ("s", "gone"), ("code >> nth=0", "x < y"), ("blockquote", "quoted")]:
        await expect(text.locator(tag)).to_have_text(content)
    await expect(text.locator("pre")).to_have_text("a  b")
    await expect(text.get_by_role("link", name="site")).to_have_attribute("href", "https://example.org/")

    spoiler = text.get_by_role("button", name="Hidden text: press to show")
    await spoiler.press("Enter")
    await expect(spoiler).to_have_count(0)
    await expect(text).to_contain_text("secret")


async def test_markup_of_people_and_bots_stays_text(desk: Desk) -> None:
    name = '<img src=x onerror="document.title=1">'
    await desk.client("users", {"id": AUDIENCE, "first_name": name, "last_name": "\u202eevil", "language_code": "en"})
    await desk.start(AUDIENCE)
    await desk.open()
    hostile = "<script>document.title='owned'</script><img src=x onerror=document.title='owned'>"
    await desk.bot.say(AUDIENCE, hostile, reply_markup=keyboard([button(hostile[:60], "x")]))
    await expect(desk.audience.messages.last.locator(".text")).to_have_text(hostile)
    await expect(desk.audience.element.locator(".who bdi")).to_have_text(f"{name} \u202eevil")
    assert await desk.page.locator(".phone img, .phone script").count() == 0
    assert await desk.page.title() == "Foyer"


async def test_a_pressed_button_waits_until_it_is_answered(desk: Desk) -> None:
    await desk.start(AUDIENCE)
    await desk.open()
    await desk.bot.say(AUDIENCE, "Choose", reply_markup=keyboard([button("Yes", "y"), button("No", "n")]))
    yes = desk.audience.button("Yes")
    await yes.click()
    await expect(yes).to_have_attribute("aria-busy", "true")
    pressed = await desk.bot.next("callback_query")
    assert pressed["data"] == "y"
    await desk.bot.call("answerCallbackQuery", callback_query_id=pressed["id"], text="Done")
    await expect(desk.audience.element.get_by_role("status").filter(has_text="Done")).to_be_visible()
    await expect(yes).not_to_have_attribute("aria-busy", "true")

    await desk.audience.button("No").click()
    pressed = await desk.bot.next("callback_query")
    await desk.bot.call("answerCallbackQuery", callback_query_id=pressed["id"], text="Seat taken", show_alert=True)
    alert = desk.audience.element.get_by_role("alertdialog")
    await expect(alert).to_contain_text("Seat taken")
    await expect(alert.get_by_role("button", name="OK")).to_be_focused()
    await desk.page.keyboard.press("Enter")
    await expect(alert).to_have_count(0)


async def test_an_edit_keeps_the_place_the_focus_and_the_picture(desk: Desk) -> None:
    await desk.start(AUDIENCE)
    first = await desk.bot.say(AUDIENCE, "Line 0\n" * 3)
    for number in range(1, 25):
        await desk.bot.say(AUDIENCE, f"Line {number}")
    photo = await desk.bot.call(
        "sendPhoto",
        files={"photo": picture()},
        chat_id=AUDIENCE,
        caption="Map",
        reply_markup=keyboard([button("Refresh")]),
    )
    await desk.open()
    refresh = desk.audience.button("Refresh")
    await refresh.focus()
    image = await desk.audience.messages.last.locator("img").element_handle()
    await desk.bot.call(
        "editMessageCaption", chat_id=AUDIENCE, message_id=photo["message_id"], caption="Map, newer",
        reply_markup=keyboard([button("Refresh")]),
    )  # fmt: skip
    await expect(desk.audience.messages.last).to_contain_text("Map, newer")
    await expect(desk.audience.messages.last.locator(".edited")).to_have_text("edited")
    await expect(refresh).to_be_focused()
    assert image is not None
    assert await image.evaluate("image => image.isConnected")

    middle = desk.audience.messages.filter(has_text=re.compile(r"^Line 15"))
    await middle.evaluate("node => node.scrollIntoView({block: 'start'})")
    await expect(desk.audience.element.locator(".to-end")).to_be_visible()
    before = await middle.bounding_box()
    await desk.bot.call("editMessageText", chat_id=AUDIENCE, message_id=first["message_id"], text="Line 0\n" * 20)
    await expect(desk.audience.messages.filter(has_text="Line 0\nLine 0").locator(".edited")).to_have_count(1)
    after = await middle.bounding_box()
    assert before is not None
    assert after is not None
    assert abs(before["y"] - after["y"]) < 2


async def test_unread_messages_are_counted_while_the_reader_is_elsewhere(desk: Desk) -> None:
    await desk.start(AUDIENCE)
    for number in range(30):
        await desk.bot.say(AUDIENCE, f"Line {number}")
    await desk.client("read", {"user": AUDIENCE})
    await desk.open()
    await desk.audience.log.evaluate("node => { node.scrollTop = 0; }")
    badge = desk.audience.element.get_by_role("button", name="To the newest message")
    await expect(badge).to_be_visible()
    await desk.bot.say(AUDIENCE, "News 1")
    await desk.bot.say(AUDIENCE, "News 2")
    await expect(desk.audience.element.get_by_role("button", name="To the newest message, 2 unread")).to_be_visible()
    await expect(desk.page).to_have_title("(2) Foyer")
    await expect(desk.audience.log.locator(".unread-divider + article")).to_contain_text("News 1")
    assert await desk.audience.log.evaluate("node => node.scrollTop") == 0

    await badge.click()
    await expect(desk.page).to_have_title("Foyer")
    await expect(desk.audience.messages.last).to_be_in_viewport()
    users = {user["id"]: user["unread"] for user in await desk.client("users")}
    assert users[AUDIENCE] == 0


async def test_deleted_messages_disappear(desk: Desk) -> None:
    await desk.start(AUDIENCE)
    kept = await desk.bot.say(AUDIENCE, "Kept")
    gone = await desk.bot.say(AUDIENCE, "Gone")
    await desk.open()
    await expect(desk.audience.messages.last).to_contain_text("Gone")
    await desk.bot.call("deleteMessage", chat_id=AUDIENCE, message_id=gone["message_id"])
    await expect(desk.audience.messages.last).to_have_attribute("data-id", str(kept["message_id"]))


async def test_an_album_opens_in_the_viewer(desk: Desk) -> None:
    await desk.start(MANAGER)
    await desk.open()
    media = [
        {"type": "photo", "media": "attach://one", "caption": "Party of 2"},
        {"type": "photo", "media": "attach://two"},
    ]
    files = {"one": picture(text="one"), "two": picture(text="two")}
    await desk.bot.call("sendMediaGroup", files=files, chat_id=MANAGER, media=media)
    album = desk.manager.messages.last
    await expect(album.get_by_role("img", name="Party of 2")).to_have_count(2)
    await album.locator(".thumb").first.press("Enter")
    viewer = desk.page.locator("dialog.viewer")
    await expect(viewer).to_contain_text("Party of 2")
    await desk.page.keyboard.press("ArrowRight")
    await expect(viewer.get_by_role("button", name="Previous photo")).to_be_visible()
    await viewer.get_by_role("button", name="Zoom: Party of 2").press("Enter")
    await expect(viewer.locator(".viewer-stage")).to_have_class(re.compile("zoomed"))
    await desk.page.keyboard.press("Escape")
    await expect(viewer).to_have_count(0)
    await expect(album.locator(".thumb").first).to_be_focused()


async def test_documents_are_downloaded_under_their_name(desk: Desk) -> None:
    await desk.start(AUDIENCE)
    await desk.open()
    await desk.bot.call("sendDocument", files={"document": b"seats"}, chat_id=AUDIENCE)
    link = desk.audience.messages.last.get_by_role("link", name="Download document.png")
    await expect(link).to_contain_text("5 bytes")
    async with desk.page.expect_download() as download:
        await link.click()
    path = await (await download.value).path()
    assert path.read_bytes() == b"seats"


async def test_the_reply_keyboard_sends_shares_and_hides(desk: Desk) -> None:
    await desk.start(STAFF)
    await desk.open()
    rows = [
        [{"text": "Scan"}, {"text": "Phone", "request_contact": True}],
        [{"text": "Here", "request_location": True}],
    ]
    markup = {"keyboard": rows, "resize_keyboard": True, "input_field_placeholder": "Code"}
    await desk.bot.say(STAFF, "At the door", reply_markup=markup)
    await expect(desk.staff.input).to_have_attribute("placeholder", "Code")
    await desk.staff.button("Scan").click()
    assert (await desk.bot.next("message"))["text"] == "Scan"
    await desk.staff.button("Hide quick answers").click()
    await expect(desk.staff.button("Scan")).to_have_count(0)
    await desk.staff.button("Show quick answers").click()

    await desk.staff.button("Phone").click()
    await desk.staff.button("Share").click()
    assert (await desk.bot.next("message"))["contact"]["user_id"] == STAFF

    await desk.staff.button("Here").click()
    await desk.staff.button("Share").click()
    assert (await desk.bot.next("message"))["location"]["latitude"] == pytest.approx(39.90472, abs=0.001)

    await desk.bot.say(STAFF, "Thanks", reply_markup={"remove_keyboard": True})
    await expect(desk.staff.button("Hide quick answers")).to_have_count(0)

    await desk.bot.say(STAFF, "Once", reply_markup={"keyboard": [[{"text": "Ready"}]], "one_time_keyboard": True})
    await desk.staff.button("Ready").click()
    assert (await desk.bot.next("message"))["text"] == "Ready"
    await expect(desk.staff.button("Ready")).to_have_count(0)


async def test_commands_are_chosen_from_the_keyboard_and_from_text(desk: Desk) -> None:
    await desk.start(AUDIENCE)
    commands = [{"command": "events", "description": "What is on"}, {"command": "tickets", "description": "My tickets"}]
    await desk.bot.call("setMyCommands", commands=commands)
    await desk.open()
    await desk.audience.input.press("/")
    options = desk.audience.element.get_by_role("option")
    await expect(options).to_have_count(2)
    await desk.page.keyboard.press("ArrowDown")
    await expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    await desk.page.keyboard.press("Enter")
    assert (await desk.bot.next("message"))["text"] == "/tickets"

    await desk.audience.element.get_by_role("button", name="Menu", exact=True).click()
    await options.first.click()
    assert (await desk.bot.next("message"))["text"] == "/events"

    await desk.bot.say(AUDIENCE, "Try /help next")
    await desk.audience.messages.last.get_by_role("button", name="/help").click()
    assert (await desk.bot.next("message"))["text"] == "/help"


async def test_force_reply_and_editing_ones_own_message(desk: Desk) -> None:
    await desk.start(AUDIENCE)
    await desk.open()
    asked = await desk.bot.say(
        AUDIENCE, "Your name?", reply_markup={"force_reply": True, "input_field_placeholder": "Name on the ticket"}
    )
    await expect(desk.audience.input).to_be_focused()
    await expect(desk.audience.input).to_have_attribute("placeholder", "Name on the ticket")
    await desk.page.keyboard.type("Lin")
    await desk.page.keyboard.press("Enter")
    answer = await desk.bot.next("message")
    assert (answer["text"], answer["reply_to_message"]["message_id"]) == ("Lin", asked["message_id"])

    own = desk.audience.messages.last
    await own.hover()
    await own.get_by_role("button", name="Message actions").click()
    await desk.audience.button("Edit").click()
    await desk.audience.write("Lin Mei")
    assert (await desk.bot.next("edited_message"))["text"] == "Lin Mei"
    await expect(own).to_contain_text("Lin Mei")


async def test_a_photo_is_shared_with_its_caption(desk: Desk) -> None:
    await desk.start(AUDIENCE)
    await desk.open()
    await desk.audience.button("Attach").click()
    async with desk.page.expect_file_chooser() as chooser:
        await desk.audience.button("Photo").click()
    await (await chooser.value).set_files({"name": "wet.png", "mimeType": "image/png", "buffer": picture(text="wet")})
    await desk.audience.sheet.get_by_role("textbox").fill("A wet seat")
    await desk.audience.button("Send").click()
    message = await desk.bot.next("message")
    assert (message["caption"], message["photo"][-1]["width"]) == ("A wet seat", 640)
    await expect(desk.audience.messages.last.get_by_role("img", name="A wet seat")).to_be_visible()


async def test_a_long_history_is_drawn_in_parts(desk: Desk) -> None:
    await desk.start(AUDIENCE)
    for number in range(140):
        await desk.bot.say(AUDIENCE, f"Line {number}")
    await desk.client("read", {"user": AUDIENCE})
    await desk.open()
    await expect(desk.audience.messages).to_have_count(120)
    await desk.audience.log.evaluate("node => { node.scrollTop = 0; }")
    top = desk.audience.messages.filter(has_text=re.compile(r"^Line 20\d\d:\d\d"))
    before = await top.bounding_box()
    await desk.audience.button("Earlier messages").click()
    await expect(desk.audience.messages).to_have_count(141)
    after = await top.bounding_box()
    assert before is not None
    assert after is not None
    assert abs(before["y"] - after["y"]) < 60  # the button itself has gone


async def test_a_mini_app_opens_in_a_frame_over_the_chat(desk: Desk) -> None:
    await desk.start(STAFF)
    await desk.open()
    url = f"{desk.address}/page/icon.svg"
    await desk.bot.say(STAFF, "Tools", reply_markup=keyboard([button("Plan", web_app={"url": url})]))
    await desk.staff.button("Plan").click()
    await expect(desk.staff.sheet.locator("iframe")).to_have_attribute(
        "src", re.compile(re.escape(f"{url}#tgWebAppData="))
    )
    await desk.staff.button("Close").click()
    await expect(desk.staff.sheet).to_have_count(0)


async def test_what_is_pinned_stands_over_the_chat_and_leads_to_its_message(desk: Desk) -> None:
    await desk.start(AUDIENCE)
    ticket = (await desk.bot.say(AUDIENCE, "Doors open at 19:00\nGate A"))["message_id"]
    await desk.open()
    for number in range(30):
        await desk.bot.say(AUDIENCE, f"Line {number}")
    bar = desk.audience.element.locator(".pinned-bar")
    await expect(bar).to_be_hidden()
    await desk.bot.call("pinChatMessage", chat_id=AUDIENCE, message_id=ticket)
    await expect(bar).to_have_text("Pinned messageDoors open at 19:00")
    await desk.bot.call("editMessageText", chat_id=AUDIENCE, message_id=ticket, text="Interval\nHave a drink")
    await expect(bar).to_contain_text("Interval")
    message = desk.audience.messages.filter(has_text="Have a drink")
    await expect(message).not_to_be_in_viewport()
    await bar.click()
    await expect(message).to_be_in_viewport()
    await expect(message).to_be_focused()
    await desk.open()
    await expect(bar).to_contain_text("Interval")
    await desk.bot.call("unpinChatMessage", chat_id=AUDIENCE)
    await expect(bar).to_be_hidden()
