"""The screens of what is stored about a person, and of its erasure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from handlers.records.callbacks import Forget, OpenForget, OpenMyData, SendMyData
from handlers.records.queries import Belongings
from handlers.ticketing.wording import back, bold, home, way
from handlers.ui.callbacks import OpenTickets
from handlers.ui.i18n import Texts
from handlers.ui.screen import Document, Row, Screen, button

FILE_NAME = "foyer-my-data.json"


def my_data_screen(t: Texts) -> Screen:
    lines = [
        bold(t("What is stored about you")),
        t(
            "A file with everything: your name and language, orders, tickets, payments, visits and messages to you."
            " It is readable text (JSON)."
        ),
    ]
    rows: tuple[Row, ...] = (
        (button("📄 " + t.plain("Send me the file"), SendMyData()),),
        (button("🗑 " + t.plain("Erase my data"), OpenForget()), home(t)),
    )
    return Screen("\n".join(lines), rows, here=OpenMyData().pack())


def sent_screen(t: Texts) -> Screen:
    """After the file."""
    rows = ((button("🗑 " + t.plain("Erase my data"), OpenForget()), home(t)),)
    return Screen(t("This file is all that is stored about you here."), rows, here=OpenMyData().pack())


def my_data_file(t: Texts, data: Mapping[str, Any]) -> Document:
    """As people can read it: indented, in their own script, what is empty left out."""
    filled = {table: rows for table, rows in data.items() if rows}
    content = json.dumps(filled, ensure_ascii=False, indent=2, default=str).encode()
    return Document(FILE_NAME, content, caption=t("Everything that is stored about you"))


def forget_screen(t: Texts, person_id: int, belongings: Belongings) -> Screen:
    goes = t(
        "Your name, the link to your Telegram account, your language, this conversation, reminders,"
        " and your roles if you work here."
    )
    stays = t("Orders, payments and receipts, under a number without your name. Accounting law demands it.")
    blocks: list[str] = [
        bold(t("Erase what is stored about you?")),
        bold(t("This goes:")) + "\n" + goes,
        bold(t("This stays:")) + "\n" + stays,
    ]
    rows: list[Row] = []
    if belongings.tickets:
        blocks.append(
            "🎟 "
            + t.plural(
                "You have {count} ticket to come. It stays good for whoever has its picture, but this chat will no"
                " longer show it: save the picture first.",
                "You have {count} tickets to come. They stay good for whoever has their pictures, but this chat will"
                " no longer show them: save the pictures first.",
                belongings.tickets,
            )
        )
        rows.append((button("🎟 " + t.plain("My tickets"), OpenTickets()),))
    if belongings.unpaid_orders:
        blocks.append("⏱ " + t("Places that are kept for you and not paid are given back."))
    blocks.append(t("This cannot be undone."))
    rows += [
        (button("🗑 " + t.plain("Yes, erase my data"), Forget(person_id=person_id)),),
        way(t, back(t, OpenMyData())),
    ]
    return Screen("\n\n".join(blocks), tuple(rows), here=OpenForget().pack())


def forgotten_screen(t: Texts) -> Screen:
    """Without buttons: nobody is known here any more."""
    lines = [bold(t("Done. Your data are erased.")), t("If you come again, /start begins anew. Farewell!")]
    return Screen("\n".join(lines))
