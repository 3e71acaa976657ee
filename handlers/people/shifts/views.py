"""The screens of the shifts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from aiogram.filters.callback_data import CallbackData

from domain.errors import BadInput, SheetFault
from domain.people.duty import Move
from domain.people.model import Role
from domain.people.shifts import OnDuty, Shift
from domain.programme.model import Venue
from domain.text import LocalText
from handlers.people.lists.callbacks import OpenLists
from handlers.people.roles import role_name
from handlers.people.shifts.callbacks import (
    AnswerPage,
    GiveShift,
    KeepOwnShift,
    OpenOnDuty,
    OpenOwnShift,
    OpenPlan,
    SayDuty,
    TakeOver,
)
from handlers.people.shifts.fault_words import SHEET_FAULTS
from handlers.people.shifts.queries import DayPlan, MyShifts, OneShift, Post, Presence
from handlers.programme.words import capital, one_line
from handlers.ticketing.wording import back, bold, escaped, home, label, listed, way, word
from handlers.ui.callbacks import OpenFinds, OpenShifts
from handlers.ui.i18n import N_, Html, Texts, clean_name
from handlers.ui.screen import Button, Row, Screen, button, grid

_FAULTS_SHOWN = 10
_BUTTONS_MOST = 6
_VENUES_SHOWN = 6
_TEXT_MOST = 3600
_VENUE_MOST = 40
_MOVES: Mapping[Move, str] = {
    Move.HERE: N_("I am here: on duty now"),
    Move.LATER: N_("Half an hour later"),
    Move.LONGER: N_("Half an hour longer"),
    Move.OFF: N_("I go: off duty now"),
}
_MOVED: Mapping[Move, str] = {
    Move.HERE: N_("You are on duty."),
    Move.LATER: N_("Noted. The manager on duty is told."),
    Move.LONGER: N_("Thank you for staying."),
    Move.OFF: N_("You are off duty. Thank you!"),
}


def shifts_screen(t: Texts, found: MyShifts) -> Screen:
    lines: list[Html] = [bold("🗓 " + t.plain("My shifts"))]
    if not found.posts:
        lines.append(t("You have no shifts in the next seven days."))
    lines += [Html("• " + _post_line(t, post, found.now)) for post in found.posts]
    buttons = [
        button(label(span(t, post.shift, post.venue, found.now)), OpenOwnShift(shift_id=post.shift.id))
        for post in found.posts[:_BUTTONS_MOST]
    ]
    house = [button("👥 " + t.plain("On duty now"), OpenOnDuty(venue_id=venue.id)) for venue in found.here[:1]]
    plans = [venue for venue in found.here if venue.id in found.manages][:1]
    house += [button("🗓 " + t.plain("The plan"), OpenPlan(venue_id=venue.id)) for venue in plans]
    house.append(button("📋 " + t.plain("Lists"), OpenLists()))
    house.append(button("🧳 " + t.plain("Lost property"), OpenFinds()))
    rows = (*grid(buttons, 1), *grid(house, 2), way(t))
    return Screen(_fitting(t, lines), rows, here=OpenShifts().pack())


def shift_screen(t: Texts, found: OneShift) -> Screen:
    """One's own, with what may be said of it; a colleague's, which may be taken; a manager's look at it."""
    shift, rows = found.post.shift, list[Row]()
    lines: list[str] = [bold("🗓 " + span(t, shift, found.post.venue, found.now)), *_details(t, found.post)]
    if not found.own:
        lines.append(t("Planned for: {name}", name=clean_name(found.owner) or "–"))
    if found.own:
        lines.append(_standing(t, found))
        rows += [(button(t.plain(_MOVES[move]), SayDuty(shift_id=shift.id, move=move)),) for move in found.moves]
        if not shift.is_over(found.now):
            rows.append((_hand_over(t, shift),))
    elif shift.offered_at is not None:
        rows.append((button("🤝 " + t.plain("I take this shift"), TakeOver(shift_id=shift.id)),))
    rows.append(way(t, back(t, OpenShifts())))
    return Screen("\n".join(lines), tuple(rows), here=OpenOwnShift(shift_id=shift.id).pack())


