"""Seats chosen by hand, remembered between taps in the conversation until they are taken."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from handlers.ticketing.queries import SaleFacts
from handlers.ui.conversation import Conversation

_KEY = "picks"


@dataclass(frozen=True, slots=True)
class Picks:
    """``gone``: chosen before, and taken by somebody else since."""

    places: tuple[int, ...] = ()
    gone: tuple[int, ...] = ()

    def with_place(self, place: int, on: bool) -> Picks:
        others = {*self.places} - {place}
        return Picks(tuple(sorted(others | {place} if on else others)))


def recall(conversation: Conversation, facts: SaleFacts) -> Picks:
    """What was chosen for this performance on this plan; before anything was, the seats that one holds already."""
    kept = conversation.data.get(_KEY)
    if not kept or kept["performance"] != facts.performance.id or kept["plan"] != facts.performance.plan_id:
        return Picks(facts.held)
    places = [place for place in kept["places"] if 1 <= place <= facts.performance.capacity]
    gone = [place for place in places if place in facts.taken]
    return Picks(tuple(place for place in places if place not in facts.taken), tuple(gone))


def remember(conversation: Conversation, facts: SaleFacts, places: Collection[int]) -> None:
    conversation.data[_KEY] = {
        "performance": facts.performance.id,
        "plan": facts.performance.plan_id,
        "places": sorted(places),
    }


def forget(conversation: Conversation) -> None:
    conversation.data.pop(_KEY, None)
