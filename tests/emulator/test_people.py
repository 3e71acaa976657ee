"""The people's side: buttons, toasts, live events, menus, sharing."""

from __future__ import annotations

import asyncio
import io
import json
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
import pytest
import qrcode
from aiogram.utils.web_app import check_webapp_signature, safe_parse_webapp_init_data
from aiohttp import web

from bot.emulator import BotProfile, Emulator

from .conftest import ANN, BEN, TOKEN, Desk, Open
from .test_requests import picture

BUTTONS = {
    "inline_keyboard": [
        [{"text": "Yes", "callback_data": "y:1"}, {"text": "No", "callback_data": "n:1"}],
        [{"text": "Site", "url": "https://t.me/foyer_bot?start=e_1"}],
        [{"text": "App", "web_app": {"url": "http://127.0.0.1:1/app"}}],
    ]
}


async def test_a_pressed_button_is_answered_once(desk: Desk) -> None:
    sent = await desk.call("sendMessage", chat_id=ANN, text="?", reply_markup=BUTTONS)
    pressed = await desk.person("press", user=ANN, message_id=sent["message_id"], text="No")
    (update,) = await desk.updates()
    query = update["callback_query"]
    assert (query["id"], query["data"], query["from"]["id"]) == (pressed["callback_query_id"], "n:1", ANN)
    assert query["message"]["reply_markup"] == BUTTONS
    waiting = asyncio.create_task(desk.look("answers", user=ANN, wait=10))
    assert await desk.call("answerCallbackQuery", callback_query_id=query["id"], text="Done", show_alert=True)
    (answer,) = await asyncio.wait_for(waiting, 5)
    assert answer == {"callback_query_id": query["id"], "text": "Done", "show_alert": True, "answered": True}
    again = await desk.error("answerCallbackQuery", callback_query_id=query["id"])
    assert again == "Bad Request: query is too old and response timeout expired or query ID is invalid"
    assert await desk.error("answerCallbackQuery", callback_query_id="1") == again
    second = await desk.person("press", user=ANN, message_id=sent["message_id"], data="y:1")
    unanswered = await desk.look("answers", user=ANN, after=query["id"])
    assert [(a["callback_query_id"], a["answered"]) for a in unanswered] == [(second["callback_query_id"], False)]
    desk.clock.now += 61
    assert await desk.error("answerCallbackQuery", callback_query_id=second["callback_query_id"]) == again
    too_long = await desk.error("answerCallbackQuery", callback_query_id="1", text="x" * 201)
    assert too_long == "Bad Request: MESSAGE_TOO_LONG"


async def test_other_buttons_say_where_they_lead(desk: Desk) -> None:
    sent = await desk.call("sendMessage", chat_id=ANN, text="?", reply_markup=BUTTONS)
    press = {"user": ANN, "message_id": sent["message_id"]}
    assert await desk.person("press", **press, text="Site") == {"url": "https://t.me/foyer_bot?start=e_1"}
    assert await desk.person("press", **press, text="App") == {"url": "http://127.0.0.1:1/app", "web_app": True}
    assert await desk.person("press", user=ANN, text="Site") == {"url": "https://t.me/foyer_bot?start=e_1"}
    status, refused = await desk.try_person("press", **press, text="Maybe")
    assert status == 404
    assert "'Yes', 'No', 'Site', 'App'" in refused["error"]


async def test_the_keyboard_under_the_field(desk: Desk) -> None:
    keyboard = {
        "keyboard": [
            ["Help", {"text": "My number", "request_contact": True}, {"text": "I am here", "request_location": True}]
        ]
    }
    await desk.call("sendMessage", chat_id=ANN, text="?", reply_markup=keyboard)
    assert (await desk.person("press", user=ANN, text="Help"))["text"] == "Help"
    contact = (await desk.person("press", user=ANN, text="My number"))["contact"]
    assert contact["user_id"] == ANN
    place = await desk.person("press", user=ANN, text="I am here", latitude=1.5, longitude=2.5)
    assert place["location"] == {"latitude": 1.5, "longitude": 2.5}
    kinds = [sorted(set(u["message"]) - {"message_id", "from", "chat", "date"}) for u in await desk.updates()]
    assert kinds == [["text"], ["contact"], ["location"]]
    once = {"keyboard": [["Yes"]], "one_time_keyboard": True}
    await desk.call("sendMessage", chat_id=ANN, text="?", reply_markup=once)
    await desk.person("press", user=ANN, text="Yes")
    assert (await desk.look("chat", user=ANN))["keyboard"] is None