def presence_screen(t: Texts, found: Presence) -> Screen:
    lines: list[Html] = [bold("👥 " + t.plain("On duty now")), escaped(_venue(t, found.venue))]
    if not found.planned:
        lines.append(t("No plan speaks of now. Pages go to everybody who holds the role here:"))
    for role in Role:
        of_role = [one for one in found.people if one.role is role]
        if of_role:
            lines += [Html(""), bold(role_name(t, role))]
            lines += [Html("• " + _person_line(t, one, found)) for one in of_role]
    rows = list(_elsewhere(t, found.venue, found.venues, lambda venue_id: OpenOnDuty(venue_id=venue_id)))
    if found.manages:
        rows.append((button("🗓 " + t.plain("The plan"), OpenPlan(venue_id=found.venue.id)),))
    rows.append(way(t, back(t, OpenShifts())))
    return Screen(_fitting(t, lines), tuple(rows), here=OpenOnDuty(venue_id=found.venue.id).pack())


def plan_screen(t: Texts, found: DayPlan) -> Screen:
    noon = datetime.combine(found.day, time(12), ZoneInfo(found.venue.timezone))
    lines: list[Html] = [bold("🗓 " + t.long_day(noon, found.venue.timezone)), escaped(_venue(t, found.venue)), Html("")]
    lines.append(t("To plan a week, send me the sheet as a file (XLSX or CSV)."))
    if not found.posts:
        lines.append(t("Nobody is planned for this day."))
    for post in found.posts:
        name = clean_name(found.names.get(post.shift.person_id, "")) or "–"
        lines.append(Html("• " + t("{name}: {what}", name=name, what=_in_plan(t, post))))
    elsewhere = _elsewhere(
        t, found.venue, found.venues, lambda venue_id: OpenPlan(venue_id=venue_id, day=found.day.isoformat())
    )
    rows = (_days(t, found), *elsewhere, way(t, back(t, OpenShifts())))
    here = OpenPlan(venue_id=found.venue.id, day=found.day.isoformat()).pack()
    return Screen(_fitting(t, lines), rows, here=here)


def moved_text(t: Texts, move: Move) -> str:
    return t.plain(_MOVED[move])


def imported_screen(t: Texts, name: str, tally: Mapping[str, int], venue_id: int) -> Screen:
    lines = [
        bold(t("The plan is taken over.")),
        t(
            "{file}: {new} new, {changed} changed, {same} as they were, {withdrawn} withdrawn.",
            file=one_line(name, _VENUE_MOST),
            **tally,
        ),
        t("Everybody whose shifts have changed is told."),
    ]
    rows = ((button("🗓 " + t.plain("The plan"), OpenPlan(venue_id=venue_id)),), way(t, back(t, OpenShifts())))
    return Screen("\n".join(lines), rows)


def faults_screen(t: Texts, name: str, faults: Sequence[BadInput]) -> Screen:
    """What is wrong with a sheet, row by row."""
    lines: list[str] = [bold(t("{file}: nothing was taken over.", file=one_line(name, _VENUE_MOST)))]
    lines += ["• " + escaped(_fault(t, fault)) for fault in faults[:_FAULTS_SHOWN]]
    if len(faults) > _FAULTS_SHOWN:
        lines.append(t("… and {count} more.", count=len(faults) - _FAULTS_SHOWN))
    lines.append(t("Correct the sheet and send it again."))
    return Screen("\n".join(lines), (way(t, back(t, OpenShifts())),))


def test_page_screen(t: Texts, found: OneShift) -> Screen:
    """The page at the beginning of a shift. It is short: it is read while somebody puts their coat away."""
    shift = found.post.shift
    lines = [
        bold("📟 " + t.plain("Your shift begins. Do pages reach you?")),
        *_details(t, found.post),
        t("Tap once, so that the house knows."),
    ]
    row = (button("✅ " + t.plain("I am on duty"), AnswerPage(shift_id=shift.id)),)
    return Screen("\n".join(lines), (row, (_open(t, shift), home(t))))


