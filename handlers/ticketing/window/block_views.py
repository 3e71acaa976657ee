"""The screens of blocks: what is set aside, why, until when."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.codes import CodeKind
from domain.programme.model import SeatingPlan
from domain.ticketing.model import BlockReason
from domain.ticketing.window_model import Block
from handlers.ticketing.queries import Showing
from handlers.ticketing.window.callbacks import (
    NEVER,
    AskPlaces,
    BeginAtWindow,
    ChooseReason,
    ChooseRelease,
    FreeBlock,
    OpenBlock,
    OpenBlocks,
    SellBlock,
)
from handlers.ticketing.window.queries import BlocksFacts
from handlers.ticketing.wording import (
    back,
    bold,
    clipped,
    escaped,
    label,
    name_of,
    seats_texts,
    title_of,
    today_in,
    way,
    when,
    word,
)
from handlers.ui.callbacks import OpenWindow
from handlers.ui.i18n import N_, Html, Texts
from handlers.ui.ports import Links
from handlers.ui.screen import Button, Row, Screen, button, grid

_BLOCKS_MOST = 7
_NOTE_MOST = 60
_ZONES_MOST = 8
_SELL_MOST = 6
#: Hours before the start at which a block may go back on sale.
RELEASES = (1, 3, 24, 72)
_REASONS: dict[BlockReason, str] = {
    BlockReason.HOUSE: N_("House seats"),
    BlockReason.TECHNICAL: N_("Technical"),
    BlockReason.PROMOTER: N_("Promoter"),
    BlockReason.GROUP: N_("Group"),
    BlockReason.COMPANION: N_("Companion"),
}


def reason_name(t: Texts, reason: BlockReason) -> str:
    return t.plain(_REASONS[reason])


def blocks_screen(t: Texts, facts: BlocksFacts) -> Screen:
    performance_id = facts.showing.performance.id
    lines: list[str] = [bold("🚧 " + t.plain("Blocks")), *_head(t, facts), ""]
    rows: list[Row] = []
    for block in facts.blocks[:_BLOCKS_MOST]:
        rows.append((button(label(_short(t, block)), OpenBlock(block_id=block.id)),))
    if len(facts.blocks) > _BLOCKS_MOST:
        lines.append(t("The newest are shown."))
    lines.append(t("What is set aside here is not on sale.") if facts.blocks else t("Nothing is set aside."))
    rows.append((button("➕ " + t.plain("Set places aside"), ChooseReason(performance_id=performance_id)),))
    to_sale = back(t, BeginAtWindow(performance_id=performance_id))
    return Screen("\n".join(lines), (*rows, _way(t, to_sale)), here=OpenBlocks(performance_id=performance_id).pack())


def block_screen(t: Texts, facts: BlocksFacts, links: Links) -> Screen:
    (block,) = facts.blocks
    lines: list[str] = [bold("🚧 " + reason_name(t, block.reason)), *_head(t, facts), "", *block_lines(t, facts, block)]
    link = leaders_link(block, links)
    lines += [t("Link for the group’s leader, who pays for all or for those who come:"), escaped(link)] if link else []
    rows: list[Row] = []
    if block.released_at is None:
        most = sold_at_once(facts, block)
        if most:
            lines += ["", t("Sell from it: how many?")]
        sell = [button(str(n), SellBlock(block_id=block.id, count=n)) for n in range(1, most + 1)]
        rows += grid(sell, _SELL_MOST)
        rows.append((button("🔓 " + t.plain("Release what is left"), FreeBlock(block_id=block.id)),))
    to_blocks = back(t, OpenBlocks(performance_id=block.performance_id))
    return Screen("\n".join(lines), (*rows, _way(t, to_blocks)), here=OpenBlock(block_id=block.id).pack())


def block_lines(t: Texts, facts: BlocksFacts, block: Block) -> list[str]:
    """Its places, its note, until when."""
    lines: list[str] = [escaped("🪑 " + text) for text in _places(t, facts, block)]
    lines += [escaped("📝 " + clipped(block.note, _NOTE_MOST))] if block.note else []
    if block.released_at is not None:
        lines.append(t("It has been released."))
    elif block.release_at is not None:
        at = t.when(block.release_at, facts.showing.venue.timezone, today=today_in(facts.now, facts.showing.venue))
        lines.append("⏱ " + t("Goes back on sale {when}.", when=at))
    return lines


def leaders_link(block: Block, links: Links) -> str:
    """For a group's leader; '' where nobody leads."""
    led = block.reason is BlockReason.GROUP and block.released_at is None and block.release_at is not None
    return links.secret(CodeKind.GROUP, block.id) if led else ""


