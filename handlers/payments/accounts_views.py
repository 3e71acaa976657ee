"""The accountant's screens: choosing a month, and its files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from domain.payments.accounts_model import Month
from handlers.payments.callbacks import ExportMonth, OpenAccounts
from handlers.ticketing.wording import back, bold, escaped, way
from handlers.ui.callbacks import OpenStaff
from handlers.ui.files import BOOK_FORMATS, MonthBook
from handlers.ui.i18n import Texts
from handlers.ui.screen import Document, Screen, button, grid


def accounts_screen(t: Texts, months: Sequence[Month]) -> Screen:
    """``months``: the newest first; that one goes on still."""
    lines = [bold("🧾 " + t.plain("Accounts")), t("Choose a month.")]
    buttons = [button(_name(t, month), ExportMonth(month=str(month))) for month in months]
    return Screen("\n".join(lines), (*grid(buttons, 2), way(t, back(t, OpenStaff()))), here=OpenAccounts().pack())


def month_screen(t: Texts, month: Month, *, running: bool, sent: bool = False) -> Screen:
    """``running``: the month is not over. ``sent``: straight after a file."""
    lines: list[str] = [bold("🧾 " + _name(t, month))]
    if sent:
        lines.append(t("The file is above. Its sums are those of the journal."))
    else:
        lines.append(t("XLSX: by method, by event, by tax rate, and all entries. CSV: all entries."))
    if running:
        lines.append(t("This month is not over: its numbers are those of now."))
    files = [
        button(sign, ExportMonth(month=str(month), format=kind))
        for kind, sign in zip(BOOK_FORMATS, ("📊 XLSX", "📄 CSV"), strict=True)
    ]
    rows = (tuple(files), way(t, back(t, OpenAccounts())))
    return Screen("\n".join(lines), rows, here=ExportMonth(month=str(month)).pack())


def month_file(t: Texts, viewer_id: int, month: Month, kind: str) -> Document:
    return Document(f"accounts-{month}.{kind}", MonthBook(viewer_id, month, kind, t.locale), escaped(_name(t, month)))


def _name(t: Texts, month: Month) -> str:
    return t.month(date(month.year, month.month, 1))
