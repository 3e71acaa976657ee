"""The screens of coming in, home, help and the staff, in every language, with ordinary and difficult names."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.notices import NoticeKind
from domain.people.model import Actor, Grant, Invitation, Role
from domain.text import LocalText
from handlers.people.anything import _SAID
from handlers.people.commands import commands
from handlers.people.notices import NOTICES
from handlers.people.queries import HelpFacts, HomeFacts, NextTickets, RunningHold
from handlers.people.roles import role_called, role_name
from handlers.people.team_queries import InvitationFacts, InviteChoice, Member, Team
from handlers.people.team_views import (
    asks_screen,
    declined_screen,
    invitation_screen,
    invited_screen,
    member_screen,
    places_screen,
    revoke_screen,
    roles_screen,
    team_screen,
    waiting_screen,
    welcome_screen,
)
from handlers.people.views import (
    answer_screen,
    first_screen,
    help_screen,
    home_screen,
    language_screen,
    not_ours_screen,
    unknown_command_screen,
)
from handlers.ui.i18n import LOCALES, OWN_NAMES, Texts, texts
from tests.support.programme import BIG, EVENT, NOW, PERFORMANCE, VENUE, hostile_event, local
from tests.support.screens import HOSTILE, check, data_of, labels

HOUSE = LocalText.of(en="The Foyer", zh_Hans="艺厅")
SHANGHAI = "Asia/Shanghai"
TODAY = date(2026, 11, 25)
HOLD = RunningHold(5, 2, NOW + timedelta(minutes=8), SHANGHAI, EVENT.title)
NEXT = NextTickets((21, 22), EVENT, PERFORMANCE, SHANGHAI)


@pytest.fixture(params=LOCALES)
def t(request: pytest.FixtureRequest) -> Texts:
    return texts(request.param)


def invitation(**change: Any) -> InvitationFacts:
    made = Invitation(BIG, Role.BOX_OFFICE, 1, 1, NOW + timedelta(days=3))
    return InvitationFacts(replace(made, **change), HOUSE, VENUE.name, "Anna")


def test_the_first_screen_speaks_every_language() -> None:
    screen = first_screen(HOUSE)
    text = check(screen, way_out=False)
    for locale in LOCALES:
        assert texts(locale).of(HOUSE) in text
        assert data_of(screen, OWN_NAMES[locale]) == f"lg:{locale}"
    assert text.count("/forget") == len(LOCALES)  # what is kept and why, in each


def test_home_shows_what_is_running_first(t: Texts) -> None:
    screen = home_screen(t, HomeFacts(HOUSE, "Anna", TODAY, hold=HOLD, next=NEXT))
    text = check(screen, way_out=False)
    assert "17:08" in text
    assert t.of(EVENT.title) in text
    assert [row[0].data for row in screen.keyboard[:4]] == ["or:5", "vs:11:0", "evs:all::0", "tks:0"]
    assert "17:08" in screen.keyboard[0][0].text
    one = home_screen(t, HomeFacts(HOUSE, "", TODAY, next=replace(NEXT, ticket_ids=(21,))))
    assert one.keyboard[0][0].data == "tk:21"


def test_home_offers_staff_their_doors_and_nobody_else(t: Texts) -> None:
    assert not {"door", "staff"} & {b.data for row in home_screen(t, HomeFacts(HOUSE, "", TODAY)).keyboard for b in row}
    usher = home_screen(t, HomeFacts(HOUSE, "", TODAY, at_the_door=True))
    assert [button.data for button in usher.keyboard[0]] == ["door"]
    manager = home_screen(t, HomeFacts(HOUSE, "", TODAY, at_the_door=True, manages=True, tasks=3))
    assert [button.data for row in manager.keyboard[:2] for button in row] == ["door", "dg:day", "staff"]
    assert "(3)" in manager.keyboard[1][0].text
    clerk = home_screen(
        t, HomeFacts(HOUSE, "", TODAY, at_the_window=True, works=True, serves=True, calls=2, questions=1)
    )
    shown = {button.data: button.text for row in clerk.keyboard[:3] for button in row}
    assert list(shown) == ["ic", "ahq", "win:0", "aqq", "ads", "shf"]
    assert ("(2)" in shown["ahq"], "(1)" in shown["aqq"], "(" in shown["ads"]) == (True, True, False)


@pytest.mark.parametrize("name", HOSTILE)
def test_difficult_names_stay_within_bounds(t: Texts, name: str) -> None:
    house, event = local(name), hostile_event(name)
    hold = RunningHold(BIG, 12, NOW, SHANGHAI, event.title)
    following = NextTickets((BIG,) * 9, event, PERFORMANCE, SHANGHAI)
    facts = HomeFacts(house, name, TODAY, hold, following, True, True, True, True, True, 50, True, 20, 20)
    check(home_screen(t, facts), way_out=False)
    check(first_screen(house), way_out=False)
    venues = (replace(VENUE, name=house, address=house),) * 9
    check(help_screen(t, HelpFacts(house, venues), staff=True))
    names = dict.fromkeys(range(1, 30), house)
    everything = tuple(Grant(role, 1) for role in Role if role is not Role.AUDIENCE)
    member = Actor(BIG, name, grants=everything)
    check(team_screen(t, Team((member,) * 6, names, 2, True, 50)))
    check(member_screen(t, Member(member, everything, names)))
    check(revoke_screen(t, Member(member, everything, names), Grant(Role.BOX_OFFICE, BIG)))
    check(places_screen(t, Role.BOX_OFFICE, InviteChoice((), (*names, None), names)))
    facts = replace(invitation(), house=house, venue=house, guest=name)
    for used in (facts, replace(facts, invitation=replace(facts.invitation, used_by=2))):
        check(invitation_screen(t, used, "https://t.me/x?start=" + "I" * 30, "https://t.me/share/url?url=x", "Sat"))
        check(invited_screen(t, used))
        check(waiting_screen(t, used))
        check(welcome_screen(t, used))
        asked = asks_screen(t, used)
        check(asked, way_out=False)
        assert len([label for label in labels(asked) if label]) == 2


def test_help_language_and_answers_can_be_left(t: Texts) -> None:
    text = check(help_screen(t, HelpFacts(HOUSE, (VENUE,)), staff=False))
    assert t.of(VENUE.address) in text
    assert "/invite" not in text
    check(help_screen(t, HelpFacts(LocalText(), ()), staff=True))
    check(language_screen(t))
    assert sum(label.startswith("✓") for label in labels(language_screen(t))) == 1
    check(answer_screen(t, t("Thank you! 😊 What would you like to do?")))
    check(not_ours_screen(t))
    check(declined_screen(t))
    assert "/events" in check(unknown_command_screen(t, staff=False))


def test_an_invitation_tells_where_it_stands(t: Texts) -> None:
    url, share = "https://t.me/foyer?start=Ikx", "https://t.me/share/url?url=x"
    fresh = invitation_screen(t, invitation(), url, share, "Sat")
    assert url in check(fresh)
    assert share in [button.url for row in fresh.keyboard for button in row]
    used = invitation_screen(t, invitation(used_by=2), url, share, "Sat")
    assert url not in check(used)
    assert data_of(used, t.plain("Confirm")) == f"joind:{BIG}:1"
    for confirmed in (True, False):
        decided = invitation(used_by=2, decided_at=NOW, confirmed=confirmed)
        screen = invitation_screen(t, decided, url, share, "Sat")
        assert "Anna" in check(screen)
        assert url not in screen.text
        assert len(screen.keyboard) == 1


def test_every_staff_role_has_its_words(t: Texts) -> None:
    staff = [role for role in Role if role is not Role.AUDIENCE]
    check(roles_screen(t, InviteChoice(tuple(staff), (), {})))
    for role in staff:
        assert role_called(role_name(t, role).upper()) is role
        check(welcome_screen(t, invitation(role=role)))
    assert len({role_name(t, role) for role in Role}) == len(Role)
    assert role_called("audience") is None


@pytest.mark.parametrize("staff", [True, False])
@pytest.mark.parametrize("locale", LOCALES)
def test_commands_are_as_the_bot_api_wants_them(locale: str, staff: bool) -> None:
    found = commands(locale, staff)
    assert all(1 <= len(name) <= 32 and name.islower() and name.isascii() for name, _ in found)
    assert all(1 <= len(description) <= 256 for _, description in found)
    assert len({name for name, _ in found}) == len(found)
    assert ("invite" in dict(found)) == staff


def test_no_word_asks_for_two_things() -> None:
    for locale in LOCALES:
        said = [
            word.strip() for listed, _ in _SAID for word in texts(locale).plain(listed).replace("，", ",").split(",")
        ]
        assert all(said)
        assert len(set(said)) == len(said)


def test_the_notices_of_people_are_known() -> None:
    assert set(NOTICES) == {
        NoticeKind.STAFF_WELCOME,
        NoticeKind.STAFF_DECLINED,
        NoticeKind.APOLOGY,
    }