async def test_people_share_pictures_contacts_and_places(desk: Desk) -> None:
    form = aiohttp.FormData({"user": str(ANN), "caption": "Look"})
    form.add_field("file", picture(), filename="a.png", content_type="image/png")
    async with desk.session.post(f"{desk.base}/client/photo", data=form) as response:
        assert (await response.json())["result"]["outgoing"]
    form = aiohttp.FormData({"user": str(ANN)})
    form.add_field("file", b"{}", filename="plan.json", content_type="application/json")
    async with desk.session.post(f"{desk.base}/client/document", data=form) as response:
        assert response.status == 200
    await desk.person("contact", user=ANN, phone_number="+49 30 1", first_name="Cy")
    await desk.person("location", user=ANN, latitude=1, longitude=2)
    photo, document, contact, location = (u["message"] for u in await desk.updates())
    assert photo["caption"] == "Look"
    assert document["document"]["file_name"] == "plan.json"
    assert contact["contact"] == {"phone_number": "+49 30 1", "first_name": "Cy"}
    assert location["location"] == {"latitude": 1.0, "longitude": 2.0}
    file = await desk.call("getFile", file_id=photo["photo"][-1]["file_id"])
    async with desk.session.get(f"{desk.base}/file/bot{TOKEN}/{file['file_path']}") as response:
        assert await response.read() == picture()


def code(text: str) -> bytes:
    out = io.BytesIO()
    qrcode.make(text).get_image().save(out, "PNG")
    return out.getvalue()


async def test_a_phone_scans_the_picture_that_another_phone_shows(desk: Desk) -> None:
    async def shown(content: bytes, method: str = "sendPhoto") -> Any:
        form = aiohttp.FormData({"chat_id": str(ANN)})
        form.add_field(method.removeprefix("send").lower(), content, filename="a.png", content_type="image/png")
        async with desk.session.post(f"{desk.base}/bot{TOKEN}/{method}", data=form) as response:
            return (await response.json())["result"]

    link = "https://t.me/foyer_bot?start=t-abc_1"
    ticket = await shown(code(link))
    for size in ticket["photo"]:
        assert await desk.person("scan", file_id=size["file_id"]) == {"text": link}
    assert await desk.person("scan", user=ANN, message_id=ticket["message_id"]) == {"text": link}
    assert await desk.person("scan", file_id=(await shown(picture()))["photo"][-1]["file_id"]) == {"text": None}
    notes = await shown(b"words", "sendDocument")
    for body, status, reason in [
        ({"file_id": notes["document"]["file_id"]}, 400, "not a picture"),
        ({"user": ANN, "message_id": notes["message_id"]}, 400, "with a photo"),
        ({"file_id": "AgAC"}, 404, "no file AgAC"),
        ({"user": ANN, "message_id": 999}, 404, "no message 999"),
        ({}, 400, "user is needed"),
    ]:
        told, answer = await desk.try_person("scan", **body)
        assert (told, reason in answer["error"]) == (status, True), answer


async def test_people_edit_what_they_wrote(desk: Desk) -> None:
    mine = await desk.person("send", user=ANN, text="helo")
    await desk.person("edit", user=ANN, message_id=mine["message_id"], text="hello /help")
    _, edited = await desk.updates()
    assert edited["edited_message"]["text"] == "hello /help"
    assert edited["edited_message"]["entities"][0]["type"] == "bot_command"
    theirs = await desk.call("sendMessage", chat_id=ANN, text="x")
    assert (await desk.try_person("edit", user=ANN, message_id=theirs["message_id"], text="y"))[0] == 400


