"""The screens of lost property."""

from __future__ import annotations

from domain.lost_property.model import Find, FindState, Loss, LossState
from handlers.lost_property.callbacks import (
    AskLost,
    DropLoss,
    GiveUpLoss,
    HandOutFind,
    ItIs,
    ItIsNot,
    NewFind,
    OpenAsked,
    OpenFind,
    OpenLoss,
    PlaceUnknown,
    ThrowAway,
)
from handlers.lost_property.queries import AskedFacts, Evening, FindFacts, FindsFacts, LossFacts, OwnFacts
from handlers.ticketing.wording import back, bold, clipped, escaped, home, label, short_title, title_of, way
from handlers.ui.callbacks import OpenFinds, OpenLost, OpenShifts
from handlers.ui.i18n import Texts, clean_name
from handlers.ui.pictures import KeptPhoto
from handlers.ui.screen import Button, Row, Screen, button

_WORDS_MOST, _SHORT_MOST, _NAME_MOST, _TITLE_MOST = 200, 34, 24, 26


def own_screen(t: Texts, facts: OwnFacts) -> Screen:
    """ "I lost something": when it was, or what has become of it."""
    lines: list[str] = [bold("🧳 " + t.plain("I lost something"))]
    rows: list[Row] = []
    for loss in facts.losses:
        sign = "🎉" if loss.state is LossState.FOUND else "🔎"
        rows.append((button(f"{sign} {clipped(loss.what, _SHORT_MOST)}", OpenLoss(loss_id=loss.id, own=True)),))
    lines.append(t("At which visit was it?") if facts.visits else t("Tell us what it is, and we look for it."))
    for visit in facts.visits:
        day = t.day(visit.performance.starts_at, visit.venue.timezone)
        text = f"{day} · {short_title(t, visit.event.title, _TITLE_MOST)}"
        rows.append((button(label(text), AskLost(performance_id=visit.performance.id)),))
    other = t.plain("At another time") if facts.visits else t.plain("Ask for it")
    rows.append((button("🔎 " + other, AskLost(performance_id=0)),))
    return Screen("\n\n".join(lines), (*rows[-9:], way(t)), here=OpenLost().pack())


def what_screen(t: Texts, performance_id: int) -> Screen:
    """Awaits what it is."""
    ask = t("Write it in a few words: the thing, its colour, its make.")
    lines = [bold("🧳 " + t.plain("What have you lost?")), ask]
    here = AskLost(performance_id=performance_id).pack()
    return Screen("\n".join(lines), (way(t, back(t, OpenLost())),), here=here)


def where_screen(t: Texts, what: str, performance_id: int) -> Screen:
    """Awaits where it may be."""
    lines = [
        bold("🧳 " + clipped(what, _WORDS_MOST)),
        t("Where may it be? Write it: your seat, the cloakroom, the bar …"),
    ]
    again = AskLost(performance_id=performance_id)
    rows = ((button(t.plain("I do not know"), PlaceUnknown()),), way(t, back(t, again)))
    return Screen("\n".join(lines), rows, here=again.pack())


def own_loss_screen(t: Texts, facts: LossFacts) -> Screen:
    loss = facts.loss
    rows: list[Row] = []
    if loss.state is not LossState.CLOSED:
        rows.append((button(t.plain("I look for it no more"), DropLoss(loss_id=loss.id)),))
    here = OpenLoss(loss_id=loss.id, own=True).pack()
    lines = [bold("🧳 " + _what(t, loss.what)), *_about(t, loss, facts.evening), "", *_how_it_stands(t, facts)]
    return Screen("\n".join(lines), (*rows, way(t, back(t, OpenLost()))), here=here)


def found_notice(t: Texts, facts: LossFacts) -> Screen:
    """To whoever asked."""
    return own_loss_screen(t, facts)


def closed_notice(t: Texts, facts: LossFacts) -> Screen:
    lines = [bold("🧳 " + _what(t, facts.loss.what)), *_how_it_stands(t, facts)]
    return Screen("\n".join(lines), ((home(t),),))


def asked_notice(t: Texts, facts: LossFacts) -> Screen:
    """To the staff at the window."""
    loss = facts.loss
    lines: list[str] = [bold("🧳 " + t.plain("Somebody has lost something")), escaped(_what(t, loss.what))]
    lines += _about(t, loss, facts.evening)
    if facts.likely:
        lines += ["", t.plural("{count} find may be it.", "{count} finds may be it.", len(facts.likely))]
    look = button("🔎 " + t.plain("Look for it"), OpenLoss(loss_id=loss.id, own=False))
    return Screen("\n".join(lines), ((look,), (home(t),)))


