"""Blocks on the window's page, as JSON: what the chat says of them, without its markup."""

from __future__ import annotations

from typing import Any

from domain.ticketing.model import BlockReason
from domain.ticketing.window_model import Block
from handlers.ticketing.window.block_views import (
    block_lines,
    leaders_link,
    never_text,
    places_example,
    reason_name,
    release_choices,
    sold_at_once,
    zones_line,
)
from handlers.ticketing.window.callbacks import NEVER
from handlers.ticketing.window.page_queries import BlockDesk
from handlers.ticketing.window.queries import BlocksFacts
from handlers.ui.i18n import Texts
from handlers.ui.plain import plain, plain_lines
from handlers.ui.ports import Links

Json = dict[str, Any]


def blocks(t: Texts, desk: BlockDesk, links: Links) -> Json:
    """What is set aside for a performance, what is taken, and what can be chosen for a new block."""
    facts = desk.blocks
    return {
        "blocks": [_block(t, facts, block, links) for block in facts.blocks],
        "taken": sorted(desk.sale.taken),
        "reasons": [{"value": reason.value, "text": reason_name(t, reason)} for reason in BlockReason],
        "releases": [
            {"value": str(hours), "text": text} for hours, text in ((NEVER, never_text(t)), *release_choices(t, facts))
        ],
        "example": places_example(facts.plan) if facts.plan else "",
        "zones": plain(zones_line(t, facts.plan)) if facts.plan else "",
    }


def set_aside(t: Texts) -> str:
    return t.plain("Set aside.")


def _block(t: Texts, facts: BlocksFacts, block: Block, links: Links) -> Json:
    return {
        "block_id": block.id,
        "title": reason_name(t, block.reason),
        "lines": plain_lines(block_lines(t, facts, block)),
        "link": leaders_link(block, links),
        "most": sold_at_once(facts, block),
    }