def sold_at_once(facts: BlocksFacts, block: Block) -> int:
    return min(len(block.places), facts.showing.performance.purchase_limit, _SELL_MOST)


def reasons_screen(t: Texts, facts: BlocksFacts) -> Screen:
    performance_id = facts.showing.performance.id
    rows = grid(
        [
            button(reason_name(t, reason), ChooseRelease(performance_id=performance_id, reason=reason))
            for reason in BlockReason
        ],
        2,
    )
    text = "\n".join([bold("➕ " + t.plain("Set places aside")), *_head(t, facts), "", t("What for?")])
    to_blocks = back(t, OpenBlocks(performance_id=performance_id))
    return Screen(text, (*rows, _way(t, to_blocks)), here=ChooseReason(performance_id=performance_id).pack())


def releases_screen(t: Texts, facts: BlocksFacts, reason: BlockReason) -> Screen:
    performance = facts.showing.performance

    def to(hours: int) -> AskPlaces:
        return AskPlaces(performance_id=performance.id, reason=reason, hours=hours)

    rows = grid([button(text, to(hours)) for hours, text in release_choices(t, facts)], 2)
    never: Row = (button(never_text(t), to(NEVER)),)
    lines = [bold("➕ " + reason_name(t, reason)), *_head(t, facts), "", t("Until when are they kept?")]
    to_reasons = back(t, ChooseReason(performance_id=performance.id))
    here = ChooseRelease(performance_id=performance.id, reason=reason).pack()
    return Screen("\n".join(lines), (never, *rows, _way(t, to_reasons)), here=here)


def never_text(t: Texts) -> str:
    return t.plain("Until somebody releases them")


def release_choices(t: Texts, facts: BlocksFacts) -> list[tuple[int, str]]:
    """Hours before the start that are still to come."""
    starts_at = facts.showing.performance.starts_at
    return [
        (hours, t.plain_plural("{count} hour before", "{count} hours before", hours))
        if hours < 24
        else (hours, t.plain_plural("{count} day before", "{count} days before", hours // 24))
        for hours in RELEASES
        if starts_at - timedelta(hours=hours) > facts.now
    ]


def released_at(facts: BlocksFacts, hours: int) -> datetime | None:
    """``hours`` before the start, NEVER: not by the clock."""
    return None if hours == NEVER else facts.showing.performance.starts_at - timedelta(hours=hours)


def places_screen(t: Texts, facts: BlocksFacts, reason: BlockReason, hours: int) -> Screen:
    """Awaits text."""
    performance_id = facts.showing.performance.id
    lines: list[str] = [bold("➕ " + reason_name(t, reason)), *_head(t, facts), ""]
    if facts.plan is None:
        lines.append(t("How many places? Type the number; a note may follow after a colon."))
    else:
        lines.append(t("Which places? Type zone, row and seats, or a row, or a whole zone; a note may follow."))
        zone = word(facts.plan.zones[0])
        lines.append(t("Such as: {example} or {zone}: a school class", example=places_example(facts.plan), zone=zone))
        lines.append(zones_line(t, facts.plan))
    to_release = back(t, ChooseRelease(performance_id=performance_id, reason=reason))
    here = AskPlaces(performance_id=performance_id, reason=reason, hours=hours).pack()
    return Screen("\n".join(lines), (_way(t, to_release),), here=here)


def places_example(plan: SeatingPlan) -> str:
    """As it may be typed in this hall."""
    zone, row = word(plan.zones[0]), word(plan.by_zone[plan.zones[0]][0].row)
    return f"{zone}/{row}/1-4" if row else f"{zone}//1-4"


def zones_line(t: Texts, plan: SeatingPlan) -> Html:
    return t("Zones: {zones}", zones=t.plain(", ").join(word(zone) for zone in plan.zones[:_ZONES_MOST]))


def _head(t: Texts, facts: BlocksFacts) -> list[str]:
    showing: Showing = facts.showing
    return [
        escaped(title_of(t, showing.event.title)),
        escaped("🗓 " + when(t, showing.performance, showing.venue, facts.now)),
    ]


def _short(t: Texts, block: Block) -> str:
    places = t.plain_plural("{count} place", "{count} places", len(block.places))
    note = clipped(block.note, 24)
    return " · ".join(filter(None, (reason_name(t, block.reason), places, note)))


def _places(t: Texts, facts: BlocksFacts, block: Block) -> list[str]:
    if facts.plan is None or not block.places:
        return [t.plain_plural("{count} place", "{count} places", len(block.places))]
    plan = facts.plan
    return seats_texts(t, [name_of(t, facts.showing.hall, plan.seat(place)) for place in block.places])


def _way(t: Texts, before: Button) -> Row:
    return way(t, before, button("🏪 " + t.plain("Window"), OpenWindow()))
