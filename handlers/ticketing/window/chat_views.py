"""What is asked in the chat of somebody who pays at the window."""

from __future__ import annotations

from handlers.ticketing.window.callbacks import LeavePhone
from handlers.ticketing.wording import back, bold, way
from handlers.ui.callbacks import OpenOrder
from handlers.ui.i18n import Texts
from handlers.ui.screen import Screen


def phone_screen(t: Texts, order_id: int) -> Screen:
    """Awaits text."""
    lines = [
        bold("📞 " + t.plain("Leave a telephone")),
        t("Type your number: the window finds your reservation by its last digits. /forget erases it."),
    ]
    here = LeavePhone(order_id=order_id).pack()
    return Screen("\n".join(lines), (way(t, back(t, OpenOrder(order_id=order_id))),), here=here)