def finds_screen(t: Texts, facts: FindsFacts) -> Screen:
    """What is kept."""
    lines: list[str] = [bold("🧳 " + t.plain("Lost property"))]
    lines.append(t("What is kept, the newest first.") if facts.finds else t("Nothing is kept at this moment."))
    if any(find.may_go(facts.now) for find in facts.finds):
        lines.append(t("⏳ has been kept long enough."))
    rows: list[Row] = [(button("➕ " + t.plain("I have found something"), NewFind(venue_id=0)),)]
    if len(facts.venues) > 1:
        places = [
            button(label("➕ " + clipped(t.of(venue.name), _SHORT_MOST)), NewFind(venue_id=venue.id))
            for venue in facts.venues[:2]
        ]
        rows = [tuple(places)]
    asked = f" ({facts.asked})" if facts.asked else ""
    rows.append((button("🔎 " + t.plain("What people ask for") + asked, OpenAsked()),))
    for find in facts.finds:
        sign = "⏳ " if find.may_go(facts.now) else ""
        rows.append((button(label(sign + _numbered(t, find)), OpenFind(find_id=find.id)),))
    turn: list[Button] = []
    if facts.page > 0:
        turn.append(button("◀︎", OpenFinds(page=facts.page - 1)))
    if facts.page < facts.pages - 1:
        turn.append(button("▶︎", OpenFinds(page=facts.page + 1)))
    rows.append((*turn, *way(t, back(t, OpenShifts()))))
    return Screen("\n".join(lines), tuple(rows), here=OpenFinds(page=facts.page).pack())


def record_screen(t: Texts, step: int, venue_id: int) -> Screen:
    """Awaits a photo or what it is (0), where it was found (1), where it is kept (2)."""
    asks = (
        t("Send a photo with a word under it, or write what it is."),
        t("Where was it found? Write it: the zone, row and seat, the cloakroom …"),
        t("Where is it kept now? Write the cupboard or the box."),
    )
    lines = [bold("➕ " + t.plain("I have found something")), asks[step]]
    return Screen("\n".join(lines), (way(t, back(t, OpenFinds())),), here=NewFind(venue_id=venue_id).pack())


def find_screen(t: Texts, facts: FindFacts) -> Screen:
    """One thing, and who may have lost it."""
    find, zone = facts.find, facts.venue.timezone
    lines: list[str] = [bold("🧳 " + _numbered(t, find))]
    lines.append(t("Found: {place}, {time}", place=clipped(find.place, _WORDS_MOST), time=t.when(find.found_at, zone)))
    if facts.evening is not None:
        lines.append(escaped("🎭 " + title_of(t, facts.evening.event.title)))
    rows: list[Row] = []
    if find.state is FindState.KEPT:
        until = t.day(find.keep_until, zone)
        lines.append(t("Kept: {storage}, until {day}", storage=clipped(find.storage, _WORDS_MOST), day=until))
        rows.append((button("🤝 " + t.plain("Hand it out"), HandOutFind(find_id=find.id)),))
    if find.state is FindState.RETURNED:
        lines.append("✅ " + t("Handed out. Shown: {document}", document=clipped(find.id_seen, _SHORT_MOST) or "–"))
    if find.state is FindState.DISPOSED:
        lines.append("🗑 " + t("Given away after the house’s time."))
    for loss, name in facts.awaited:
        who = clean_name(name)[:_NAME_MOST] or "–"
        if loss.state is LossState.FOUND and find.state is FindState.KEPT:
            lines.append(t("{name} is to fetch it.", name=who))
            rows.append((button(label("↩︎ " + t.plain("It is not {name}’s", name=who)), ItIsNot(loss_id=loss.id)),))
    if not facts.awaited and facts.likely:
        lines += ["", bold(t("Who may have lost it"))]
        for loss, name in facts.likely:
            who = clean_name(name)[:_NAME_MOST] or "–"
            lines.append(t("{name}: {what}", name=who, what=clipped(loss.what, _SHORT_MOST)))
            rows.append((button(label("✔︎ " + t.plain("It is {name}’s", name=who)), _it_is(find, loss)),))
    if not facts.awaited and find.may_go(facts.now):
        rows.append((button("🗑 " + t.plain("It has been given away"), ThrowAway(find_id=find.id)),))
    here = OpenFind(find_id=find.id).pack()
    picture = KeptPhoto(find.photo) if find.photo else None
    return Screen("\n".join(lines), (*rows, way(t, back(t, OpenFinds()))), picture=picture, here=here)


