"""The screens of improvement actions."""

from __future__ import annotations

from collections.abc import Mapping

from domain.improvement.model import Action, ActionState, Source
from handlers.improvement.callbacks import (
    ChooseOwner,
    EndAction,
    GiveAction,
    JoinAction,
    SetDue,
    ShowAction,
    ShowActions,
    TellNobody,
)
from handlers.improvement.queries import ActionFacts, ActionsFacts, NewFacts, OwnersFacts
from handlers.ticketing.wording import back, bold, clipped, escaped, home, label, way
from handlers.ui.callbacks import NewAction, OpenCase
from handlers.ui.i18n import N_, Texts, clean_name
from handlers.ui.pictures import KeptPhoto
from handlers.ui.screen import Button, Row, Screen, button

_DUES = ((7, N_("In a week")), (14, N_("In two weeks")), (30, N_("In a month")))
_SOURCES: Mapping[Source, str] = {
    Source.ANSWER: N_("what a guest wrote"),
    Source.CASE: N_("a case"),
    Source.INCIDENT: N_("an incident"),
    Source.REVIEW: N_("a review"),
    Source.DIGEST: N_("a digest"),
}
_PHOTO = "photo:"


def actions_screen(t: Texts, facts: ActionsFacts) -> Screen:
    """What is open, by its date."""
    lines: list[str] = [bold("🔧 " + t.plain("Improvements"))]
    if facts.actions:
        lines.append(t("What the house is changing, the next one first."))
    else:
        lines.append(t("Nothing is to be changed at this moment. An action begins at a case or at somebody’s words."))
    rows: list[Row] = []
    for action, _ in facts.actions:
        sign = "⏰ " if action.is_overdue(facts.now) else ""
        text = f"{sign}{t.day(action.due_at, facts.zone)} · {clipped(action.text, 40)}"
        rows.append((button(label(text), ShowAction(action_id=action.id)),))
    return Screen("\n\n".join(lines), (*rows, way(t)), here=ShowActions().pack())


def action_screen(t: Texts, facts: ActionFacts, *, note: str = "") -> Screen:
    action = facts.action
    rows: list[Row] = []
    if facts.works:
        rows.append((button("✅ " + t.plain("It is done"), EndAction(action_id=action.id, done=True)),))
    if facts.works and facts.manages:
        rows.append(tuple(button(t.plain(text), SetDue(action_id=action.id, days=days)) for days, text in _DUES))
        give = button("👤 " + t.plain("Give it to …"), ChooseOwner(action_id=action.id))
        rows.append((give, button("✖️ " + t.plain("Give it up"), EndAction(action_id=action.id, done=False))))
    if facts.source is Source.CASE and facts.manages:
        rows.append((button("⚠️ " + t.plain("The case"), OpenCase(case_id=facts.source_id)),))
    picture = KeptPhoto(action.proof.removeprefix(_PHOTO)) if action.proof.startswith(_PHOTO) else None
    here = ShowAction(action_id=action.id).pack()
    last = way(t, back(t, ShowActions()))
    screen = Screen("\n\n".join(_about(t, facts)), (*rows, last), picture=picture, here=here)
    return screen.with_note(note) if note else screen


def new_screen(t: Texts, facts: NewFacts) -> Screen:
    """Awaits what is to be changed; or the same cause is joined to what is being changed already."""
    lines: list[str] = [
        bold("🔧 " + t.plain("What is to be changed?")),
        t("Write it in a sentence. It is yours, and due in two weeks; both can be changed afterwards."),
    ]
    rows: list[Row] = []
    if facts.open:
        lines.append(t("Or is it being changed already?"))
    for action in facts.open[:5]:
        join = JoinAction(action_id=action.id, source=facts.source.value, source_id=facts.source_id)
        rows.append((button(label("↪︎ " + clipped(action.text, 50)), join),))
    came_from = OpenCase(case_id=facts.source_id) if facts.source is Source.CASE else ShowActions()
    here = NewAction(source=facts.source.value, source_id=facts.source_id).pack()
    return Screen("\n\n".join(lines), (*rows, way(t, back(t, came_from))), here=here)


