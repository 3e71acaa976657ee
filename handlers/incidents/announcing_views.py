"""A word to the audience: which, to how many, agreed to by whom, how far it has come; pure."""

from __future__ import annotations

from collections.abc import Mapping

from domain.incidents.announcing import DELAYS
from domain.incidents.model import AnnouncementState, Template
from domain.text import LocalText
from handlers.incidents.callbacks import (
    AgreeToAnnouncement,
    Announce,
    HaltAnnouncement,
    OpenAnnouncement,
    OpenAnnouncing,
    OpenIncident,
    OpenIncidents,
    PickTemplate,
    PreviewAnnouncement,
)
from handlers.incidents.queries import AnnouncementFacts, AnnouncingFacts, Preview, TemplateFacts
from handlers.ticketing.queries import Showing
from handlers.ticketing.wording import back, bold, label, short_title, title_of, way, when
from handlers.ui.callbacks import Home
from handlers.ui.i18n import LOCALES, N_, OWN_NAMES, Html, Texts, clean_name, texts
from handlers.ui.screen import Row, Screen, button, grid

_TITLE_MOST = 40
_SIGNS: Mapping[Template, str] = {
    Template.HOLD: "⏹",
    Template.EVACUATE: "🏃",
    Template.DELAY: "🕖",
    Template.APOLOGY: "🙏",
}
_NAMES: Mapping[Template, str] = {
    Template.HOLD: N_("Please stay seated"),
    Template.EVACUATE: N_("Leave the building"),
    Template.DELAY: N_("It begins later"),
    Template.APOLOGY: N_("An apology"),
}
_SAID: Mapping[Template, str] = {
    Template.HOLD: N_(
        "{title} is interrupted for a while. Please stay in your seats and follow the staff. We will tell you how it"
        " goes on."
    ),
    Template.EVACUATE: N_(
        "{title}: please leave the building now, by the nearest exit. Stay calm, use no lifts, leave everything behind,"
        " help each other and follow the staff. Do not go back in until the staff say so."
    ),
    Template.DELAY: N_(
        "{title} begins about {minutes} minutes later than planned. Your tickets stay good. Thank you for your"
        " patience."
    ),
    Template.APOLOGY: N_(
        "We are sorry for what happened at {title}, and thank you for your patience and help. If anything worries you"
        " or something of yours was left behind, write to us here."
    ),
}
_STATES: Mapping[AnnouncementState, str] = {
    AnnouncementState.PROPOSED: N_("Waits for a second manager"),
    AnnouncementState.GOING: N_("On its way"),
    AnnouncementState.DONE: N_("Handed over to be sent"),
    AnnouncementState.STOPPED: N_("It was stopped"),
}


def audiences_screen(t: Texts, facts: AnnouncingFacts) -> Screen:
    lines = [bold("📣 " + t.plain("Tell the audience")), chat_is_not_all(t)]
    if not facts.showings:
        lines.append(t("No performance is on now."))
    incident_id = facts.incident.id if facts.incident else 0
    rows: list[Row] = [
        (
            button(
                label(f"{short_title(t, one.event.title, _TITLE_MOST)} · {_when(t, one, facts)}"),
                PickTemplate(performance_id=one.performance.id, incident_id=incident_id),
            ),
        )
        for one in facts.showings[:6]
    ]
    rows.append(way(t, back(t, OpenIncident(incident_id=incident_id) if incident_id else OpenIncidents())))
    return Screen("\n".join(lines), tuple(rows), here=OpenAnnouncing(incident_id=incident_id).pack())


def templates_screen(t: Texts, facts: TemplateFacts) -> Screen:
    performance_id, incident_id = facts.showing.performance.id, facts.incident_id
    lines = [bold("📣 " + title_of(t, facts.showing.event.title)), chat_is_not_all(t), bold(t.plain("What is said?"))]
    offered = [one for one in Template if facts.manages or one in (Template.EVACUATE, Template.HOLD)]
    buttons = [
        button(
            f"{_SIGNS[one]} {t.plain(_NAMES[one])}",
            PreviewAnnouncement(performance_id=performance_id, incident_id=incident_id, template=one),
        )
        for one in offered
    ]
    rows = (*grid(buttons, 2), way(t, back(t, OpenAnnouncing(incident_id=incident_id))))
    return Screen(
        "\n".join(lines), rows, here=PickTemplate(performance_id=performance_id, incident_id=incident_id).pack()
    )


def delay_screen(t: Texts, facts: Preview) -> Screen:
    """By how much?"""
    picked = PickTemplate(performance_id=facts.showing.performance.id, incident_id=facts.incident_id)
    delays = [
        button(
            t.plain_plural("{count} minute", "{count} minutes", minutes),
            PreviewAnnouncement(
                performance_id=facts.showing.performance.id,
                incident_id=facts.incident_id,
                template=Template.DELAY,
                minutes=minutes,
            ),
        )
        for minutes in DELAYS
    ]
    lines = [bold("🕖 " + title_of(t, facts.showing.event.title)), t("How much later does it begin?")]
    return Screen("\n".join(lines), (*grid(delays, 3), way(t, back(t, picked))))


