"""The four ways to bring parameters and the two ways to bring files."""

from __future__ import annotations

import io
import json

import aiohttp
from PIL import Image

from .conftest import ANN, TOKEN, Desk


def picture(width: int = 640, height: int = 480, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), (120, 30, 60)).save(out, kind)
    return out.getvalue()


async def test_all_ways_to_send_parameters_mean_the_same(desk: Desk) -> None:
    url = f"{desk.base}/bot{TOKEN}/"
    markup = {"inline_keyboard": [[{"text": "a", "callback_data": "a"}]]}
    nested = {"chat_id": str(ANN), "text": "hi", "reply_markup": json.dumps(markup)}
    form = aiohttp.FormData(nested, default_to_multipart=True)
    requests = [
        desk.session.get(url + "sendMessage", params=nested),
        desk.session.post(url + "SENDMESSAGE", params=nested),
        desk.session.post(url + "sendmessage", data=nested),
        desk.session.post(url + "sendMessage", json={"chat_id": ANN, "text": "hi", "reply_markup": markup}),
        desk.session.post(url + "SendMessage", data=form),
    ]
    results = []
    for request in requests:
        async with request as response:
            results.append((await response.json())["result"])
    assert [r.pop("message_id") for r in results] == [3, 4, 5, 6, 7]
    assert all(result == results[0] for result in results)
    assert results[0]["reply_markup"] == markup


async def test_a_body_that_is_not_what_it_says_is_refused(desk: Desk) -> None:
    headers = {"Content-Type": "application/json"}
    async with desk.session.post(f"{desk.base}/bot{TOKEN}/sendMessage", data=b"{", headers=headers) as response:
        assert response.status == 400
        assert (await response.json())["ok"] is False


async def test_both_upload_styles_and_a_second_use_by_id(desk: Desk) -> None:
    url = f"{desk.base}/bot{TOKEN}/sendPhoto"
    attached = aiohttp.FormData({"chat_id": str(ANN), "photo": "attach://here"})
    attached.add_field("here", picture(), filename="a.png", content_type="image/png")
    direct = aiohttp.FormData({"chat_id": str(ANN)})
    direct.add_field("photo", picture(), filename="a.png", content_type="image/png")
    sizes = []
    for form in (attached, direct):
        async with desk.session.post(url, data=form) as response:
            sizes.append((await response.json())["result"]["photo"])
    assert sizes[0] == sizes[1]
    assert [(size["width"], size["height"]) for size in sizes[0]] == [(90, 67), (320, 240), (640, 480)]
    again = await desk.call("sendPhoto", chat_id=ANN, photo=sizes[0][-1]["file_id"], caption="again")
    assert again["photo"] == sizes[0]
    assert again["caption"] == "again"


async def test_a_file_comes_down_as_it_went_up(desk: Desk) -> None:
    form = aiohttp.FormData({"chat_id": str(ANN), "caption": "<b>Plan</b>", "parse_mode": "HTML"}, quote_fields=False)
    form.add_field("document", b"%PDF-1.4 seats", filename="座位.pdf", content_type="application/pdf")
    async with desk.session.post(f"{desk.base}/bot{TOKEN}/sendDocument", data=form) as response:
        sent = (await response.json())["result"]
    assert sent["document"]["file_name"] == "座位.pdf"
    assert sent["document"]["mime_type"] == "application/pdf"
    assert sent["caption_entities"][0]["type"] == "bold"
    file = await desk.call("getFile", file_id=sent["document"]["file_id"])
    assert file["file_path"].endswith(".pdf")
    async with desk.session.get(f"{desk.base}/file/bot{TOKEN}/{file['file_path']}") as response:
        assert await response.read() == b"%PDF-1.4 seats"
    async with desk.session.get(f"{desk.base}/client/file/{file['file_id']}") as response:
        assert await response.read() == b"%PDF-1.4 seats"
        assert response.content_type == "application/pdf"
    async with desk.session.get(f"{desk.base}/file/bot{TOKEN}/documents/none.pdf") as response:
        assert response.status == 404


async def test_smaller_copies_of_a_photo_are_pictures(desk: Desk) -> None:
    form = aiohttp.FormData({"chat_id": str(ANN)})
    form.add_field("photo", picture(1000, 500), filename="a.png", content_type="image/png")
    async with desk.session.post(f"{desk.base}/bot{TOKEN}/sendPhoto", data=form) as response:
        smallest = (await response.json())["result"]["photo"][0]
    async with desk.session.get(f"{desk.base}/client/file/{smallest['file_id']}") as response:
        copy = Image.open(io.BytesIO(await response.read()))
    assert copy.size == (90, 45)


