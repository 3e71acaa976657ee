"""Invoices, pre-checkout, Stars, and the payment provider beside the messenger."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest

from bot.emulator import TEST_PROVIDER_TOKEN

from .conftest import ANN, BEN, Desk, Open, settle

INVOICE: dict[str, Any] = {
    "chat_id": ANN,
    "title": "Two seats",
    "description": "Stalls, row 4",
    "payload": "order-1",
    "provider_token": TEST_PROVIDER_TOKEN,
    "currency": "EUR",
    "prices": [{"label": "Seat 1", "amount": 2500}, {"label": "Seat 2", "amount": 1250}],
    "start_parameter": "order-1",
}
STARS = INVOICE | {"currency": "XTR", "provider_token": "", "prices": [{"label": "Seat", "amount": 50}]}


async def pay(desk: Desk, *, ok: bool = True, error: str = "Too late", **body: Any) -> tuple[Any, Any]:
    """A person pays and the bot answers; the outcome and the pre-checkout query."""
    paying = asyncio.create_task(desk.person("pay", **body))
    (update,) = await desk.updates(timeout=5)
    query = update["pre_checkout_query"]
    answer = {"ok": True} if ok else {"ok": False, "error_message": error}
    assert await desk.call("answerPreCheckoutQuery", pre_checkout_query_id=query["id"], **answer)
    return await asyncio.wait_for(paying, 5), query


async def provider(desk: Desk, method: str, path: str, **body: Any) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {TEST_PROVIDER_TOKEN}"}
    options: dict[str, Any] = {"json": body} if method == "POST" else {"params": body}
    async with desk.session.request(method, f"{desk.base}/provider/{path}", headers=headers, **options) as response:
        return response.status, await response.json()


async def test_an_invoice_is_paid(desk: Desk) -> None:
    sent = await desk.call("sendInvoice", **INVOICE)
    assert sent["invoice"]["total_amount"] == 3750
    assert sent["reply_markup"]["inline_keyboard"] == [[{"text": "Pay EUR 37.50", "pay": True}]]
    outcome, query = await pay(desk, user=ANN, message_id=sent["message_id"])
    assert query["from"]["id"] == ANN
    assert (query["currency"], query["total_amount"], query["invoice_payload"]) == ("EUR", 3750, "order-1")
    assert outcome["status"] == "paid"
    (update,) = await desk.updates()
    payment = update["message"]["successful_payment"]
    assert payment["total_amount"] == 3750
    assert payment["telegram_payment_charge_id"] == outcome["telegram_payment_charge_id"]
    _, charge = await provider(desk, "GET", f"charges/{payment['provider_payment_charge_id']}")
    assert (charge["amount"], charge["currency"], charge["status"]) == (3750, "EUR", "succeeded")
    assert charge["metadata"]["invoice_payload"] == "order-1"
    (invoice, _) = (await desk.look("messages", user=ANN))[-2:]
    assert invoice["paid"] is True
    status, refused = await desk.try_person("pay", user=ANN, message_id=sent["message_id"])
    assert status == 400
    assert "is paid" in refused["error"]


async def test_the_bot_refuses_the_bank_declines_the_person_leaves(desk: Desk) -> None:
    sent = await desk.call("sendInvoice", **INVOICE)
    target = {"user": ANN, "message_id": sent["message_id"]}
    outcome, _ = await pay(desk, ok=False, error="The seats are gone.", **target)
    assert outcome == {"status": "refused", "error": "The seats are gone."}
    assert (await pay(desk, outcome="declined", **target))[0]["status"] == "declined"
    assert (await pay(desk, outcome="abandoned", **target))[0]["status"] == "abandoned"
    assert await desk.updates() == []
    assert (await provider(desk, "GET", "charges"))[1]["charges"] == []
    assert (await pay(desk, **target))[0]["status"] == "paid"


async def test_a_pre_checkout_query_that_nobody_answers_times_out(open_desk: Open) -> None:
    desk = await open_desk(pre_checkout_timeout=0.05)
    await settle(desk)
    sent = await desk.call("sendInvoice", **INVOICE)
    outcome = await desk.person("pay", user=ANN, message_id=sent["message_id"])
    assert outcome["status"] == "timeout"
    (update,) = await desk.updates()
    late = {"pre_checkout_query_id": update["pre_checkout_query"]["id"], "ok": True}
    assert await desk.error("answerPreCheckoutQuery", **late) == (
        "Bad Request: query is too old and response timeout expired or query ID is invalid"
    )
    assert "required" in await desk.error("answerPreCheckoutQuery", pre_checkout_query_id="1", ok=False)


async def test_money_may_come_late_or_unannounced(desk: Desk) -> None:
    sent = await desk.call("sendInvoice", **INVOICE)
    outcome, _ = await pay(desk, user=ANN, message_id=sent["message_id"], lost=True, delay=0.01)
    assert outcome["status"] == "paid"
    assert await desk.updates() == []
    (charge,) = (await provider(desk, "GET", "charges", since=0))[1]["charges"]
    assert charge["metadata"]["telegram_payment_charge_id"] == outcome["telegram_payment_charge_id"]


async def test_a_forwarded_invoice_belongs_to_its_chat_if_it_has_a_start_parameter(desk: Desk) -> None:
    sent = await desk.call("sendInvoice", **INVOICE)
    forward = {"chat_id": BEN, "from_chat_id": ANN}
    closed = await desk.call("forwardMessage", **forward, message_id=sent["message_id"])
    button = closed["reply_markup"]["inline_keyboard"][0][0]
    assert button["url"] == "https://t.me/foyer_bot?start=order-1"
    status, refused = await desk.try_person("pay", user=ANN, message_id=sent["message_id"], payer=BEN)
    assert status == 400
    assert refused["url"] == "https://t.me/foyer_bot?start=order-1"
    opened = await desk.call("sendInvoice", **INVOICE | {"start_parameter": ""})
    outcome, query = await pay(desk, user=ANN, message_id=opened["message_id"], payer=BEN)
    assert query["from"]["id"] == BEN
    assert outcome["status"] == "paid"
    (update,) = await desk.updates()
    assert update["message"]["chat"]["id"] == BEN


async def test_a_link_is_paid_by_anybody(desk: Desk) -> None:
    link = await desk.call("createInvoiceLink", **{k: v for k, v in INVOICE.items() if k != "chat_id"})
    assert link.startswith("https://t.me/$")
    for user in (ANN, BEN):
        outcome, query = await pay(desk, user=user, link=link)
        assert query["from"]["id"] == user
        assert outcome["status"] == "paid"
        await desk.updates()
    assert (await desk.try_person("pay", user=ANN, link="https://t.me/$none"))[0] == 404


async def test_stars_are_refunded_once(desk: Desk) -> None:
    sent = await desk.call("sendInvoice", **STARS)
    outcome, _ = await pay(desk, user=ANN, message_id=sent["message_id"])
    await desk.updates()
    charge = {"user_id": ANN, "telegram_payment_charge_id": outcome["telegram_payment_charge_id"]}
    assert (await desk.call("getMyStarBalance"))["amount"] == 50
    assert await desk.call("refundStarPayment", **charge)
    (update,) = await desk.updates()
    assert update["message"]["refunded_payment"]["total_amount"] == 50
    assert await desk.error("refundStarPayment", **charge) == "Bad Request: CHARGE_ALREADY_REFUNDED"
    assert await desk.error("refundStarPayment", **charge | {"user_id": BEN}) == "Bad Request: CHARGE_ID_INVALID"
    assert len((await desk.call("getStarTransactions"))["transactions"]) == 2
    assert (await desk.call("getMyStarBalance"))["amount"] == 0


@pytest.mark.parametrize(
    ("params", "description"),
    [
        ({"provider_token": "wrong"}, "Bad Request: PAYMENT_PROVIDER_INVALID"),
        ({"provider_token": ""}, "Bad Request: PAYMENT_PROVIDER_INVALID"),
        ({"currency": "euro"}, "Bad Request: CURRENCY_INVALID"),
        ({"prices": []}, "Bad Request: there must be at least one price"),
        ({"prices": "x"}, "Bad Request: can't parse prices JSON object"),
        ({"prices": [{"label": "", "amount": 1}]},
         "Bad Request: can't parse labeled price: LabeledPrice label must be non-empty"),
        ({"prices": [{"label": "a", "amount": 0}]}, "Bad Request: CURRENCY_TOTAL_AMOUNT_INVALID"),
        ({"title": ""}, 'Bad Request: parameter "title" is required'),
        ({"payload": "x" * 129}, "Bad Request: INVOICE_PAYLOAD_INVALID"),
        ({"start_parameter": "a b"}, "Bad Request: START_PARAM_INVALID"),
    ],
)  # fmt: skip
async def test_a_wrong_invoice_is_refused(desk: Desk, params: dict[str, Any], description: str) -> None:
    assert await desk.error("sendInvoice", **INVOICE | params) == description


async def paid_charge(desk: Desk) -> Any:
    sent = await desk.call("sendInvoice", **INVOICE | {"start_parameter": ""})
    await pay(desk, user=ANN, message_id=sent["message_id"])
    (update,) = await desk.updates()
    return update["message"]["successful_payment"]["provider_payment_charge_id"]


async def test_refunds_at_the_provider(desk: Desk) -> None:
    charge = await paid_charge(desk)
    body = {"charge_id": charge, "amount": 1000, "currency": "EUR", "idempotency_key": "a"}
    status, refund = await provider(desk, "POST", "refunds", **body)
    assert (status, refund["status"]) == (200, "succeeded")
    assert (await provider(desk, "POST", "refunds", **body))[1] == refund
    assert (await provider(desk, "POST", "refunds", **body | {"amount": 2}))[0] == 409
    status, refused = await provider(desk, "POST", "refunds", **body | {"idempotency_key": "b", "amount": 2751})
    assert (status, refused["error"]["code"]) == (400, "amount_exceeds")
    status, refused = await provider(desk, "POST", "refunds", **body | {"idempotency_key": "b", "charge_id": "ch_9"})
    assert (status, refused["error"]["code"]) == (404, "charge_unknown")
    status, refused = await provider(desk, "POST", "refunds", **body | {"idempotency_key": "b", "currency": "USD"})
    assert (status, refused["error"]["code"]) == (400, "currency_mismatch")
    assert (await provider(desk, "GET", "refunds", charge=charge))[1]["refunds"] == [refund]
    assert (await provider(desk, "GET", f"charges/{charge}"))[1]["amount_refunded"] == 1000


async def test_refunds_that_wait_or_fail(desk: Desk) -> None:
    charge = await paid_charge(desk)
    body = {"charge_id": charge, "amount": 3750, "currency": "EUR"}
    await provider(desk, "POST", "script", refunds="pending")
    await provider(desk, "POST", "script", refunds="fail")
    _, pending = await provider(desk, "POST", "refunds", **body, idempotency_key="a")
    assert pending["status"] == "pending"
    assert (await provider(desk, "POST", "refunds", **body, idempotency_key="b"))[0] == 400
    _, settled = await provider(desk, "POST", f"refunds/{pending['id']}/settle", status="failed")
    assert (settled["status"], settled["failure_reason"]) == ("failed", "declined_by_bank")
    assert (await provider(desk, "POST", "refunds", **body, idempotency_key="b"))[1]["status"] == "failed"
    assert (await provider(desk, "POST", "refunds", **body, idempotency_key="c"))[1]["status"] == "succeeded"
    assert (await provider(desk, "POST", f"refunds/{pending['id']}/settle", status="succeeded"))[0] == 409


async def test_charges_are_listed_in_pages_and_only_to_their_owner(desk: Desk) -> None:
    charges = [await paid_charge(desk) for _ in range(3)]
    _, first = await provider(desk, "GET", "charges", limit=2)
    assert [c["id"] for c in first["charges"]] == charges[:2]
    _, second = await provider(desk, "GET", "charges", limit=2, cursor=first["next_cursor"])
    assert [c["id"] for c in second["charges"]] == charges[2:]
    assert second["next_cursor"] is None
    assert (await provider(desk, "GET", "charges", since=desk.clock.now + 1))[1]["charges"] == []
    async with desk.session.get(f"{desk.base}/provider/charges") as response:
        assert response.status == 401
    await desk.person("faults", method="provider.charges", error=503)
    assert (await provider(desk, "GET", "charges"))[0] == 503


@pytest.mark.parametrize(("error", "made"), [("drop", 1), ("drop_before", 0)])
async def test_a_refund_whose_answer_is_lost(desk: Desk, error: str, made: int) -> None:
    body = {"charge_id": await paid_charge(desk), "amount": 1, "currency": "EUR", "idempotency_key": "a"}
    await desk.person("faults", method="provider.refund", error=error)
    with pytest.raises(aiohttp.ClientError):
        await provider(desk, "POST", "refunds", **body)
    assert len((await provider(desk, "GET", "refunds"))[1]["refunds"]) == made
    assert (await provider(desk, "POST", "refunds", **body))[1]["status"] == "succeeded"
    assert len((await provider(desk, "GET", "refunds"))[1]["refunds"]) == 1
