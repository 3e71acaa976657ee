"""The accountant's books in words: headings, kinds, methods, and what stands in which cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from domain.payments.accounts_model import Account, Books, Entry, Part, Sum
from handlers.programme.words import one_line
from handlers.ui.i18n import N_, Texts


class Amount(NamedTuple):
    """Of money, as a number; ``minor_digits`` of the currency say where its point stands."""

    minor: int
    currency: str


class Rate(NamedTuple):
    """A tax rate in basis points."""

    bp: int


Cell = str | int | datetime | Amount | Rate | None
CellRow = Sequence[Cell]

_TITLE_MOST = 120
_KINDS: dict[str, str] = {
    "charge": N_("payment"),
    "refund": N_("refund"),
    "void": N_("sale given up for a fee"),
    "fee_kept": N_("fee kept"),
    "changed": N_("sold at another tax rate"),
    "free": N_("free of charge"),
    "complimentary": N_("complimentary"),
    "pay_out": N_("paid out of a drawer"),
    "voucher_sold": N_("voucher sold"),
    "voucher_given": N_("voucher given away"),
    "goodwill": N_("cost of a voucher given away"),
    "voucher_used": N_("voucher redeemed"),
    "voucher_back": N_("back on a voucher"),
}
_METHODS: dict[str, str] = {
    "telegram": N_("Telegram invoice"),
    "stripe": N_("Stripe checkout"),
    "wechatpay": N_("WeChat Pay"),
    "alipay": N_("Alipay"),
    "cash": N_("cash"),
    "terminal": N_("card terminal"),
    "by_hand": N_("by hand"),
    "voucher": N_("voucher"),
    "none": N_("no money moved"),
}
_ENTRY_HEADINGS = (
    N_("No."),
    N_("Time"),
    N_("What"),
    N_("Method"),
    N_("Event"),
    N_("Performance"),
    N_("Order"),
    N_("Receipt"),
    N_("Currency"),
    N_("Gross"),
    N_("Tax rate %"),
    N_("Tax"),
    N_("Net"),
    N_("Bought nothing"),
    N_("Proof"),
)
_MONEY_HEADINGS = (N_("Gross"), N_("Tax"), N_("Net"))
_METHOD_HEADINGS = (
    N_("Method"),
    N_("Currency"),
    N_("Sold"),
    N_("Given back"),
    N_("Bought nothing"),
    N_("Paid out"),
    N_("Vouchers"),
    *_MONEY_HEADINGS,
    N_("Fees kept"),
)
_EARNED_HEADINGS = (
    N_("Open at the beginning"),
    N_("Sold"),
    N_("Given back"),
    N_("Fees kept"),
    N_("Performed"),
    N_("Tax in it"),
    N_("Open at the end"),
    N_("Bought nothing"),
    N_("Vouchers"),
)
_VOUCHER_HEADINGS = (
    N_("Currency"),
    N_("Owed at the beginning"),
    N_("Sold"),
    N_("Given away"),
    N_("Redeemed"),
    N_("Back on a voucher"),
    N_("Owed at the end"),
)
_YES, _TOTAL, _NO_PERFORMANCE = N_("yes"), N_("Total"), N_("no performance")


class Sheet(NamedTuple):
    name: str
    headings: Sequence[str]
    rows: Sequence[CellRow]


class Names(NamedTuple):
    """What the books' numbers stand for: titles by event, zones by venue."""

    titles: Mapping[int, str]
    zones: Mapping[int, str]


def entries_name(t: Texts) -> str:
    return t.plain("All entries")


def entry_headings(t: Texts) -> list[str]:
    return [t.plain(heading) for heading in _ENTRY_HEADINGS]


def title(t: Texts, text: Mapping[str, str]) -> str:
    return one_line(t.of(text), _TITLE_MOST)


def entry_rows(t: Texts, entries: Sequence[Entry], titles: Mapping[int, str], zone: str) -> Iterator[CellRow]:
    """``zone``: of the entries' scope, in which both times are told."""
    local, yes = ZoneInfo(zone), t.plain(_YES)
    kinds, methods = ({word: t.plain(said) for word, said in known.items()} for known in (_KINDS, _METHODS))
    for entry in entries:
        currency, starts_at, event_id = entry.currency, entry.starts_at, entry.event_id
        yield (
            entry.id,
            entry.at.astimezone(local),
            kinds.get(entry.kind, entry.kind),
            methods.get(entry.method, entry.method),
            titles.get(event_id, "") if event_id is not None else "",
            starts_at.astimezone(local) if starts_at is not None else None,
            entry.order_id,
            entry.receipt,
            currency,
            Amount(entry.minor, currency),
            Rate(entry.rate_bp),
            Amount(entry.tax_minor, currency),
            Amount(entry.minor - entry.tax_minor, currency),
            yes if entry.astray else None,
            _proof(t, entry.proof),
        )