async def test_what_is_no_photo_is_refused(desk: Desk) -> None:
    cases = [
        (b"not a picture", "Bad Request: IMAGE_PROCESS_FAILED"),
        (b"", "Bad Request: file must be non-empty"),
        (picture(4000, 100), "Bad Request: PHOTO_INVALID_DIMENSIONS"),
    ]
    for content, description in cases:
        form = aiohttp.FormData({"chat_id": str(ANN)})
        form.add_field("photo", content, filename="a.png", content_type="image/png")
        async with desk.session.post(f"{desk.base}/bot{TOKEN}/sendPhoto", data=form) as response:
            assert (await response.json())["description"] == description
    assert await desk.error("sendPhoto", chat_id=ANN) == "Bad Request: there is no photo in the request"
    wrong = await desk.error("sendPhoto", chat_id=ANN, photo="AgACnothing")
    assert wrong == "Bad Request: wrong file identifier/HTTP URL specified"
    url = await desk.error("sendPhoto", chat_id=ANN, photo="https://example.org/a.png")
    assert url == "Bad Request: failed to get HTTP URL content"
    caption = await desk.error("sendPhoto", chat_id=ANN, photo="x", caption="y" * 1025)
    assert caption == "Bad Request: wrong file identifier/HTTP URL specified"


async def _photo(desk: Desk, **fields: str) -> dict[str, object]:
    form = aiohttp.FormData({"chat_id": str(ANN)} | fields)
    form.add_field("photo", picture(200, 100), filename="a.png", content_type="image/png")
    async with desk.session.post(f"{desk.base}/bot{TOKEN}/sendPhoto", data=form) as response:
        answer = await response.json()
    return dict(answer["result"]) if answer["ok"] else answer


async def test_captions_have_their_own_limit(desk: Desk) -> None:
    assert (await _photo(desk, caption="x" * 1025))["description"] == "Bad Request: message caption is too long"
    assert len(str((await _photo(desk, caption="x" * 1024))["caption"])) == 1024


async def test_text_becomes_photo_but_photo_does_not_become_text(desk: Desk) -> None:
    sent = await desk.call("sendMessage", chat_id=ANN, text="text")
    form = aiohttp.FormData({"chat_id": str(ANN), "message_id": str(sent["message_id"])})
    form.add_field("media", json.dumps({"type": "photo", "media": "attach://new", "caption": "now"}))
    form.add_field("new", picture(), filename="a.png", content_type="image/png")
    async with desk.session.post(f"{desk.base}/bot{TOKEN}/editMessageMedia", data=form) as response:
        edited = (await response.json())["result"]
    assert edited["caption"] == "now"
    assert "text" not in edited
    target = {"chat_id": ANN, "message_id": sent["message_id"]}
    assert await desk.error("editMessageText", **target, text="x") == (
        "Bad Request: there is no text in the message to edit"
    )
    assert (await desk.call("editMessageCaption", **target, caption="then"))["caption"] == "then"
    assert "caption" not in await desk.call("editMessageCaption", **target)
    media = {"type": "photo", "media": edited["photo"][-1]["file_id"]}
    assert "not modified" in await desk.error("editMessageMedia", **target, media=media)


async def test_an_album(desk: Desk) -> None:
    media = [{"type": "photo", "media": f"attach://p{i}", "caption": f"{i}"} for i in range(3)]
    form = aiohttp.FormData({"chat_id": str(ANN), "media": json.dumps(media)})
    for i in range(3):
        form.add_field(f"p{i}", picture(100 + i, 100), filename="a.png", content_type="image/png")
    async with desk.session.post(f"{desk.base}/bot{TOKEN}/sendMediaGroup", data=form) as response:
        sent = (await response.json())["result"]
    assert [m["caption"] for m in sent] == ["0", "1", "2"]
    assert len({m["media_group_id"] for m in sent}) == 1
    item = {"type": "photo", "media": sent[0]["photo"][-1]["file_id"]}
    assert await desk.error("sendMediaGroup", chat_id=ANN, media=[item] * 11) == (
        "Bad Request: too many messages to send as an album"
    )
    assert await desk.error("sendMediaGroup", chat_id=ANN, media=[]) == "Bad Request: there are no messages to send"
    assert await desk.error("sendMediaGroup", chat_id=ANN, media="{}") == "Bad Request: expected an Array of InputMedia"


async def test_voice_location_and_venue(desk: Desk) -> None:
    form = aiohttp.FormData({"chat_id": str(ANN), "duration": "3"})
    form.add_field("voice", b"OggS....", filename="v.ogg", content_type="audio/ogg")
    async with desk.session.post(f"{desk.base}/bot{TOKEN}/sendVoice", data=form) as response:
        assert (await response.json())["result"]["voice"]["duration"] == 3
    place = await desk.call("sendLocation", chat_id=ANN, latitude=52.5, longitude=13.4)
    assert place["location"] == {"latitude": 52.5, "longitude": 13.4}
    venue = await desk.call("sendVenue", chat_id=ANN, latitude=1, longitude=2, title="Hall", address="Street 1")
    assert venue["venue"]["title"] == "Hall"
    assert await desk.error("sendLocation", chat_id=ANN, longitude=1) == "Bad Request: latitude is empty"
    assert await desk.error("sendLocation", chat_id=ANN, latitude=91, longitude=1) == (
        "Bad Request: wrong location specified"
    )
