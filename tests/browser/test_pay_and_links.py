"""Paying an invoice, and links that open the bot on one phone or another."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from playwright.async_api import expect

from .bot import JsonObject, button, keyboard
from .desk import AUDIENCE, MANAGER, STAFF, Desk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def invoice(desk: Desk, **params: Any) -> JsonObject:
    """An invoice over 42.00 EUR to the audience member."""
    sent: JsonObject = await desk.bot.call(
        "sendInvoice", chat_id=AUDIENCE, title="String quartet", description="Row 7, seats 12 and 13", payload="o1",
        provider_token=desk.payment_token, currency="EUR", prices=[{"label": "2 seats", "amount": 4200}], **params,
    )  # fmt: skip
    return sent


async def test_an_invoice_is_paid(desk: Desk) -> None:
    await desk.start(AUDIENCE)
    await desk.open()
    await invoice(desk)
    card = desk.audience.messages.last
    for text in ("String quartet", "Row 7, seats 12 and 13", "€42.00"):
        await expect(card).to_contain_text(text)
    await card.locator("[data-kind=pay]").click()
    await desk.audience.button("Pay €42.00").click()
    query = await desk.bot.next("pre_checkout_query")
    assert (query["total_amount"], query["invoice_payload"]) == (4200, "o1")
    await desk.bot.call("answerPreCheckoutQuery", pre_checkout_query_id=query["id"], ok=True)
    await expect(desk.audience.sheet.get_by_role("status")).to_have_text("Payment successful")
    assert (await desk.bot.next("message"))["successful_payment"]["total_amount"] == 4200
    await desk.page.keyboard.press("Enter")
    await expect(desk.audience.sheet).to_have_count(0)
    await expect(desk.audience.messages.last).to_contain_text("You paid €42.00")
    paid = desk.audience.messages.filter(has_text="String quartet")
    await expect(paid).to_contain_text("Paid")
    await expect(paid.locator("[data-kind=pay]")).to_have_count(0)


async def test_an_invoice_stays_paid_and_pictured_over_a_reload_for_its_payer_alone(desk: Desk) -> None:
    await desk.start(AUDIENCE, STAFF)
    photo_url = f"{desk.address}/page/icon.svg"
    sent = await invoice(desk, photo_url=photo_url)
    await invoice(desk)
    paying = asyncio.create_task(desk.client("pay", {"user": AUDIENCE, "message_id": sent["message_id"]}))
    query = await desk.bot.next("pre_checkout_query")
    await desk.bot.call("answerPreCheckoutQuery", pre_checkout_query_id=query["id"], ok=True)
    assert (await paying)["status"] == "paid"

    await desk.open()
    for _ in range(2):
        paid, open_ = (desk.audience.messages.filter(has_text="String quartet").nth(index) for index in range(2))
        await expect(paid.locator(".invoice-paid")).to_have_text("Paid · €42.00")
        await expect(paid.locator("[data-kind=pay]")).to_have_count(0)
        await expect(paid.locator(".invoice-picture")).to_have_attribute("src", photo_url)
        assert (
            await paid.locator(".invoice-picture").evaluate("node => node.decode().then(() => node.naturalWidth)") > 0
        )
        await expect(open_.locator("[data-kind=pay]")).to_be_visible()
        await expect(open_.locator(".invoice-picture, .invoice-paid")).to_have_count(0)
        await desk.page.reload()


async def test_a_declined_card_can_be_tried_again_and_a_refusal_says_why(desk: Desk) -> None:
    await desk.start(AUDIENCE)
    await desk.open()
    await invoice(desk)
    await desk.audience.messages.last.locator("[data-kind=pay]").click()
    await desk.audience.sheet.get_by_label("Card ending 0002").check()
    await desk.audience.button("Pay €42.00").click()
    query = await desk.bot.next("pre_checkout_query")
    await desk.bot.call("answerPreCheckoutQuery", pre_checkout_query_id=query["id"], ok=True)
    outcome = desk.audience.sheet.get_by_role("status")
    await expect(outcome).to_have_text("The card was declined. No money was taken.")

    await desk.audience.sheet.get_by_label("Card ending 4242").check()
    await desk.audience.button("Try again").click()
    query = await desk.bot.next("pre_checkout_query")
    await desk.bot.call("answerPreCheckoutQuery", pre_checkout_query_id=query["id"], ok=False, error_message="Too late")
    await expect(outcome).to_contain_text("Too late")
    await desk.page.keyboard.press("Escape")
    await expect(desk.audience.sheet).to_have_count(0)
    await expect(desk.audience.messages.last.locator("[data-kind=pay]")).to_be_visible()


async def test_a_link_to_an_invoice_is_paid_on_the_phone_of_choice(desk: Desk) -> None:
    await desk.start(AUDIENCE)
    await desk.open()
    link = await desk.bot.call(
        "createInvoiceLink", title="Gift", description="One seat", payload="gift", currency="EUR",
        provider_token=desk.payment_token, prices=[{"label": "1 seat", "amount": 2100}],
    )  # fmt: skip
    await desk.bot.say(AUDIENCE, "Somebody pays", reply_markup=keyboard([button("Pay together", url=link)]))
    await desk.audience.button("Pay together").click()
    await desk.audience.sheet.get_by_role("button", name="Omar").click()
    await desk.staff.button("Pay").click()
    query = await desk.bot.next("pre_checkout_query")
    assert (query["from"]["id"], query["invoice_payload"]) == (STAFF, "gift")
    await desk.bot.call("answerPreCheckoutQuery", pre_checkout_query_id=query["id"], ok=True)
    await expect(desk.staff.sheet.get_by_role("status")).to_have_text("Payment successful")


async def test_a_link_opens_on_the_phone_of_choice(desk: Desk) -> None:
    await desk.start(AUDIENCE)
    await desk.open()
    link = f"https://t.me/{desk.username}?start=e12"
    await desk.bot.say(AUDIENCE, f"Poster: {link}", reply_markup=keyboard([button("Open", url=link)]))
    await desk.audience.messages.last.get_by_role("link", name=link).click()
    await desk.audience.button("On this phone").click()
    message = await desk.bot.next("message")
    assert (message["text"], message["from"]["id"]) == ("/start e12", AUDIENCE)

    await desk.audience.messages.filter(has_text="Poster").get_by_role("button", name="Open", exact=True).click()
    await desk.audience.sheet.get_by_role("button", name="Vera").click()
    message = await desk.bot.next("message")
    assert (message["text"], message["from"]["id"]) == ("/start e12", MANAGER)


async def test_a_shared_link_goes_to_another_phone_or_the_clipboard(desk: Desk) -> None:
    await desk.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await desk.start(AUDIENCE)
    await desk.open()
    inner = f"https://t.me/{desk.username}?start=h1"
    share = f"https://t.me/share/url?url={inner.replace(':', '%3A').replace('/', '%2F').replace('?', '%3F')}&text=Seat"
    rows = [[button("Hand on", url=share)], [button("Code", copy_text={"text": "K7Q2"})]]
    await desk.bot.say(AUDIENCE, "Ticket", reply_markup=keyboard(*rows))
    await desk.audience.button("Hand on").click()
    await desk.audience.button("Copy link").click()
    assert await desk.page.evaluate("navigator.clipboard.readText()") == inner
    await desk.audience.button("Code").click()
    await expect(desk.audience.element.get_by_role("status").get_by_text("Copied")).to_have_count(2)
    assert await desk.page.evaluate("navigator.clipboard.readText()") == "K7Q2"

    await desk.audience.button("Hand on").click()
    await desk.audience.sheet.get_by_role("button", name="Omar").click()
    message = await desk.bot.next("message")
    assert (message["text"], message["from"]["id"]) == ("/start h1", STAFF)


async def test_links_elsewhere_open_in_a_tab_of_their_own(desk: Desk) -> None:
    await desk.start(AUDIENCE)
    await desk.open()
    url = f"{desk.address}/page/icon.svg"
    await desk.bot.say(AUDIENCE, "Site", reply_markup=keyboard([button("Visit", url=url)]))
    async with desk.page.context.expect_page() as opened:
        await desk.audience.button("Visit").click()
    tab = await opened.value
    await tab.wait_for_load_state()
    assert tab.url == url
    assert await tab.evaluate("window.opener") is None
