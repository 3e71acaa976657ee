"""What is told about money by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain.notices import NoticeKind
from domain.ports import Tx
from handlers.payments.queries import refund_facts
from handlers.payments.views import confirmed_screen, refunded_screen
from handlers.payments.vouchers.queries import FindBought
from handlers.payments.vouchers.views import voucher_screen
from handlers.ticketing.wording import bold
from handlers.ui.i18n import Texts
from handlers.ui.notices import Renderer
from handlers.ui.ports import Links
from handlers.ui.screen import Outgoing


def money_refunded(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    facts = refund_facts(tx, params["refund_id"])
    return [refunded_screen(t, facts)] if facts else []


def refund_confirmed(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    facts = refund_facts(tx, params["refund_id"])
    return [confirmed_screen(t, facts)] if facts else []


def voucher_bought(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    facts = FindBought(params["buyer_id"], params["voucher_id"])(tx)
    return [voucher_screen(t, facts, links).with_note(bold(t("Paid. Thank you!")))] if facts else []


NOTICES: Mapping[NoticeKind, Renderer] = {
    NoticeKind.MONEY_REFUNDED: money_refunded,
    NoticeKind.REFUND_CONFIRMED: refund_confirmed,
    NoticeKind.VOUCHER_BOUGHT: voucher_bought,
}