def owners_screen(t: Texts, facts: OwnersFacts) -> Screen:
    lines = [bold("👤 " + t.plain("Who does it?")), escaped(clipped(facts.action.text, 200))]
    rows: list[Row] = [
        (button(label(_plain_name(actor.display_name)), _give(facts.action, actor.person_id)),) for actor in facts.staff
    ]
    here = ChooseOwner(action_id=facts.action.id).pack()
    return Screen("\n\n".join(lines), (*rows, way(t, _to(t, facts.action))), here=here)


def end_screen(t: Texts, facts: ActionFacts, *, done: bool) -> Screen:
    """Awaits what shows that it is done (words or a photo), or why it is given up."""
    ask = t("What shows it? Write it, or send a photo.") if done else t("Why is it given up? Write it in a sentence.")
    head = t.plain("It is done") if done else t.plain("Give it up")
    lines = [bold(("✅ " if done else "✖️ ") + head), escaped(clipped(facts.action.text, 200)), ask]
    here = EndAction(action_id=facts.action.id, done=done).pack()
    return Screen("\n\n".join(lines), (way(t, _to(t, facts.action)),), here=here)


def tell_screen(t: Texts, facts: ActionFacts) -> Screen:
    """Awaits what those hear whose words led to it."""
    count = facts.heard_by
    lines = [
        bold("📣 " + t.plain("You said, we did")),
        t.plural(
            "{count} person whose words led to this hears what you did.",
            "{count} people whose words led to this hear what you did.",
            count,
        ),
        t("Write it to them in a sentence. Better in both languages: one line in Chinese, one in English."),
    ]
    rows: tuple[Row, ...] = (
        (button("🔇 " + t.plain("Tell nobody"), TellNobody(action_id=facts.action.id)),),
        way(t, _to(t, facts.action)),
    )
    return Screen("\n\n".join(lines), rows, here=ShowAction(action_id=facts.action.id).pack())


def given_notice(t: Texts, facts: ActionFacts) -> Screen:
    return _notice(t, facts, "🔧 " + t.plain("This is yours to change"))


def due_notice(t: Texts, facts: ActionFacts) -> Screen:
    overdue = facts.action.is_overdue(facts.now)
    return _notice(t, facts, "⏰ " + (t.plain("This is overdue") if overdue else t.plain("This is due tomorrow")))


def we_did_notice(t: Texts, action: Action) -> Screen:
    """To those whose words led to it."""
    lines = [
        bold("💡 " + t.plain("You said, we did")),
        t("You told us how it was. This has come of it:"),
        escaped(clipped(t.of(action.told), 600)),
        t("Thank you for your words."),
    ]
    return Screen("\n\n".join(lines), ((home(t),),))


def _notice(t: Texts, facts: ActionFacts, head: str) -> Screen:
    lines = [bold(head), *_about(t, facts)]
    open_it = button("🔧 " + t.plain("Open"), ShowAction(action_id=facts.action.id))
    return Screen("\n\n".join(lines), ((open_it,), (home(t),)))


def _about(t: Texts, facts: ActionFacts) -> list[str]:
    action = facts.action
    lines: list[str] = [bold(clipped(action.text, 500))]
    who = t("Done by: {name}", name=clean_name(facts.owner))
    due = t("Due: {day}", day=t.day(action.due_at, facts.zone))
    overdue = " ⏰ " + t("overdue") if action.is_overdue(facts.now) else ""
    lines.append(f"{who}\n{due}{overdue}")
    if facts.source is not None:
        lines.append(t("From {source}", source=t.plain(_SOURCES[facts.source])))
    if action.state is not ActionState.OPEN:
        head = t("✅ Done") if action.state is ActionState.DONE else t("✖️ Given up")
        proof = "" if action.proof.startswith(_PHOTO) else "\n" + escaped(clipped(action.proof, 300))
        lines.append(head + proof)
    if action.told:
        lines.append("📣 " + escaped(clipped(t.of(action.told), 300)))
    return lines


def _plain_name(name: str) -> str:
    return clean_name(name) or "–"


def _give(action: Action, person_id: int) -> GiveAction:
    return GiveAction(action_id=action.id, person_id=person_id)


def _to(t: Texts, action: Action) -> Button:
    return back(t, ShowAction(action_id=action.id))
