"""Sending, editing, deleting, forwarding: what is accepted, what is refused, and in which words."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import ANN, BEN, Desk


def inline(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"inline_keyboard": [list(buttons)]}


async def test_a_message_is_seen_by_its_person_only(desk: Desk) -> None:
    sent = await desk.call("sendMessage", chat_id=ANN, text="<b>Hello</b>", parse_mode="HTML")
    assert sent["from"]["is_bot"]
    assert sent["chat"] == {"id": ANN, "first_name": "Ann", "username": "ann", "type": "private"}
    assert sent["entities"] == [{"type": "bold", "offset": 0, "length": 5}]
    seen = await desk.look("messages", user=ANN, after=sent["message_id"] - 1)
    assert seen == [sent]
    assert await desk.look("messages", user=BEN, after=sent["message_id"] - 1) == []


@pytest.mark.parametrize(
    ("params", "description"),
    [
        ({}, "Bad Request: message text is empty"),
        ({"text": ""}, "Bad Request: message text is empty"),
        ({"text": "  "}, "Bad Request: text must be non-empty"),
        ({"text": "x" * 4097}, "Bad Request: message is too long"),
        ({"text": "x", "chat_id": ""}, "Bad Request: chat_id is empty"),
        ({"text": "x", "chat_id": 999}, "Bad Request: chat not found"),
        ({"text": "x", "chat_id": "@nobody"}, "Bad Request: chat not found"),
        ({"text": "x", "parse_mode": "BBCode"}, "Bad Request: unsupported parse_mode"),
        ({"text": "x", "reply_parameters": {"message_id": 999}}, "Bad Request: message to be replied not found"),
        ({"text": "x", "reply_markup": "{"}, "Bad Request: can't parse reply keyboard markup JSON object"),
        ({"text": "x", "reply_markup": "[]"}, "Bad Request: object expected as reply markup"),
        (
            {"text": "x", "reply_markup": {"inline_keyboard": [{"text": "a"}]}},
            'Bad Request: field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
        ),
        (
            {"text": "x", "reply_markup": inline({"text": "a"})},
            "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        ({"text": "x", "reply_markup": inline({"text": "", "callback_data": "a"})},
         "Bad Request: inline keyboard button text must be non-empty"),
        ({"text": "x", "reply_markup": inline({"text": "a", "callback_data": "é" * 33})},
         "Bad Request: BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": inline({"text": "a", "url": "ftp://x"})}, "Bad Request: BUTTON_URL_INVALID"),
        ({"text": "x", "reply_markup": inline({"text": "a", "pay": True})}, "Bad Request: BUTTON_TYPE_INVALID"),
        (
            {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "a"}]] * 101}},
            "Bad Request: reply markup is too long",
        ),
    ],
)  # fmt: skip
async def test_a_wrong_message_is_refused(desk: Desk, params: dict[str, Any], description: str) -> None:
    assert await desk.error("sendMessage", **{"chat_id": ANN} | params) == description


async def test_limits_are_of_the_text_after_parsing(desk: Desk) -> None:
    text = f"<b>{'x' * 4096}</b>"
    assert len((await desk.call("sendMessage", chat_id=ANN, text=text, parse_mode="HTML"))["text"]) == 4096
    data = "d" * 64
    sent = await desk.call(
        "sendMessage", chat_id="@Ann", text="x", reply_markup=inline({"text": "a", "callback_data": data})
    )
    assert sent["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == data


async def test_a_reply_shows_what_it_replies_to(desk: Desk) -> None:
    first = await desk.call("sendMessage", chat_id=ANN, text="one")
    reply = {"message_id": first["message_id"]}
    second = await desk.call("sendMessage", chat_id=ANN, text="two", reply_parameters=reply)
    assert second["reply_to_message"]["text"] == "one"
    lenient = {"message_id": 999, "allow_sending_without_reply": True}
    assert "reply_to_message" not in await desk.call("sendMessage", chat_id=ANN, text="3", reply_parameters=lenient)


async def test_an_edit_changes_text_and_takes_the_keyboard_off(desk: Desk) -> None:
    button = {"text": "a", "callback_data": "a"}
    sent = await desk.call("sendMessage", chat_id=ANN, text="one", reply_markup=inline(button))
    target = {"chat_id": ANN, "message_id": sent["message_id"]}
    same = await desk.error("editMessageText", **target, text="one", reply_markup=inline(button))
    assert same == (
        "Bad Request: message is not modified: specified new message content and reply markup are exactly the same "
        "as a current content and reply markup of the message"
    )
    edited = await desk.call("editMessageText", **target, text="two")
    assert edited["text"] == "two"
    assert "edit_date" in edited
    assert "reply_markup" not in edited
    assert "message is not modified" in await desk.error("editMessageReplyMarkup", **target)
    again = await desk.call("editMessageReplyMarkup", **target, reply_markup=inline(button))
    assert again["reply_markup"] == inline(button)
    assert [m["text"] for m in await desk.look("messages", user=ANN)][-1] == "two"


@pytest.mark.parametrize(
    ("method", "params", "description"),
    [
        ("editMessageText", {"message_id": 999, "text": "x"}, "Bad Request: message to edit not found"),
        ("editMessageText", {"message_id": 1, "text": "x"}, "Bad Request: message can't be edited"),
        ("editMessageCaption", {"message_id": 3, "caption": "x"},
         "Bad Request: there is no caption in the message to edit"),
        ("editMessageReplyMarkup", {"message_id": 3, "reply_markup": {"keyboard": [["a"]]}},
         "Bad Request: inline keyboard expected"),
        ("editMessageMedia", {"message_id": 3}, 'Bad Request: parameter "media" is required'),
        ("editMessageMedia", {"message_id": 3, "media": {"type": "photo", "media": ""}},
         "Bad Request: can't parse InputMedia: media not found"),
        ("editMessageMedia", {"message_id": 3, "media": {"type": "sticker", "media": "x"}},
         'Bad Request: can\'t parse InputMedia: type "sticker" is unsupported'),
        ("deleteMessage", {"message_id": 999}, "Bad Request: message to delete not found"),
        ("deleteMessage", {}, "Bad Request: message identifier is not specified"),
        ("deleteMessages", {}, "Bad Request: message identifiers are not specified"),
        ("deleteMessages", {"message_ids": list(range(1, 102))}, "Bad Request: too many message identifiers specified"),
        ("forwardMessage", {"from_chat_id": BEN, "message_id": 999}, "Bad Request: message to forward not found"),
        ("copyMessage", {"from_chat_id": BEN, "message_id": 999}, "Bad Request: message to copy not found"),
        ("pinChatMessage", {"message_id": 999}, "Bad Request: message to pin not found"),
        ("sendChatAction", {"action": "dancing"}, "Bad Request: wrong parameter action in request"),
        ("getFile", {"file_id": "x"}, "Bad Request: invalid file_id"),
        ("getFile", {}, "Bad Request: file_id not specified"),
    ],
)  # fmt: skip
async def test_what_cannot_be_done_to_a_message(
    desk: Desk, method: str, params: dict[str, Any], description: str
) -> None:
    sent = await desk.call("sendMessage", chat_id=ANN, text="three")
    assert sent["message_id"] == 3
    assert await desk.error(method, chat_id=ANN, **params) == description


async def test_a_message_that_put_up_a_keyboard_cannot_be_edited(desk: Desk) -> None:
    keyboard = {"keyboard": [["Yes", {"text": "No"}]], "resize_keyboard": True}
    sent = await desk.call("sendMessage", chat_id=ANN, text="?", reply_markup=keyboard)
    assert "reply_markup" not in sent
    assert (await desk.look("chat", user=ANN))["keyboard"]["keyboard"] == [[{"text": "Yes"}, {"text": "No"}]]
    target = {"chat_id": ANN, "message_id": sent["message_id"]}
    assert await desk.error("editMessageText", **target, text="!") == "Bad Request: message can't be edited"
    await desk.call("sendMessage", chat_id=ANN, text="gone", reply_markup={"remove_keyboard": True})
    assert (await desk.look("chat", user=ANN))["keyboard"] is None


async def test_a_message_is_deleted_for_both_within_48_hours(desk: Desk) -> None:
    old = await desk.call("sendMessage", chat_id=ANN, text="old")
    desk.clock.now += 47 * 3600
    new = await desk.call("sendMessage", chat_id=ANN, text="new")
    desk.clock.now += 2 * 3600
    target = {"chat_id": ANN, "message_id": old["message_id"]}
    assert await desk.error("deleteMessage", **target) == "Bad Request: message can't be deleted for everyone"
    assert await desk.call("deleteMessages", chat_id=ANN, message_ids=[new["message_id"], 998, 999])
    assert [m["text"] for m in await desk.look("messages", user=ANN)] == ["/start", "old"]
    numbers = await desk.call("sendMessage", chat_id=ANN, text="next")
    assert numbers["message_id"] == new["message_id"] + 1


async def test_forwards_and_copies(desk: Desk) -> None:
    sent = await desk.call("sendMessage", chat_id=ANN, text="news")
    source = {"from_chat_id": ANN, "message_id": sent["message_id"]}
    forwarded = await desk.call("forwardMessage", chat_id=BEN, **source)
    assert forwarded["forward_origin"]["sender_user"]["id"] == 4200
    copied = await desk.call("copyMessage", chat_id=BEN, **source)
    seen = await desk.look("messages", user=BEN)
    assert seen[-1]["message_id"] == copied["message_id"]
    assert [m["text"] for m in seen[-2:]] == ["news", "news"]
    assert "forward_origin" not in seen[-1]
    secret = await desk.call("sendMessage", chat_id=ANN, text="secret", protect_content=True)
    source["message_id"] = secret["message_id"]
    assert await desk.error("forwardMessage", chat_id=BEN, **source) == "Bad Request: messages can't be forwarded"


async def test_somebody_who_blocked_the_bot_gets_nothing(desk: Desk) -> None:
    await desk.person("block", user=ANN, blocked=True)
    calls: dict[str, dict[str, Any]] = {
        "sendMessage": {"text": "x"},
        "sendChatAction": {"action": "typing"},
        "editMessageText": {"message_id": 1, "text": "x"},
    }
    for method, params in calls.items():
        answer = await desk.raw(method, chat_id=ANN, **params)
        assert answer["error_code"] == 403
        assert answer["description"] == "Forbidden: bot was blocked by the user"
    (update,) = await desk.updates()
    assert update["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    assert (await desk.try_person("send", user=ANN, text="hi"))[0] == 400
    await desk.person("start", user=ANN)
    first, second = await desk.updates()
    assert first["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert second["message"]["text"] == "/start"


async def test_pins_and_the_chat(desk: Desk) -> None:
    sent = await desk.call("sendMessage", chat_id=ANN, text="pinned")
    await desk.call("pinChatMessage", chat_id=ANN, message_id=sent["message_id"])
    chat = await desk.call("getChat", chat_id=ANN)
    assert chat["pinned_message"]["text"] == "pinned"
    (update,) = await desk.updates()  # of its own messages a bot is told those that pin
    service = update["message"]
    assert service["from"]["is_bot"]
    assert service["pinned_message"]["message_id"] == sent["message_id"] < service["message_id"]
    await desk.call("pinChatMessage", chat_id=ANN, message_id=sent["message_id"])
    assert await desk.updates() == []  # it is pinned already
    refused = await desk.error("forwardMessage", chat_id=ANN, from_chat_id=ANN, message_id=service["message_id"])
    assert "can't be forwarded" in refused
    await desk.call("unpinChatMessage", chat_id=ANN)
    assert "pinned_message" not in await desk.call("getChat", chat_id=ANN)
    assert await desk.error("unpinChatMessage", chat_id=ANN) == "Bad Request: message to unpin not found"
    assert (await desk.call("getChatMember", chat_id=ANN, user_id=ANN))["status"] == "member"
    assert (await desk.call("getUserProfilePhotos", user_id=ANN))["total_count"] == 0


async def test_an_unknown_method_and_an_unknown_bot(desk: Desk) -> None:
    answer = await desk.raw("sendTelepathy")
    assert answer == {"ok": False, "error_code": 404, "description": "Not Found: method not found"}
    async with desk.session.get(f"{desk.base}/bot1:x/getMe") as response:
        assert response.status == 401
        assert (await response.json())["description"] == "Unauthorized"
