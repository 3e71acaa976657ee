"""The screens of incidents, pure: every state in every language, ordinary and difficult names; the house's file."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.adapters.files import Files
from domain.admission.model import DoorCounts, ZoneCount
from domain.errors import BadInput
from domain.incidents.model import (
    ActionCard,
    Announcement,
    AnnouncementState,
    Entry,
    Incident,
    IncidentKind,
    IncidentState,
    Note,
    NoteKind,
    Progress,
    Review,
    Severity,
    Template,
    What,
)
from domain.incidents.places import Spot
from domain.incidents.rules import USUAL_KINDS, Defibrillator, IncidentRules, Phone, VenueFacts
from domain.incidents.rules_file import parse_incidents
from domain.people.model import Actor, Grant, Role
from domain.programme.model import RunState
from domain.text import LocalText
from handlers.incidents import announcing_views, views
from handlers.incidents.queries import (
    AnnouncementFacts,
    AnnouncingFacts,
    IncidentFacts,
    IncidentList,
    IncidentSight,
    Inside,
    NoteFacts,
    Preview,
    TemplateFacts,
    TimelineFacts,
    Where,
    WhereFacts,
)
from handlers.incidents.timeline import timeline_csv, timeline_pdf
from handlers.ticketing.queries import Showing
from handlers.ui.i18n import LOCALES, Texts, texts
from handlers.ui.screen import CAPTION_MOST, Screen, Voice
from tests.support.programme import NOW
from tests.support.screens import HOSTILE, check, labels, visible
from tests.support.ticketing import GATE, SHOWING, hostile_gate, hostile_showing

EN = texts("en")
NAMES = ("Uma", *HOSTILE)


@pytest.fixture(params=LOCALES)
def t(request: pytest.FixtureRequest) -> Texts:
    return texts(request.param)


def showing_of(name: str) -> Showing:
    return SHOWING if name == "Uma" else hostile_showing(name)


def incident(kind: IncidentKind = IncidentKind.FIRE, **change: object) -> Incident:
    made = Incident(
        7, SHOWING.venue.id, kind, USUAL_KINDS[kind].severity, IncidentState.OPEN, 1, NOW - timedelta(minutes=3)
    )
    return replace(made, sent_at=made.reported_at, heard_at=NOW, rounds=2, **change)  # type: ignore[arg-type]


def facts(one: Incident, name: str = "Uma") -> IncidentFacts:
    showing = showing_of(name)
    gate = GATE if name == "Uma" else hostile_gate(name)
    text = LocalText.of(en=name)
    house = VenueFacts(name[:60], (Phone(text, "+86 21 5550 0100"),) * 9, (Defibrillator(text),), text)
    counts = DoorCounts(tuple(ZoneCount(f"{name}{n}", 3, 5) for n in range(20)), ((None, 60),), 0, 0)
    inside = Inside(showing.performance, showing.event.title, {}, counts, ((name, name, name),) * 30)
    lines = [
        Entry(n, one.id, one.reported_at + timedelta(seconds=20 * n), 1, what, detail)
        for n, (what, detail) in enumerate(
            (
                (What.BEGUN, {"kind": one.kind.value, "drill": 0}),
                (What.SENT, {}),
                (What.PAGED, {"round": 1, "people": 4}),
                (What.LAPSED, {"taker": 2}),
                (What.TAKEN, {"instead_of": 0}),
                (What.SEVERITY, {"before": 2, "now": 1}),
                (What.PROCEDURE, {"card": "evacuate"}),
                (What.ANNOUNCED, {"announcement": 1, "template": "hold"}),
                (What.NOTE, {"note": 1, "kind": "photo"}),
                (What.RESOLVED, {}),
            )
        )
    ]
    return IncidentFacts(
        incident=one,
        venue=showing.venue,
        where=Where(Spot(1, "Stalls", 1), gate, text),
        house=house,
        rule=USUAL_KINDS[one.kind],
        reporter=name,
        taker=name,
        first_aid=(name,) * 9,
        defibrillator=text,
        notes=(note(NoteKind.TEXT, name), note(NoteKind.PHOTO, name), note(NoteKind.LOCATION, "31.2,121.4")),
        media=(note(NoteKind.PHOTO, name), note(NoteKind.VOICE, "")) * 2,
        entries=lines,
        inside=(inside,) * 4,
        review=Review(one.id, 1, NOW, name, name, name),
        now=NOW,
    )


def note(kind: NoteKind, text: str) -> Note:
    return Note(1, 7, 1, NOW, kind, text[:1000], "" if kind is NoteKind.TEXT else "file")


def sight(one: Incident, name: str = "Uma", role: Role = Role.OWNER) -> IncidentSight:
    held = replace(SHOWING, performance=replace(SHOWING.performance, run_state=RunState.HELD))
    started = replace(showing_of(name), performance=replace(SHOWING.performance, run_state=RunState.STARTED))
    return IncidentSight(facts(one, name), Actor(1, name, grants=(Grant(role),)), (held, started, SHOWING, SHOWING))


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_every_screen_can_be_sent_whatever_people_are_called(t: Texts, name: str) -> None:
    for state in (
        IncidentState.OPEN,
        IncidentState.ACKNOWLEDGED,
        IncidentState.ON_SCENE,
        IncidentState.IN_HAND,
        IncidentState.RESOLVED,
    ):
        for drill in (False, True):
            one = incident(state=state, drill=drill, procedure=ActionCard.EVACUATE, taker_id=2)
            shown = facts(one, name)
            made = [
                views.incident_card(t, shown),
                views.incident_screen(t, sight(one, name)),
                views.page_notice(t, shown),
                views.procedure_notice(t, shown),
                views.sent_screen(t, shown),
                views.severity_screen(t, shown),
                views.actions_screen(t, shown),
                views.note_screen(t, shown),
                *(views.action_card_screen(t, sight(one, name), card, shown.inside) for card in ActionCard),
            ]
            for screen in made:
                text = check(screen)
                assert ("🎓" in text) is drill, text[:80]
    assert "🎓" in check(views.drill_report(t, facts(incident(drill=True), name)))
    check(views.review_screen(t, facts(incident(), name), "What happened?", name[:200]))
    wheres = [Where(Spot(1, f"{n}"), None, name) for n in range(40)]
    draft = incident(state=IncidentState.DRAFT)
    check(views.where_screen(t, WhereFacts(draft, wheres[0], SHOWING.venue, wheres, (SHOWING.venue,) * 5)))
    listed = [(one, wheres[0], SHOWING.venue) for one in (incident(kind) for kind in IncidentKind)]
    check(views.incidents_screen(t, IncidentList(listed, True, True, NOW)))
    check(views.incidents_screen(t, IncidentList((), False, False, NOW)))
    check(views.kind_screen(t, drill=True))
    check(views.dropped_screen(t))


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_what_is_added_is_sent_on_within_the_bounds(t: Texts, name: str) -> None:
    for kind in NoteKind:
        text = "31.230400,121.473700" if kind is NoteKind.LOCATION else name
        about = NoteFacts(
            note(kind, text), incident(IncidentKind.UNWELL), Where(Spot(1)), SHOWING.venue, name, protected=True
        )
        sent = views.note_notice(t, about)
        if isinstance(sent, Voice):
            assert len(visible(sent.caption)) <= CAPTION_MOST
            assert sent.protected
        else:
            check(sent)
            assert isinstance(sent, Screen)
            assert sent.protected


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_every_announcement_reads_in_both_languages(t: Texts, name: str) -> None:
    showing = showing_of(name)
    check(announcing_views.audiences_screen(t, AnnouncingFacts(None, (showing,) * 9, NOW)))
    check(announcing_views.audiences_screen(t, AnnouncingFacts(incident(), (), NOW)))
    check(announcing_views.templates_screen(t, TemplateFacts(showing, True, 0, NOW)))
    for template in Template:
        for inside in (False, True):
            preview = Preview(showing, template, 20, 7, inside, 1200, drill=not inside, now=NOW)
            text = check(announcing_views.preview_screen(t, preview))
            assert "简体中文" in text
            assert "English" in text
        for state in AnnouncementState:
            said = Announcement(3, 5, template, state, 1, NOW, 1200, minutes=20, consented_by=2)
            about = AnnouncementFacts(said, showing, Progress(1200, 900, 7), name, name, True, NOW)
            check(announcing_views.announcement_screen(t, about))
            check(announcing_views.announcement_screen(t, about, asked=True))
            check(announcing_views.announcement_message(t, about))
    check(announcing_views.delay_screen(t, Preview(showing, Template.DELAY, 0, 0, False, 3, False, NOW)))


def test_the_box_office_sees_no_safety_buttons() -> None:
    one = incident(state=IncidentState.OPEN)
    assert not any(
        "Tell the audience" in label for label in labels(views.incident_screen(EN, sight(one, role=Role.USHER)))
    )
    card = views.action_card_screen(EN, sight(one, role=Role.USHER), ActionCard.EVACUATE, ())
    assert not any("Begin" in label for label in labels(card))
    equipment = views.action_card_screen(EN, sight(one, role=Role.STAGE), ActionCard.EQUIPMENT, ())
    assert [label[:1] for label in labels(equipment)[:3]] == ["▶", "🏁", "⏹"]


@pytest.mark.parametrize("name", ["Uma", HOSTILE[0], "=1+1"])
def test_a_timeline_is_printed_and_its_cells_are_no_formulas(t: Texts, name: str) -> None:
    shown = facts(incident(state=IncidentState.RESOLVED), name)
    found = TimelineFacts(
        shown, {1: name}, {1: note(NoteKind.PHOTO, "@SUM(1)")}, [(NOW, 1, RunState.HELD, LocalText())]
    )
    table = Files().make(timeline_csv(t, found).content).decode("utf-8-sig")  # type: ignore[arg-type]
    assert all(not cell.startswith(("=", "@", "+")) for line in table.splitlines() for cell in line.split(","))
    assert Files().make(timeline_pdf(t, found).content).startswith(b"%PDF")  # type: ignore[arg-type]


def test_a_house_writes_down_only_what_is_different() -> None:
    assert parse_incidents({}) == IncidentRules()
    rules = parse_incidents(
        tomllib.loads("""
            lapse_minutes = 3
            [kind.lost_child]
            severity = 1
            also = ["usher"]
            [severity.1]
            again_seconds = 30
            [[severity.1.step]]
            after_seconds = 90
            roles = ["manager"]
            people = ["#17"]
            [[severity.1.step]]
            roles = ["safety", "floor"]
            nearby = true
            [venue.riverside]
            channel = 3
            [[venue.riverside.defibrillator]]
            place = { en = "Foyer" }
            [[venue.riverside.defibrillator]]
            place = { en = "Upstairs" }
            near = ["upper", "Circle"]
        """)
    )
    assert rules.kinds[IncidentKind.LOST_CHILD].severity is Severity.S1
    assert rules.kinds[IncidentKind.FIRE] == USUAL_KINDS[IncidentKind.FIRE]
    assert [step.roles for step in rules.severities[Severity.S1].steps] == [(Role.SAFETY, Role.FLOOR), (Role.MANAGER,)]
    assert [step.people for step in rules.severities[Severity.S1].steps] == [(), (17,)]
    assert rules.lapse == timedelta(minutes=3)
    house = rules.at("riverside")
    assert [house.nearest(*near).place.best("en") for near in (("Circle", None), (None, "upper"), ("Box", None))] == [  # type: ignore[union-attr]
        "Upstairs", "Upstairs", "Foyer",
    ]  # fmt: skip
    assert rules.at("elsewhere") == VenueFacts()


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"kind": {"flood": {}}}, "incidents.kind.flood"),
        ({"severity": {"4": {"step": []}}}, "incidents.severity.4"),
        ({"severity": {"1": {"step": []}}}, "incidents.severity.1.step"),
        ({"severity": {"1": {"step": [{"roles": ["audience"]}]}}}, "incidents.severity.1.step[0].roles[0]"),
        ({"severity": {"1": {"step": [{"people": ["Mia"]}]}}}, "incidents.severity.1.step[0].people[0]"),
        ({"medical_photo_hours": 48}, "incidents.medical_photo_hours"),
        ({"venue": {"x": {"phone": [{"name": {"en": "x"}, "number": "tel:1"}]}}}, "incidents.venue.x.phone[0].number"),
    ],
)
def test_what_is_wrong_in_the_file_is_named(document: dict[str, object], path: str) -> None:
    with pytest.raises(BadInput) as fault:
        parse_incidents(document)
    assert fault.value.params["path"] == path