def document_screen(t: Texts, facts: FindFacts) -> Screen:
    """Awaits which document was shown."""
    lines = [
        bold("🤝 " + _numbered(t, facts.find)),
        t("Have a document shown to you. Write which one, such as “passport”: no name, no number."),
    ]
    here = HandOutFind(find_id=facts.find.id).pack()
    return Screen("\n".join(lines), (way(t, back(t, OpenFind(find_id=facts.find.id))),), here=here)


def asked_screen(t: Texts, facts: AskedFacts) -> Screen:
    lines = [bold("🔎 " + t.plain("What people ask for"))]
    lines.append(t("The longest waiting first.") if facts.losses else t("Nobody asks for anything."))
    rows: list[Row] = []
    for loss, likely in facts.losses:
        count = f" · {likely}?" if likely else ""
        open_it = OpenLoss(loss_id=loss.id, own=False)
        rows.append((button(label(_what(t, clipped(loss.what, _SHORT_MOST)) + count), open_it),))
    return Screen("\n".join(lines), (*rows, way(t, back(t, OpenFinds()))), here=OpenAsked().pack())


def loss_screen(t: Texts, facts: LossFacts) -> Screen:
    """For the staff: what is asked for, and what is kept that may be it."""
    loss, zone = facts.loss, facts.venue.timezone
    lines: list[str] = [bold("🔎 " + _what(t, loss.what)), *_about(t, loss, facts.evening)]
    name = clean_name(facts.asker)[:_NAME_MOST] or "–"
    lines.append(t("Asked by {name}, {time}", name=name, time=t.when(loss.asked_at, zone)))
    rows: list[Row] = []
    if loss.state is LossState.OPEN:
        lines += ["", t("May be it; look at the picture first:") if facts.likely else t("Nothing like it is kept.")]
        rows = [(button(label(_numbered(t, find)), OpenFind(find_id=find.id)),) for find in facts.likely]
        rows.append((button("✖️ " + t.plain("We have not got it"), GiveUpLoss(loss_id=loss.id)),))
    elif loss.state is LossState.FOUND and facts.find is not None:
        rows.append((button(label(_numbered(t, facts.find)), OpenFind(find_id=facts.find.id)),))
    else:
        lines += ["", t("Nobody asks for it any more.")]
    here = OpenLoss(loss_id=loss.id, own=False).pack()
    return Screen("\n".join(lines), (*rows, way(t, back(t, OpenAsked()))), here=here)


def _how_it_stands(t: Texts, facts: LossFacts) -> list[str]:
    loss = facts.loss
    if loss.state is LossState.OPEN:
        return [t("We look for it and write to you here.")]
    if loss.state is LossState.CLOSED:
        return [t("We have looked, and it is not with us. We are sorry. If it still comes, ask again.")]
    assert facts.find is not None
    zone, venue = facts.venue.timezone, facts.venue
    return [
        bold(t("🎉 We may have it: number {number}.", number=facts.find.id)),
        t("Fetch it at the box office until {day}, and show a document.", day=t.day(facts.find.keep_until, zone)),
        escaped("📍 " + clipped(" · ".join(filter(None, (t.of(venue.name), t.of(venue.address)))), _WORDS_MOST)),
    ]


def _about(t: Texts, loss: Loss, evening: Evening | None) -> list[str]:
    lines: list[str] = [t("Where: {place}", place=clipped(loss.place, _WORDS_MOST) or t.plain("not known"))]
    if evening is not None:
        day = t.day(evening.performance.starts_at, evening.venue.timezone)
        lines.append(escaped(f"🎭 {title_of(t, evening.event.title)}, {day}"))
    return lines


def _what(t: Texts, what: str) -> str:
    return clipped(what, _WORDS_MOST) or t.plain("something")


def _numbered(t: Texts, find: Find) -> str:
    return t.plain("No. {number}: {what}", number=find.id, what=clipped(find.what, _SHORT_MOST))


def _it_is(find: Find, loss: Loss) -> ItIs:
    return ItIs(find_id=find.id, loss_id=loss.id)