def silent_screen(t: Texts, found: OneShift) -> Screen:
    """To the manager on duty."""
    lines = [
        bold("📟 " + t.plain("A test page was not answered")),
        t("{name} has not answered, twice.", name=clean_name(found.owner) or "–"),
        *_details(t, found.post),
        t("See that they are there and that their phone works. Pages still go to them."),
    ]
    return Screen("\n".join(lines), _to_presence(t, found))


def changed_screen(t: Texts, found: OneShift) -> Screen:
    """To the manager on duty: fewer people than planned."""
    shift = found.post.shift
    zone = found.post.venue.timezone
    name = clean_name(found.owner) or "–"
    if shift.is_over(found.now):
        said = t("{name} is off duty since {time}.", name=name, time=t.time(shift.off_at, zone))
    else:
        said = t("{name} comes later, at {time}.", name=name, time=t.time(shift.on_at, zone))
    return Screen("\n".join([bold("🗓 " + t.plain("On duty")), said, *_details(t, found.post)]), _to_presence(t, found))


def planned_screen(t: Texts, found: MyShifts) -> Screen:
    """A notice: the plan has changed for its reader."""
    shown = shifts_screen(t, found)
    said = t("There is a new plan. Your shifts are now:")
    return Screen(f"{said}\n\n{shown.text}", shown.keyboard)


def offered_screen(t: Texts, found: OneShift) -> Screen:
    """A notice to colleagues."""
    shift = found.post.shift
    lines = [
        bold("🤝 " + t.plain("A colleague asks to be replaced")),
        t("{name}: {when}", name=clean_name(found.owner) or "–", when=span(t, shift, found.post.venue, found.now)),
        *_details(t, found.post),
    ]
    take = button(t.plain("I take this shift"), TakeOver(shift_id=shift.id))
    return Screen("\n".join(lines), ((take,), (_open(t, shift), home(t))))


def swapped_screen(t: Texts, found: OneShift, giver: str) -> Screen:
    """A notice to both and to the manager."""
    lines = [
        bold("🤝 " + t.plain("A shift has changed hands")),
        escaped(span(t, found.post.shift, found.post.venue, found.now)),
        *_details(t, found.post),
        t("{taker} does it instead of {giver}.", taker=clean_name(found.owner) or "–", giver=clean_name(giver) or "–"),
    ]
    return Screen("\n".join(lines), (way(t, button("🗓 " + t.plain("My shifts"), OpenShifts())),))


def span(t: Texts, shift: Shift, venue: Venue, now: datetime) -> str:
    """ "today, 17:00–22:30", as it is; plain."""
    zone = venue.timezone
    today = now.astimezone(ZoneInfo(zone)).date()
    return f"{t.when(shift.on_at, zone, today=today)}–{t.time(shift.off_at, zone)}"


def _post_line(t: Texts, post: Post, now: datetime) -> Html:
    parts = [span(t, post.shift, post.venue, now), role_name(t, post.shift.role), *_where(t, post)]
    if post.shift.offered_at is not None:
        parts.append("🤝 " + t.plain("offered to colleagues"))
    return escaped(" · ".join(parts))


def _in_plan(t: Texts, post: Post) -> str:
    zone, shift = post.venue.timezone, post.shift
    parts = [f"{t.time(shift.on_at, zone)}–{t.time(shift.off_at, zone)}", role_name(t, shift.role), *_where(t, post)]
    return " · ".join([*parts, *_signs(t, shift.first_aider, shift.channel)])


def _details(t: Texts, post: Post) -> list[Html]:
    parts = [role_name(t, post.shift.role), *_where(t, post)]
    signs = _signs(t, post.shift.first_aider, post.shift.channel)
    return [escaped(" · ".join(parts)), *([escaped(" · ".join(signs))] if signs else [])]


def _where(t: Texts, post: Post) -> list[str]:
    """Gate and zones; nothing for the whole house."""
    zones = [word(zone if isinstance(zone, str) else t.of(zone)) for zone in post.zones]
    gate = [word(t.of(post.gate.name))] if post.gate else []
    return [*gate, *([listed(t, zones)] if zones else [])]


