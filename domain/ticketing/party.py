"""Who comes along, and what each of them pays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.money import Money
from domain.programme.model import Concession, Performance, SeatingPlan, SeatKind
from domain.ticketing.model import Wish

#: Keys of the concessions that go with special places, the first that the house has; without any, the usual price.
#: ``access`` may be asked for on ordinary seats as well.
WHEELCHAIR_KEYS = ("wheelchair", "access")
COMPANION_KEYS = ("companion", "access")
_BOUND_KEYS = ("wheelchair", "companion")


@dataclass(frozen=True, slots=True)
class Party:
    """People by concession; those who need a wheelchair place and their companions are counted apart."""

    people: tuple[tuple[int, int], ...]  # (concession, how many), ascending, none with 0
    wheelchair: int = 0
    companion: int = 0

    @property
    def others(self) -> int:
        """Those on ordinary seats."""
        return sum(count for _, count in self.people)

    @property
    def size(self) -> int:
        return self.others + self.wheelchair + self.companion

    def count(self, concession_id: int) -> int:
        return dict(self.people).get(concession_id, 0)

    def with_count(self, concession_id: int, count: int) -> Party:
        counts = {**dict(self.people), concession_id: count}
        return replace(self, people=tuple((id, n) for id, n in sorted(counts.items()) if n > 0))


@dataclass(frozen=True, slots=True)
class Tariff:
    """What a performance charges whom. ``ordinary``: in the house's order, what is usually paid first."""

    performance: Performance
    ordinary: tuple[Concession, ...]
    wheelchair: Concession
    companion: Concession

    @property
    def usual(self) -> Concession:
        return self.ordinary[0]

    def party_of(self, size: int) -> Party:
        return Party(((self.usual.id, size),) if size > 0 else ())

    def known(self, party: Party) -> Party:
        """The party, without concessions that are not offered here (any more); of one that has nobody left by that,
        everybody pays the usual price."""
        offered = {concession.id for concession in self.ordinary}
        left = replace(party, people=tuple(pair for pair in party.people if pair[0] in offered))
        return left if left.size else self.party_of(max(1, party.size))

    def paying(self, party: Party) -> tuple[tuple[int, int], ...]:
        """(concession, how many) in the order in which ``HoldBest`` seats them: wheelchair, companion, the rest."""
        special = ((self.wheelchair.id, party.wheelchair), (self.companion.id, party.companion))
        return tuple(pair for pair in (*special, *party.people) if pair[1])

    def price(self, party: Party, category: str) -> Money | None:
        """For everybody in one price category; None where one of them has no price there."""
        amounts = self.prices(party, category)
        return Money.total(amounts, amounts[0].currency) if amounts else None

    def prices(self, party: Party, category: str) -> list[Money]:
        """Of each of them; none where one of them has no price there."""
        found = [(self.performance.price(category, id), count) for id, count in self.paying(party)]
        if any(price is None for price, _ in found):
            return []
        return [price.amount for price, count in found if price for _ in range(count)]

    def wishes(self, party: Party, plan: SeatingPlan | None, places: Sequence[int]) -> tuple[Wish, ...]:
        """Places chosen by hand, shared out: special places go by their own price, whoever is not counted pays the
        usual one."""
        rest = [concession.id for concession in self.ordinary for _ in range(party.count(concession.id))]
        wishes = []
        for place in sorted(places):
            kind = plan.seat(place).kind if plan else SeatKind.STANDARD
            if kind is SeatKind.COMPANION:
                concession_id = self.companion.id
            elif kind is SeatKind.WHEELCHAIR:
                concession_id = self.wheelchair.id
            else:
                concession_id = rest.pop(0) if rest else self.usual.id
            wishes.append(Wish(place, concession_id))
        return tuple(wishes)


def tariff_of(performance: Performance, concessions: Sequence[Concession]) -> Tariff | None:
    """``concessions``: all of the house's, in its order. None for a performance without prices.

    With a seating plan the prices of special places go with these and are not offered for others.
    """
    priced = {price.concession_id for price in performance.prices}
    offered = [concession for concession in concessions if concession.id in priced]
    bound = performance.plan_id is not None
    ordinary = tuple(c for c in offered if not (bound and c.key in _BOUND_KEYS))
    if not ordinary:
        return None
    by_key = {concession.key: concession for concession in offered}
    wheelchair, companion = (
        next((by_key[key] for key in keys if key in by_key), ordinary[0]) for keys in (WHEELCHAIR_KEYS, COMPANION_KEYS)
    )
    return Tariff(performance, ordinary, wheelchair, companion)