def preview_screen(t: Texts, facts: Preview) -> Screen:
    """As it will be read, in every language, and by how many."""
    performance_id = facts.showing.performance.id
    picked = PickTemplate(performance_id=performance_id, incident_id=facts.incident_id)
    lines: list[str] = [
        bold(f"{_SIGNS[facts.template]} {t.plain(_NAMES[facts.template])}"),
        _people(t, facts.people, inside=facts.inside),
        "",
        *_in_every_language(facts.template, facts.showing.event.title, facts.minutes),
        "",
        chat_is_not_all(t),
    ]
    rows: list[Row] = []
    if facts.drill:
        lines.append(bold("🎓 " + t.plain("This is a drill: the audience is not told.")))
    elif facts.people:
        said = N_("Send now") if facts.template is Template.EVACUATE else N_("Ask a second manager")
        act = Announce(
            performance_id=performance_id,
            incident_id=facts.incident_id,
            template=facts.template,
            minutes=facts.minutes,
        )
        rows.append((button("📣 " + t.plain(said), act),))
    rows.append(way(t, back(t, picked)))
    here = PreviewAnnouncement(
        performance_id=performance_id, incident_id=facts.incident_id, template=facts.template, minutes=facts.minutes
    )
    return Screen("\n".join(lines), tuple(rows), here=here.pack())


def announcement_screen(t: Texts, facts: AnnouncementFacts, *, asked: bool = False) -> Screen:
    """Its progress; ``asked``: a second manager is to agree."""
    said, progress = facts.announcement, facts.progress
    lines: list[str] = [
        bold(f"{_SIGNS[said.template]} {t.plain(_NAMES[said.template])} · {title_of(t, facts.showing.event.title)}"),
        bold(t.plain(_STATES[said.state])),
        _people(t, said.people, inside=said.inside),
        t("Proposed by {name}.", name=clean_name(facts.proposer) or "–"),
    ]
    if said.consented_by is not None:
        lines.append(t("Agreed to by {name}.", name=clean_name(facts.consenter) or "–"))
    if progress.written:
        lines.append(t("Sent to {sent} of {people}.", sent=progress.sent, people=max(progress.written, said.people)))
    if progress.unreachable:
        gone = progress.unreachable
        lines.append(t.plural("{count} person cannot be reached.", "{count} people cannot be reached.", gone))
    lines += ["", *_in_every_language(said.template, facts.showing.event.title, said.minutes or 0)]
    rows: list[Row] = []
    if said.state is AnnouncementState.PROPOSED and facts.may_agree:
        rows.append((button("✅ " + t.plain("I agree: send it"), AgreeToAnnouncement(announcement_id=said.id)),))
    if said.state is not AnnouncementState.STOPPED:
        rows.append(
            (
                button("🛑 " + t.plain("Stop it"), HaltAnnouncement(announcement_id=said.id)),
                button("🔄 " + t.plain("How far?"), OpenAnnouncement(announcement_id=said.id)),
            )
        )
    if asked:
        return Screen("\n".join(lines), (*rows, (button("🏠 " + t.plain("Home"), Home()),)))
    rows.append(way(t, back(t, OpenAnnouncing(incident_id=said.incident_id or 0))))
    return Screen("\n".join(lines), tuple(rows), here=OpenAnnouncement(announcement_id=said.id).pack())


def announcement_message(t: Texts, facts: AnnouncementFacts) -> Screen:
    """To somebody in the audience. Who is to leave the building reads it in every language: telephones are borrowed."""
    said = facts.announcement
    head = bold(f"{_SIGNS[said.template]} {t.plain(_NAMES[said.template])}")
    text = announcement_text(t, said.template, facts.showing.event.title, said.minutes or 0)
    lines: list[str] = [head, text]
    if said.template is Template.EVACUATE:
        others = (texts(locale) for locale in LOCALES if locale != t.locale)
        lines += ["", *(announcement_text(other, said.template, facts.showing.event.title, 0) for other in others)]
    return Screen("\n".join(lines), ((button("🏠 " + t.plain("Home"), Home()),),))


def announcement_text(t: Texts, template: Template, title: LocalText, minutes: int) -> Html:
    return t(_SAID[template], title=title_of(t, title), minutes=minutes)


def template_name(t: Texts, template: Template) -> str:
    return t.plain(_NAMES[template])


def chat_is_not_all(t: Texts) -> Html:
    return t("The chat supplements the public address and the alarms; it does not replace them.")


def _in_every_language(template: Template, title: LocalText, minutes: int) -> list[str]:
    return [
        f"{bold(OWN_NAMES[locale])}\n{announcement_text(texts(locale), template, title, minutes)}" for locale in LOCALES
    ]


def _people(t: Texts, people: int, *, inside: bool) -> Html:
    if inside:
        return t.plural("To {count} person who is inside.", "To {count} people who are inside.", people)
    return t.plural("To {count} person with a ticket.", "To {count} people with tickets.", people)


def _when(t: Texts, showing: Showing, facts: AnnouncingFacts) -> str:
    return when(t, showing.performance, showing.venue, facts.now)
