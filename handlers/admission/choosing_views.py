"""Where an usher says that they stand: venue, performance, gate."""

from __future__ import annotations

from handlers.admission.callbacks import ChooseGate, ChooseVenue, TakePost
from handlers.admission.queries import DoorFacts, GatesFacts
from handlers.programme.words import capital
from handlers.ticketing.queries import Showing
from handlers.ticketing.wording import back, bold, escaped, label, short_title, title_of, way, when
from handlers.ui.i18n import Html, Texts
from handlers.ui.screen import Screen, button, grid

#: Of a performance's button, beside its date.
_TITLE_MOST = 28


def choice_screen(t: Texts, facts: DoorFacts) -> Screen:
    """Which venue, else which performance."""
    return venues_screen(t, facts) if facts.venue is None else performances_screen(t, facts)


def venues_screen(t: Texts, facts: DoorFacts) -> Screen:
    buttons = [button(label(t.of(v.name)), ChooseVenue(venue_id=v.id)) for v in facts.venues]
    ask = t("In which venue are you?")
    text = f"{_at_the_door(t)}\n\n{ask}"
    return Screen(text, (*grid(buttons, 1), way(t)), here=ChooseVenue().pack())


def performances_screen(t: Texts, facts: DoorFacts) -> Screen:
    """Today's first."""
    buttons = [
        button(
            capital(f"{when(t, showing.performance, showing.venue, facts.now)} · {_short(t, showing)}"),
            ChooseGate(performance_id=showing.performance.id),
        )
        for showing in facts.performances
    ]
    ask = t("Which performance?") if buttons else t("Nothing is on here in the time to come.")
    several = (back(t, ChooseVenue()),) if len(facts.venues) > 1 else ()
    here = ChooseVenue(venue_id=facts.venue.id if facts.venue else 0).pack()
    text = f"{_at_the_door(t)}\n\n{ask}"
    return Screen(text, (*grid(buttons, 1), way(t, *several)), here=here)


def gates_screen(t: Texts, facts: GatesFacts) -> Screen:
    performance_id = facts.showing.performance.id
    buttons = [
        button(label(t.of(gate.name)), TakePost(performance_id=performance_id, gate_id=gate.id)) for gate in facts.gates
    ]
    every = button(t.plain("Every gate"), TakePost(performance_id=performance_id, gate_id=0))
    text = "\n".join(
        (
            bold(f"🚪 {title_of(t, facts.showing.event.title)}"),
            escaped(when(t, facts.showing.performance, facts.showing.venue, facts.now)),
            "",
            t("At which gate do you stand?"),
        )
    )
    to_venue = back(t, ChooseVenue(venue_id=facts.showing.venue.id))
    return Screen(
        text,
        (*grid(buttons, 2), (every,), way(t, to_venue)),
        here=ChooseGate(performance_id=performance_id).pack(),
    )


def _short(t: Texts, showing: Showing) -> str:
    return short_title(t, showing.event.title, _TITLE_MOST)


def _at_the_door(t: Texts) -> Html:
    return bold("🚪 " + t.plain("At the door"))
