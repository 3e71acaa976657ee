"""The price columns of a row: ``price:<category>:<concession>``, with ``*`` for every category that has no own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from domain.money import Money
from domain.programme import cells
from domain.programme.columns import Column, Heading
from domain.programme.model import Concession, Price, SeatingPlan
from domain.programme.search import folded_name
from domain.programme.sheet_row import RowReader


def read_prices(
    reader: RowReader, plan: SeatingPlan | None, concessions: Sequence[Concession], currency: str
) -> tuple[Price, ...]:
    """The price table in the order of the plan's categories, then of the house's concessions."""
    rate = reader.read(Column.TAX_RATE, cells.tax_rate, 0)
    categories = [category.name for category in plan.categories] if plan else [""]
    named = _by_name(concessions)
    by_star: dict[int, Money] = {}
    by_category: dict[tuple[str, int], Money] = {}
    for heading, text in reader.several(Column.PRICE):
        concession = named.get(folded_name(heading.concession))
        if concession is None:
            known = ", ".join(found.key for found in concessions)
            reader.refuse(heading, "unknown_concession", name=heading.concession, known=known)
            continue
        amount = reader.attempt(heading, partial(cells.money, currency=currency), text)
        if amount is None:
            continue
        if heading.category == "*":
            by_star[concession.id] = amount
        elif (category := _category(reader, heading, plan)) is not None:
            by_category[category, concession.id] = amount
    table = {
        (category, concession.id): by_category.get((category, concession.id), by_star.get(concession.id))
        for category in categories
        for concession in concessions
    }
    if not by_star and not by_category and reader.ok:
        reader.refuse(Column.PRICE, "no_price")
    return tuple(
        Price(category, concession_id, amount, rate or 0)
        for (category, concession_id), amount in table.items()
        if amount is not None
    )


def _category(reader: RowReader, heading: Heading, plan: SeatingPlan | None) -> str | None:
    if plan is None:
        reader.refuse(heading, "category_without_seats", name=heading.category)
        return None
    for category in plan.categories:
        if folded_name(category.name) == folded_name(heading.category):
            return category.name
    known = ", ".join(category.name for category in plan.categories)
    reader.refuse(heading, "unknown_price_category", name=heading.category, known=known)
    return None


def _by_name(concessions: Sequence[Concession]) -> Mapping[str, Concession]:
    """By key and by name in any language; a key goes before a name."""
    named = {folded_name(name): concession for concession in concessions for name in concession.name.values()}
    return named | {folded_name(concession.key): concession for concession in concessions}
