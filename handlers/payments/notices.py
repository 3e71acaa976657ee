"""What is told about money by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from domain.notices import NoticeKind
from domain.ports import Tx
from handlers.payments.queries import refund_facts
from handlers.payments.views import confirmed_screen, refunded_screen
from handlers.records.callbacks import OpenTask
from handlers.ticketing.wording import bold, home
from handlers.ui.i18n import N_, Texts
from handlers.ui.notices import Renderer
from handlers.ui.ports import Links
from handlers.ui.screen import Outgoing, Screen, button

_TASKS: dict[str, str] = {
    "refund_by_hand": N_("A refund could not be made by itself (refund no. {id}). Please make it by hand."),
    "charge_differs": N_("The payment provider names another sum than our books (charge no. {id}). Please compare."),
    "refund_unknown": N_("The payment provider has refunded more than we know of (charge no. {id}). Please compare."),
}
_OTHER_TASK = N_("Something needs a hand (no. {id}).")


def money_refunded(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    facts = refund_facts(tx, params["refund_id"])
    return [refunded_screen(t, facts)] if facts else []


def refund_confirmed(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    facts = refund_facts(tx, params["refund_id"])
    return [confirmed_screen(t, facts)] if facts else []


def task_due(tx: Tx, t: Texts, params: Mapping[str, Any], links: Links) -> Sequence[Outgoing]:
    """To those who keep the money; what it is about is opened with their role, not told here."""
    what = t(_TASKS.get(params["kind"], _OTHER_TASK), id=params["subject_id"])
    task = button("🛠 " + t.plain("Open the task"), OpenTask(task_id=params["task_id"]))
    return [Screen(f"🛠 {bold(t('This needs a hand.'))}\n{what}", ((task,), (home(t),)))]


NOTICES: Mapping[NoticeKind, Renderer] = {
    NoticeKind.MONEY_REFUNDED: money_refunded,
    NoticeKind.REFUND_CONFIRMED: refund_confirmed,
    NoticeKind.TASK_DUE: task_due,
}