async def test_unread_language_and_who_there_is(desk: Desk) -> None:
    await desk.call("sendMessage", chat_id=ANN, text="1")
    await desk.call("sendMessage", chat_id=ANN, text="2")
    users = await desk.look("users")
    assert [(u["id"], u["language_code"], u["unread"]) for u in users] == [(ANN, "en", 2), (BEN, "zh", 0)]
    await desk.person("read", user=ANN)
    assert (await desk.look("chat", user=ANN))["unread"] == 0
    await desk.person("language", user=ANN, language_code="zh-hans")
    await desk.person("send", user=ANN, text="x")
    (update,) = await desk.updates()
    assert update["message"]["from"]["language_code"] == "zh-hans"
    assert await desk.look("bot") == {"id": 4200, "username": "foyer_bot", "first_name": "Foyer"}


async def test_commands_and_menu_by_person_and_language(desk: Desk) -> None:
    english, chinese, staff = ([{"command": c, "description": d}] for c, d in (("a", "A"), ("b", "乙"), ("c", "C")))
    await desk.call("setMyCommands", commands=english)
    await desk.call("setMyCommands", commands=chinese, language_code="zh")
    assert (await desk.look("chat", user=ANN))["commands"] == english
    assert (await desk.look("chat", user=BEN))["commands"] == chinese
    scope = {"type": "chat", "chat_id": BEN}
    await desk.call("setMyCommands", commands=staff, scope=scope)
    assert (await desk.look("chat", user=BEN))["commands"] == staff
    assert await desk.call("getMyCommands", scope=scope) == staff
    assert await desk.call("getMyCommands", language_code="zh") == chinese
    await desk.call("deleteMyCommands", scope=scope)
    assert (await desk.look("chat", user=BEN))["commands"] == chinese
    button = {"type": "web_app", "text": "Map", "web_app": {"url": "https://example.org"}}
    await desk.call("setChatMenuButton", chat_id=ANN, menu_button=button)
    assert (await desk.look("chat", user=ANN))["menu_button"] == button
    assert await desk.call("getChatMenuButton", chat_id=ANN) == button
    assert await desk.call("getChatMenuButton") == {"type": "commands"}
    await desk.call("setMyName", name="Foyer 2")
    assert (await desk.call("getMyName"))["name"] == "Foyer 2"
    await desk.call("setMyDescription", description="d")
    assert (await desk.call("getMyDescription"))["description"] == "d"
    await desk.call("setMyShortDescription", short_description="s")
    assert (await desk.call("getMyShortDescription"))["short_description"] == "s"


@pytest.mark.parametrize(
    ("method", "params", "description"),
    [
        ("setMyCommands", {"commands": [{"command": "a"}]},
         'Bad Request: can\'t parse BotCommand: Can\'t find field "description"'),
        ("setMyCommands", {"commands": [{"command": "Ä", "description": "x"}]}, "Bad Request: BOT_COMMAND_INVALID"),
        ("setMyCommands", {"commands": [{"command": "a" * 33, "description": "x"}]},
         "Bad Request: command length must not exceed 32"),
        ("setMyCommands", {"commands": "[", "scope": "{}"}, "Bad Request: can't parse commands JSON object"),
        ("setMyCommands", {"commands": [], "scope": {"type": "nowhere"}},
         "Bad Request: can't parse BotCommandScope: Unsupported type specified"),
        ("setMyCommands", {"commands": [], "language_code": "english"}, "Bad Request: invalid language code specified"),
        ("setChatMenuButton", {"menu_button": {"type": "door"}},
         "Bad Request: can't parse menu button: MenuButton has unsupported type"),
        ("setChatMenuButton", {"chat_id": 999}, "Bad Request: user not found"),
    ],
)  # fmt: skip
async def test_wrong_settings_are_refused(desk: Desk, method: str, params: dict[str, Any], description: str) -> None:
    assert await desk.error(method, **params) == description


