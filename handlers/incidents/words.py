"""The words of incidents: kinds, severities, states, lines of the timeline; and what to do, step by step."""

from __future__ import annotations

from collections.abc import Mapping

from domain.incidents.model import ActionCard, IncidentKind, IncidentState, Severity, What
from handlers.ui.i18n import N_

SIGNS: Mapping[IncidentKind, str] = {
    IncidentKind.UNWELL: "🤒",
    IncidentKind.FIRE: "🔥",
    IncidentKind.SECURITY: "🛡",
    IncidentKind.CROWD: "👥",
    IncidentKind.LOST_CHILD: "🧒",
    IncidentKind.EQUIPMENT: "🛠",
    IncidentKind.OTHER: "❕",
}
KINDS: Mapping[IncidentKind, str] = {
    IncidentKind.UNWELL: N_("Unwell person"),
    IncidentKind.FIRE: N_("Fire or smoke"),
    IncidentKind.SECURITY: N_("Security"),
    IncidentKind.CROWD: N_("Crowd"),
    IncidentKind.LOST_CHILD: N_("Lost child"),
    IncidentKind.EQUIPMENT: N_("Equipment"),
    IncidentKind.OTHER: N_("Another matter"),
}
SEVERITIES: Mapping[Severity, str] = {
    Severity.S1: N_("S1 · lives are at stake"),
    Severity.S2: N_("S2 · serious"),
    Severity.S3: N_("S3 · to be looked at"),
}
SEVERITY_SIGNS: Mapping[Severity, str] = {Severity.S1: "🔴", Severity.S2: "🟠", Severity.S3: "🟡"}
STATES: Mapping[IncidentState, str] = {
    IncidentState.DRAFT: N_("Not sent yet"),
    IncidentState.OPEN: N_("Nobody has taken it"),
    IncidentState.ACKNOWLEDGED: N_("Taken, on the way"),
    IncidentState.ON_SCENE: N_("On scene"),
    IncidentState.IN_HAND: N_("In hand"),
    IncidentState.RESOLVED: N_("Resolved"),
    IncidentState.DROPPED: N_("Taken back"),
}
LINES: Mapping[What, str] = {
    What.BEGUN: N_("Report begun"),
    What.SENT: N_("Report sent"),
    What.ABANDONED: N_("Report left, sent by the clock"),
    What.PAGED: N_("Paged"),
    What.NOBODY: N_("Nobody to page"),
    What.TAKEN: N_("Somebody has taken it"),
    What.ON_SCENE: N_("On scene"),
    What.IN_HAND: N_("In hand"),
    What.RESOLVED: N_("Resolved"),
    What.HEARD: N_("Still on it"),
    What.LAPSED: N_("Not heard of: open again"),
    What.SEVERITY: N_("Severity changed"),
    What.PROCEDURE: N_("Procedure begun"),
    What.NOTE: N_("Added"),
    What.PHOTO_GONE: N_("Photo deleted"),
    What.ANNOUNCED: N_("Announcement to the audience"),
    What.REVIEWED: N_("Reviewed"),
}
CARDS: Mapping[ActionCard, str] = {
    ActionCard.EVACUATE: N_("Evacuate"),
    ActionCard.KEEP_INSIDE: N_("Keep inside"),
    ActionCard.LOCK: N_("Lock"),
    ActionCard.INFORM: N_("Inform"),
    ActionCard.FIRST_AID: N_("First aid"),
    ActionCard.EQUIPMENT: N_("Equipment"),
}
CARD_SIGNS: Mapping[ActionCard, str] = {
    ActionCard.EVACUATE: "🏃",
    ActionCard.KEEP_INSIDE: "🏠",
    ActionCard.LOCK: "🔒",
    ActionCard.INFORM: "📢",
    ActionCard.FIRST_AID: "⛑",
    ActionCard.EQUIPMENT: "🛠",
}
#: One line a step, in the order in which they are done.
STEPS: Mapping[ActionCard, tuple[str, ...]] = {
    ActionCard.EVACUATE: (
        N_("Sound the alarm and call the fire service; read the address out."),
        N_("House lights on, sound and show stopped; the announcement over the public address."),
        N_("Open every exit. No lifts. Lead from the front, sweep from behind."),
        N_("Wheelchair places first to the refuge; one person stays with each."),
        N_("Check toilets, foyers, dressing rooms; close doors behind you, do not lock them."),
        N_("At the assembly point: count, report who is missing. Nobody goes back in."),
    ),
    ActionCard.KEEP_INSIDE: (
        N_("The danger is outside: nobody leaves, close doors and windows."),
        N_("Move people away from glass and entrances, towards the inner rooms."),
        N_("Say over the public address why, and when you will speak again."),
        N_("One person at each exit. Who insists on leaving is told of the danger and not held."),
        N_("Wait for the word of the police or the fire service."),
    ),
    ActionCard.LOCK: (
        N_("Lock outer doors and doors between the danger and people; stay away from them."),
        N_("Lights off, telephones silent, out of sight, everybody behind something solid."),
        N_("Call the police: where, how many, what they look like. Do not approach."),
        N_("Open to nobody but the police, who have their own way in."),
        N_("A fire alarm now may be a trick: leave only where you see fire or smoke."),
    ),
    ActionCard.INFORM: (
        N_("Say what you know, what you do, and when you will speak again. No guesses."),
        N_("First the team by radio, then the audience over the public address, then the chat."),
        N_("One voice: the duty manager. The press is sent to the manager."),
        N_("In both languages; for people who do not hear, show the words on the screens."),
        N_("For a lost child: describe to the team only, never the name over the loudspeaker; watch every exit."),
    ),
    ActionCard.FIRST_AID: (
        N_("Look for danger to yourself. Speak to the person, touch a shoulder: do they answer?"),
        N_("Call a first-aider and the ambulance; send somebody to the entrance to lead it in."),
        N_("No normal breathing: press the chest, hard and fast, 100 to 120 a minute; send for the defibrillator."),
        N_("Heavy bleeding: press on it. Unconscious and breathing: on their side."),
        N_("Clear a way, keep onlookers off, hold a screen. Nobody takes photos but for the record."),
        N_("Write down when it began and what was done; hand it to the ambulance."),
    ),
    ActionCard.EQUIPMENT: (
        N_("People away from it first. Mark it off. Do not switch on again what has switched itself off."),
        N_("Speak to the stage: stop, hold, or go on. The stage manager decides about the show."),
        N_("Smoke, sparks, smell of burning: this is a fire, report it as one."),
        N_("Call the technician by radio; say what, where, since when."),
        N_("Resume only when the technician and the stage manager both say so."),
    ),
}