def sheets(t: Texts, books: Books, names: Names) -> list[Sheet]:
    """By method, by performance, by tax rate: each ends with a total for each currency. Last what vouchers owe."""
    return [
        Sheet(t.plain("By method"), _said(t, _METHOD_HEADINGS), _by_method(t, books)),
        Sheet(
            t.plain("By event"),
            _said(t, (N_("Event"), N_("Performance"), N_("Currency"), *_EARNED_HEADINGS, *_MONEY_HEADINGS)),
            _by_performance(t, books, names),
        ),
        Sheet(
            t.plain("By tax rate"),
            _said(t, (N_("Tax rate %"), N_("Currency"), *_EARNED_HEADINGS, *_MONEY_HEADINGS)),
            _by_rate(t, books),
        ),
        Sheet(t.plain("Vouchers"), _said(t, _VOUCHER_HEADINGS), _vouchers(books)),
    ]


def _by_method(t: Texts, books: Books) -> list[CellRow]:
    rows: list[CellRow] = []
    for (method, currency), account in sorted(books.by_method.items()):
        name = t.plain(_METHODS[method]) if method in _METHODS else method
        rows.append((name, currency, *_flow_cells(account, currency)))
    for currency, account in _totals(books.by_method):
        rows.append((t.plain(_TOTAL), currency, *_flow_cells(account, currency)))
    return rows


def _by_performance(t: Texts, books: Books, names: Names) -> list[CellRow]:
    shown: list[tuple[tuple[str, str, str], CellRow]] = []
    for (id, currency), account in books.by_performance.items():
        performance = books.performances.get(id) if id is not None else None
        if performance is None:
            first: tuple[Cell, Cell] = (t.plain(_NO_PERFORMANCE), None)
            order = ("\uffff", "", currency)
        else:
            name = names.titles.get(performance.event_id, "")
            zone = ZoneInfo(names.zones.get(performance.venue_id, "UTC"))
            first = (name, performance.starts_at.astimezone(zone))
            order = (name, performance.starts_at.isoformat(), currency)
        shown.append((order, (*first, currency, *_earned_cells(account, currency))))
    rows = [row for _, row in sorted(shown, key=lambda one: one[0])]
    for currency, account in _totals(books.by_performance):
        rows.append((t.plain(_TOTAL), None, currency, *_earned_cells(account, currency)))
    return rows


def _by_rate(t: Texts, books: Books) -> list[CellRow]:
    rows: list[CellRow] = []
    for (rate_bp, currency), account in sorted(books.by_rate.items()):
        rows.append((Rate(rate_bp), currency, *_earned_cells(account, currency)))
    for currency, account in _totals(books.by_rate):
        rows.append((t.plain(_TOTAL), currency, *_earned_cells(account, currency)))
    return rows


def _vouchers(books: Books) -> list[CellRow]:
    rows: list[CellRow] = []
    for currency, one in sorted(books.vouchers.items()):
        minors = (one.opening, one.sold, one.given, one.used, one.back, one.closing)
        rows.append((currency, *(Amount(minor, currency) for minor in minors)))
    return rows


def _totals(accounts: Mapping[tuple[Any, str], Account]) -> list[tuple[str, Account]]:
    totals: dict[str, Account] = {}
    for (_, currency), account in accounts.items():
        total = totals.setdefault(currency, Account())
        total.opening = total.opening.plus(*account.opening)
        total.performed = total.performed.plus(*account.performed)
        for part, sum_ in account.parts.items():
            total.add(part, *sum_)
    return sorted(totals.items())


def _flow_cells(account: Account, currency: str) -> list[Amount]:
    parts = (Part.SOLD, Part.RETURNED, Part.ASTRAY, Part.PAID_OUT, Part.VOUCHERS)
    flow = [account.part(part).gross for part in parts]
    return [Amount(minor, currency) for minor in (*flow, *_money(account.total), account.part(Part.FEES).gross)]


def _earned_cells(account: Account, currency: str) -> list[Amount]:
    minors = (
        account.opening.gross,
        account.part(Part.SOLD).gross,
        account.part(Part.RETURNED).gross,
        account.part(Part.FEES).gross,
        account.performed.gross,
        account.performed.tax,
        account.closing.gross,
        account.part(Part.ASTRAY).gross,
        account.part(Part.VOUCHERS).gross,
        *_money(account.total),
    )
    return [Amount(minor, currency) for minor in minors]


def _money(sum_: Sum) -> tuple[int, int, int]:
    return sum_.gross, sum_.tax, sum_.net


def _proof(t: Texts, proof: str) -> str:
    return t.plain("photo in the chat") if proof.startswith("photo:") else one_line(proof, _TITLE_MOST)


def _said(t: Texts, headings: Sequence[str]) -> list[str]:
    return [t.plain(heading) for heading in headings]