class Stream:
    """A phone's live events."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response

    async def next(self) -> tuple[int, str, Any]:
        """The next event: number, kind, data."""
        fields: dict[str, str] = {}
        while True:
            line = (await asyncio.wait_for(self._response.content.readline(), 5)).decode().rstrip("\n")
            if not line and "event" in fields:
                return int(fields["id"]), fields["event"], json.loads(fields["data"])
            name, _, value = line.partition(": ")
            fields[name] = value


async def test_a_phone_follows_what_happens_and_catches_up(desk: Desk) -> None:
    seq = (await desk.look("chat", user=ANN))["seq"]
    url = f"{desk.base}/client/stream"
    async with desk.session.get(url, params={"user": ANN, "after": seq}) as response:
        assert response.content_type == "text/event-stream"
        stream = Stream(response)
        sent = await desk.call("sendMessage", chat_id=ANN, text="?", reply_markup=BUTTONS)
        assert await stream.next() == (seq + 1, "message", {"message": sent})
        await desk.call("sendChatAction", chat_id=ANN, action="typing")
        assert (await stream.next())[1:] == ("typing", {"action": "typing"})
        pressed = await desk.person("press", user=ANN, message_id=sent["message_id"], text="Yes")
        await desk.call("answerCallbackQuery", callback_query_id=pressed["callback_query_id"])
        _, kind, answer = await stream.next()
        assert (kind, answer["show_alert"]) == ("answer", False)
        edited = await desk.call("editMessageText", chat_id=ANN, message_id=sent["message_id"], text="!")
        assert (await stream.next())[1:] == ("edit", {"message": edited})
        mine = await desk.person("send", user=ANN, text="hi")
        assert (await stream.next())[2]["message"] == mine
        await desk.call("deleteMessage", chat_id=ANN, message_id=sent["message_id"])
        assert (await stream.next())[1:] == ("delete", {"message_ids": [sent["message_id"]]})
        await desk.call("setMyCommands", commands=[{"command": "a", "description": "A"}])
        number, kind, menu = await stream.next()
        assert (kind, menu["commands"][0]["command"]) == ("menu", "a")
    await desk.call("sendMessage", chat_id=ANN, text="missed", reply_markup={"keyboard": [["k"]]})
    async with desk.session.get(url, params={"user": ANN}, headers={"Last-Event-ID": str(number)}) as response:
        stream = Stream(response)
        assert (await stream.next())[2]["message"]["text"] == "missed"
        assert (await stream.next())[1:] == ("keyboard", {"reply_markup": {"keyboard": [[{"text": "k"}]]}})
    async with desk.session.get(url, params={"user": ANN, "after": 5}) as response:
        assert (await Stream(response).next())[1:] == ("reset", {})


async def test_a_script_waits_for_an_edit(desk: Desk) -> None:
    sent = await desk.call("sendMessage", chat_id=ANN, text="1")
    seq = (await desk.look("chat", user=ANN))["seq"]
    waiting = asyncio.create_task(desk.look("messages", user=ANN, since=seq, wait=10))
    await desk.call("editMessageText", chat_id=ANN, message_id=sent["message_id"], text="2")
    assert (await asyncio.wait_for(waiting, 5))[-1]["text"] == "2"
    assert await desk.look("messages", user=ANN, after=sent["message_id"], wait=0.01) == []


async def test_deleting_what_was_unread_lowers_the_count(desk: Desk) -> None:
    first = await desk.call("sendMessage", chat_id=ANN, text="1")
    await desk.person("read", user=ANN)
    second = await desk.call("sendMessage", chat_id=ANN, text="2")
    await desk.call("deleteMessages", chat_id=ANN, message_ids=[first["message_id"]])
    assert (await desk.look("chat", user=ANN))["unread"] == 1
    await desk.call("deleteMessage", chat_id=ANN, message_id=second["message_id"])
    assert (await desk.look("chat", user=ANN))["unread"] == 0


async def test_the_page_learns_who_holds_which_phone(open_desk: Open) -> None:
    phones = [{"user": ANN, "role": "audience", "people": [ANN, BEN]}]
    assert (await (await open_desk(phones=phones)).look("demo")) == {"phones": phones}
    desk = await open_desk()
    async with desk.session.get(f"{desk.base}/client/demo") as response:
        assert response.status == 404


async def test_pages_from_elsewhere_may_not_act(desk: Desk) -> None:
    url = f"{desk.base}/client/bot"
    for origin, status in (("https://example.org", 403), ("null", 403), (desk.base, 200)):
        async with desk.session.get(url, headers={"Origin": origin}) as response:
            assert response.status == status
    async with desk.session.get(url, headers={"Host": "rebound.example.org"}) as response:
        assert response.status == 403


async def test_the_page_is_served(desk: Desk) -> None:
    async with desk.session.get(f"{desk.base}/") as response:
        assert response.content_type == "text/html"
    async with desk.session.get(f"{desk.base}/page/main.js") as response:
        assert response.status == 200
    async with desk.session.get(f"{desk.base}/page/../server.py") as response:
        assert response.status == 404


@pytest.mark.parametrize(
    ("act", "body", "status"),
    [
        ("send", {"user": 999, "text": "x"}, 404),
        ("send", {"text": "x"}, 400),
        ("send", {"user": ANN, "text": " "}, 400),
        ("send", {"user": ANN, "text": "x" * 4097}, 400),
        ("press", {"user": ANN, "message_id": 999, "text": "x"}, 404),
        ("press", {"user": ANN, "text": "x"}, 404),
        ("press", {"user": ANN, "message_id": 1}, 400),
        ("pay", {"user": ANN, "message_id": 1}, 400),
        ("pay", {"user": ANN, "message_id": 1, "outcome": "maybe"}, 400),
        ("location", {"user": ANN}, 400),
        ("users", {"id": -1, "first_name": "x"}, 400),
        ("users", {"id": 5}, 400),
        ("faults", {"method": "sendMessage", "error": 418}, 400),
        ("faults", {"error": 500}, 400),
        ("faults", {"method": "sendMessage", "error": "shuffle"}, 400),
    ],
)
async def test_what_people_cannot_do_is_told_in_a_sentence(
    desk: Desk, act: str, body: dict[str, Any], status: int
) -> None:
    told, answer = await desk.try_person(act, **body)
    assert told == status
    assert answer["ok"] is False
    assert len(answer["error"]) > 15
    assert (await desk.updates()) == []


async def test_a_mini_app_opens_with_signed_words_of_its_person(desk: Desk) -> None:
    opened = await desk.person("web_app", user=ANN, url="http://127.0.0.1:1/app/", theme={"bg_color": "#ffffff"})
    address, _, fragment = opened["url"].partition("#")
    given = dict(parse_qsl(fragment))
    assert address == "http://127.0.0.1:1/app/"
    assert given["tgWebAppData"] == opened["init_data"]
    assert json.loads(given["tgWebAppThemeParams"]) == {"bg_color": "#ffffff"}
    # aiogram's own check of the Bot API's rule
    data = safe_parse_webapp_init_data(TOKEN, opened["init_data"])
    assert data.user is not None
    assert (data.user.id, data.auth_date.timestamp()) == (ANN, desk.clock.now)
    assert not check_webapp_signature("4200:another", opened["init_data"])
    status, refused = await desk.try_person("web_app", user=ANN, url="http://127.0.0.1:1/#x")
    assert (status, "fragment" in refused["error"]) == (400, True)
    async with desk.session.get(f"{desk.base}/page/telegram-web-app.js") as script:
        assert script.status == 200


async def test_routes_beside_the_messenger_are_served_on_its_port(desk: Desk) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(text="beside")

    emulator = Emulator({TOKEN: BotProfile()}, beside=[web.get("/app/x", answer)])
    base = await emulator.start()
    async with desk.session.get(f"{base}/app/x") as response:
        assert await response.text() == "beside"
    await emulator.stop()
