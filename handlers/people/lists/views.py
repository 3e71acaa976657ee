"""The screens of lists."""

from __future__ import annotations

from collections.abc import Mapping

from domain.people.lists import Checklist, ListItem, ListKind, ListRun
from handlers.people.lists.callbacks import ListPhoto, OpenList, OpenLists, SetTick, StartList
from handlers.people.lists.queries import ListFacts, ListsFacts
from handlers.ticketing.wording import back, bold, clipped, escaped, home, label, way
from handlers.ui.callbacks import OpenShifts
from handlers.ui.i18n import Texts, clean_name
from handlers.ui.pictures import KeptPhoto
from handlers.ui.screen import Button, Row, Screen, button, grid

_NAME_MOST, _TEXT_MOST, _BUTTON_MOST = 40, 120, 30
_ONE_COLUMN = 6
_PHOTOS_SHOWN = 4
_SIGNS: Mapping[ListKind, str] = {ListKind.OPENING: "🌅", ListKind.PATROL: "🔦", ListKind.CLOSING: "🌙"}


def lists_screen(t: Texts, facts: ListsFacts) -> Screen:
    """How far each of today is; a tap begins it or goes on with it."""
    zone = facts.venue.timezone
    lines: list[str] = [bold("📋 " + t.plain("Lists")), escaped(clipped(t.of(facts.venue.name), _NAME_MOST)), ""]
    if not facts.lists:
        lines.append(t("No lists are set up here. The office writes them into the house file."))
    lines += [f"• {escaped(_name(t, one))}: {escaped(_standing(t, run, facts, zone))}" for one, run in facts.lists]
    if facts.unfinished:
        lines += ["", bold(t("Not finished"))]
        lines += [escaped(f"⚠️ {_name(t, run.checklist)}: {_left(t, run, zone)}") for run in facts.unfinished]
    buttons = [button(label(_name(t, one)), _way_to(one, run, facts)) for one, run in facts.lists]
    elsewhere = [
        button(label("🏛 " + clipped(t.of(venue.name), _NAME_MOST)), OpenLists(venue_id=venue.id))
        for venue in facts.venues[:2]
    ]
    rows = (*grid(buttons, 1 if len(buttons) <= _ONE_COLUMN else 2), *grid(elsewhere, 2), way(t, back(t, OpenShifts())))
    return Screen("\n".join(lines), rows, here=OpenLists(venue_id=facts.venue.id).pack())


def list_screen(t: Texts, facts: ListFacts) -> Screen:
    """One tap a tick; another takes it back."""
    run, zone = facts.run, facts.venue.timezone
    lines: list[str] = [bold(_name(t, run.checklist)), _state(t, facts), ""]
    buttons, photos = list[Button](), list[Button]()
    for number, item in enumerate(run.checklist.items):
        tick = run.ticks.get(item.key)
        lines.append(_item_line(t, facts, item))
        if run.ended_at is None:
            sign = "✅" if tick else "📷" if item.photo else "▫️"
            wanted = SetTick(run_id=run.id, number=number, done=tick is None)
            buttons.append(button(f"{sign} {clipped(t.of(item.text), _BUTTON_MOST)}", wanted))
        if tick is not None and tick.photo:
            at = t.time(tick.at, zone)
            photos.append(button(f"🖼 {at}", ListPhoto(run_id=run.id, number=number)))
    rows: list[Row] = list(grid(buttons, 1 if len(buttons) <= _ONE_COLUMN else 2))
    if photos:
        rows.append(tuple(photos[-_PHOTOS_SHOWN:]))
    refresh = () if run.ended_at else (button("⟳ " + t.plain("Refresh"), OpenList(run_id=run.id)),)
    here = OpenList(run_id=run.id).pack()
    rows.append((*refresh, *way(t, back(t, OpenLists(venue_id=run.venue_id)))))
    return Screen("\n".join(lines), tuple(rows), here=here)


def photo_wanted_screen(t: Texts, facts: ListFacts, number: int) -> Screen:
    """Awaits a photo."""
    item = facts.run.checklist.items[number]
    lines = [bold("📷 " + clipped(t.of(item.text), _TEXT_MOST)), t("Send a photo that shows it.")]
    here = SetTick(run_id=facts.run.id, number=number, done=True).pack()
    return Screen("\n".join(lines), (way(t, back(t, OpenList(run_id=facts.run.id))),), here=here)


def photo_screen(t: Texts, facts: ListFacts, number: int) -> Screen:
    item = facts.run.checklist.items[number]
    tick = facts.run.ticks.get(item.key)
    picture = KeptPhoto(tick.photo) if tick and tick.photo else None
    here = ListPhoto(run_id=facts.run.id, number=number).pack()
    rows = (way(t, back(t, OpenList(run_id=facts.run.id))),)
    return Screen(_item_line(t, facts, item), rows, picture=picture, here=here)


def unfinished_notice(t: Texts, facts: ListFacts) -> Screen:
    """To the managers on duty."""
    run = facts.run
    lines = [bold("⚠️ " + t.plain("A list is not finished")), escaped(_name(t, run.checklist))]
    lines += [escaped(_left(t, run, facts.venue.timezone))]
    lines += [escaped("▫️ " + clipped(t.of(item.text), _TEXT_MOST)) for item in run.left]
    return Screen("\n".join(lines), ((button("📋 " + t.plain("The list"), OpenList(run_id=run.id)), home(t)),))


def _way_to(checklist: Checklist, run: ListRun | None, facts: ListsFacts) -> StartList | OpenList:
    """A patrol that is over begins anew."""
    if run is None or (run.ended_at is not None and checklist.kind is ListKind.PATROL):
        return StartList(venue_id=facts.venue.id, key=checklist.key)
    return OpenList(run_id=run.id)


def _name(t: Texts, checklist: Checklist) -> str:
    return f"{_SIGNS[checklist.kind]} {clipped(t.of(checklist.name), _NAME_MOST)}"


def _standing(t: Texts, run: ListRun | None, facts: ListsFacts, zone: str) -> str:
    if run is None:
        return t.plain("not begun")
    if run.is_done and run.ended_at is not None:
        return "✅ " + t.plain("done at {time}", time=t.time(run.ended_at, zone))
    if run.ended_at is not None or run.is_late(facts.now):
        return "⚠️ " + _left(t, run, zone)
    return _left(t, run, zone)


def _left(t: Texts, run: ListRun, zone: str) -> str:
    done = len(run.checklist.items) - len(run.left)
    due = t.time(run.due_at, zone)
    return t.plain("{done} of {all}, due at {time}", done=done, all=len(run.checklist.items), time=due)


def _state(t: Texts, facts: ListFacts) -> str:
    run, zone = facts.run, facts.venue.timezone
    if run.is_done and run.ended_at is not None:
        return t("✅ All of it is done, at {time}.", time=t.time(run.ended_at, zone))
    if run.ended_at is not None:
        return t("⚠️ It was not finished; the next one has begun.")
    sign = "⚠️ " if run.is_late(facts.now) else ""
    return escaped(sign + _left(t, run, zone))


def _item_line(t: Texts, facts: ListFacts, item: ListItem) -> str:
    said = clipped(t.of(item.text), _TEXT_MOST)
    tick = facts.run.ticks.get(item.key)
    if tick is None:
        return escaped("▫️ " + said)
    at = t.time(tick.at, facts.venue.timezone)
    name = clean_name(facts.names.get(tick.by_id, "")) or "–"
    return "✅ " + t("{what} ({name}, {time})", what=said, name=name, time=at)
