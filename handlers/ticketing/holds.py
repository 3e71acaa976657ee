"""From what was chosen to what is held: the same for the chat and the window's page."""

from __future__ import annotations

from domain.errors import NotOnSale, Stale
from domain.ticketing.holding import HoldBest, HoldPlaces
from domain.ticketing.party import Party, Tariff
from handlers.ticketing.callbacks import ANY_CATEGORY
from handlers.ticketing.queries import SaleFacts


def best_hold(facts: SaleFacts, party: Party, category: int) -> HoldBest:
    """``category``: its number in the plan, or ANY_CATEGORY. Raises NotOnSale, Stale."""
    return HoldBest(
        buyer_id=facts.buyer_id,
        performance_id=facts.performance.id,
        party=tariff_in(facts).paying(party),
        category=_category(facts, category),
        wheelchair=party.wheelchair,
        companion=party.companion,
    )


def places_hold(facts: SaleFacts, party: Party, places: tuple[int, ...]) -> HoldPlaces:
    """Raises NotOnSale, and Stale for no place at all."""
    if not places:
        raise Stale
    return HoldPlaces(facts.buyer_id, facts.performance.id, tariff_in(facts).wishes(party, facts.plan, places))


def tariff_in(facts: SaleFacts) -> Tariff:
    """Raises NotOnSale where nothing has a price."""
    if facts.tariff is None:
        raise NotOnSale("after", performance_id=facts.performance.id)
    return facts.tariff


def _category(facts: SaleFacts, index: int) -> str | None:
    if facts.plan is None or index == ANY_CATEGORY:
        return None
    if not 0 <= index < len(facts.plan.categories):
        raise Stale
    return facts.plan.categories[index].name
