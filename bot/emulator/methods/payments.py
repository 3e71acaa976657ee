"""Invoices, pre-checkout, Stars."""

from __future__ import annotations

import re
from typing import Any

from .. import errors as E
from ..errors import ApiError, ErrorText
from ..wire import Json, to_integer
from .base import Context, method, post

_START_PARAMETER = re.compile(r"[A-Za-z0-9_-]{0,64}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_WITHOUT_MINOR = frozenset({"XTR", "JPY", "KRW", "VND", "CLP", "ISK", "UGX", "PYG"})
MAX_AMOUNT = 999_999_999_999


def _invoice(ctx: Context) -> Json:
    """What only Telegram knows about an invoice. Raises ApiError."""
    call = ctx.call
    _length(call.required("title"), 32, E.INVOICE_TITLE_INVALID)
    _length(call.required("description"), 255, E.INVOICE_DESCRIPTION_INVALID)
    payload, currency = call.required("payload"), call.required("currency")
    call.required("prices")
    prices = _prices(call.json("prices", E.PRICES_JSON))
    _length(payload.encode(), 128, E.INVOICE_PAYLOAD_INVALID)
    if not _CURRENCY.fullmatch(currency):
        raise ApiError(E.CURRENCY_INVALID)
    token = call.text("provider_token")
    if currency == "XTR":
        if token or len(prices) != 1:
            raise ApiError(E.PROVIDER_INVALID if token else E.STARS_INVOICE_INVALID)
    elif token not in ctx.bot.profile.payment_tokens:
        raise ApiError(E.PROVIDER_INVALID)
    total = sum(price["amount"] for price in prices)
    if not 0 < total <= MAX_AMOUNT:
        raise ApiError(E.CURRENCY_TOTAL_INVALID)
    start_parameter = call.text("start_parameter")
    if not _START_PARAMETER.fullmatch(start_parameter):
        raise ApiError(E.START_PARAM_INVALID)
    return {
        "title": call.text("title"),
        "description": call.text("description"),
        "payload": payload,
        "currency": currency,
        "prices": prices,
        "total_amount": total,
        "start_parameter": start_parameter,
        "provider_token": token,
        "label": _amount(total, currency),
        "photo_url": call.text("photo_url"),
        "paid_by": [],
    }


def _length(value: str | bytes, limit: int, error: ErrorText) -> None:
    if len(value) > limit:
        raise ApiError(error)


def _prices(value: Any) -> list[Json]:
    if not isinstance(value, list):
        raise ApiError(E.PRICES_TYPE)
    try:
        prices = [_price(item) for item in value]
    except ApiError as error:
        raise E.within(E.PRICE_BAD, error) from None
    if not prices:
        raise ApiError(E.PRICES_EMPTY)
    return prices


def _price(item: Any) -> Json:
    if not isinstance(item, dict):
        raise ApiError(E.PRICE_NOT_OBJECT)
    for name in ("label", "amount"):
        if name not in item:
            raise ApiError(E.FIELD_MISSING, name=name)
    if not str(item["label"]):
        raise ApiError(E.PRICE_LABEL_EMPTY)
    return {"label": str(item["label"]), "amount": to_integer(str(item["amount"])) or 0}


def _amount(total: int, currency: str) -> str:
    if currency in _WITHOUT_MINOR:
        return f"{currency} {total}"
    return f"{currency} {total // 100:,}.{total % 100:02d}"


@method("sendInvoice")
def send_invoice(ctx: Context) -> Json:
    invoice = _invoice(ctx)
    shown = {name: invoice[name] for name in ("title", "description", "start_parameter", "currency", "total_amount")}
    return post(ctx, {"invoice": shown}, invoice=invoice)


@method("createInvoiceLink")
def create_invoice_link(ctx: Context) -> str:
    return ctx.checkout.create_link(ctx.bot, _invoice(ctx))


@method("answerPreCheckoutQuery")
def answer_pre_checkout_query(ctx: Context) -> bool:
    error = "" if ctx.call.flag("ok") else ctx.call.required("error_message")
    ctx.checkout.answer(ctx.bot, ctx.call.text("pre_checkout_query_id"), error)
    return True


@method("refundStarPayment")
def refund_star_payment(ctx: Context) -> bool:
    ctx.checkout.refund_stars(ctx.bot, ctx.call.user_id(), ctx.call.required("telegram_payment_charge_id"))
    return True


@method("getStarTransactions")
def get_star_transactions(ctx: Context) -> Json:
    offset = ctx.call.integer("offset", 0, 0)
    limit = ctx.call.integer("limit", 100, 1, 100)
    return {"transactions": ctx.checkout.star_transactions(ctx.bot)[offset : offset + limit]}


@method("getMyStarBalance")
def get_my_star_balance(ctx: Context) -> Json:
    transactions = ctx.checkout.star_transactions(ctx.bot)
    return {"amount": sum(t["amount"] * (1 if "source" in t else -1) for t in transactions)}