def _signs(t: Texts, first_aider: bool, channel: str) -> list[str]:
    aid = ["⛑ " + t.plain("first-aider")] if first_aider else []
    return [*aid, *([t.plain("channel {name}", name=word(channel))] if channel else [])]


def _person_line(t: Texts, one: OnDuty, found: Presence) -> Html:
    names: Mapping[str, LocalText] = found.zone_names
    zones = [word(t.of(names.get(zone) or {}) or zone) for zone in one.zones or ()]
    parts = [*([listed(t, zones)] if zones else []), *_signs(t, one.first_aider, one.channel)]
    if one.until is not None:
        parts.append(t.plain("until {time}", time=t.time(one.until, found.venue.timezone)))
        parts += [] if one.answered else ["⏳ " + t.plain("test page not answered yet")]
    name = clean_name(one.name) or "–"
    return t("{name}: {what}", name=name, what=" · ".join(parts)) if parts else escaped(name)


def _standing(t: Texts, found: OneShift) -> Html:
    shift = found.post.shift
    if shift.is_over(found.now):
        return t("This shift is over.")
    if shift.offered_at is not None:
        return t("You have offered it to your colleagues. Until one of them takes it, it is yours.")
    if not shift.is_on(found.now):
        return t("When it begins, a test page comes that you answer with one tap.")
    return t("You are on duty: pages reach you here.")


def _hand_over(t: Texts, shift: Shift) -> Button:
    if shift.offered_at is not None:
        return button("↩︎ " + t.plain("I keep it"), KeepOwnShift(shift_id=shift.id))
    return button("🤝 " + t.plain("Ask colleagues to take it"), GiveShift(shift_id=shift.id))


def _days(t: Texts, found: DayPlan) -> Row:
    def of(step: int, sign: str) -> Button:
        day = found.day + timedelta(days=step)
        at = datetime.combine(day, time(12), ZoneInfo(found.venue.timezone))
        words = t.day(at, found.venue.timezone)
        text = f"{sign} {words}" if step < 0 else f"{words} {sign}"
        return button(text, OpenPlan(venue_id=found.venue.id, day=day.isoformat()))

    return of(-1, "◀︎"), of(1, "▶︎")


def _elsewhere(t: Texts, here: Venue, venues: Sequence[Venue], leads: Callable[[int], CallbackData]) -> tuple[Row, ...]:
    """The same of the other venues."""
    others = [venue for venue in venues if venue.id != here.id][:_VENUES_SHOWN]
    return grid([button(label("🏛 " + _venue(t, venue)), leads(venue.id)) for venue in others], 2)


def _fitting(t: Texts, lines: Sequence[Html]) -> str:
    """As many lines as a message takes, and how many are left out."""
    shown, room = list[str](), _TEXT_MOST
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            shown.append(t.plural("… and {count} more line", "… and {count} more lines", len(lines) - len(shown)))
            break
        shown.append(line)
    return "\n".join(shown)


def _venue(t: Texts, venue: Venue) -> str:
    return one_line(t.of(venue.name), _VENUE_MOST)


def _open(t: Texts, shift: Shift) -> Button:
    return button("🗓 " + t.plain("The shift"), OpenOwnShift(shift_id=shift.id))


def _to_presence(t: Texts, found: OneShift) -> tuple[Row, ...]:
    return ((button("👥 " + t.plain("On duty now"), OpenOnDuty(venue_id=found.post.venue.id)), home(t)),)


def _fault(t: Texts, fault: BadInput) -> str:
    said = t.plain(SHEET_FAULTS[fault.reason], **_params(fault.params.items()))
    if not isinstance(fault, SheetFault):
        return said
    if not fault.column:
        return t.plain("Row {row}: {fault}", row=fault.row, fault=said)
    return t.plain("Row {row}, column {column}: {fault}", row=fault.row, column=word(fault.column), fault=capital(said))


def _params(items: Iterable[tuple[str, object]]) -> dict[str, object]:
    """What a cell said may be long and is somebody else's text."""
    return {key: one_line(value, 120) if isinstance(value, str) else value for key, value in items}
