"""Which tickets are being changed for other seats, remembered in the conversation while seats are chosen."""

from __future__ import annotations

from collections.abc import Collection

from handlers.ui.conversation import Conversation

_KEY = "ticketing.changing"


def begin(conversation: Conversation, performance_id: int, ticket_ids: Collection[int], chosen: str) -> None:
    """``chosen``: as the buttons say it, for the way back."""
    conversation.data[_KEY] = {"performance": performance_id, "tickets": sorted(ticket_ids), "chosen": chosen}


def tickets(conversation: Conversation, performance_id: int) -> tuple[int, ...]:
    """None of them while seats are bought."""
    kept = conversation.data.get(_KEY)
    return tuple(kept["tickets"]) if kept and kept["performance"] == performance_id else ()


def end(conversation: Conversation) -> str | None:
    """Forgets it; gives what was chosen, if anything was."""
    kept = conversation.data.pop(_KEY, None)
    return str(kept["chosen"]) if kept else None
