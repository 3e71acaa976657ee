"""The plain rules by which a find may be what somebody has lost; when a list's time is; every screen's fitness."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.lost_property.model import Find, FindState, Loss, LossState, likely_finds, likely_losses, words_of
from domain.people.lists import Checklist, ListItem, ListKind, ListRun, Tick, day_start, occasion
from domain.text import LocalText
from handlers.lost_property import views
from handlers.lost_property.queries import AskedFacts, Evening, FindFacts, FindsFacts, LossFacts, OwnFacts
from handlers.people.lists import views as list_views
from handlers.people.lists.queries import ListFacts, ListsFacts
from handlers.ui.i18n import LOCALES, Texts, texts
from tests.support.programme import NOW
from tests.support.screens import HOSTILE, check
from tests.support.ticketing import hostile_showing

FIND = Find(1, 1, "Black umbrella", "Stalls, row 3", "Box", NOW, 1, NOW + timedelta(days=90), photo="f")
LOSS = Loss(1, 1, 2, "umbrellas, black", "", NOW, performance_id=5)


@pytest.fixture(params=LOCALES)
def t(request: pytest.FixtureRequest) -> Texts:
    return texts(request.param)


def test_words_are_words_and_of_chinese_each_two_neighbours() -> None:
    assert words_of("My LOST Umbrellas, the black one") == {"umbrella", "black"}
    assert words_of("黑色雨伞") == {"黑色", "色雨", "雨伞"}
    assert words_of("伞") == {"伞"}


def test_the_thing_speaks_first_then_the_evening_and_the_place_alone_not_at_all() -> None:
    hat = replace(FIND, id=2, what="A hat", performance_id=5)
    elsewhere, in_place = replace(FIND, id=3, venue_id=2), replace(FIND, id=4, what="A glove")
    asked = replace(LOSS, place="row in the stalls")
    assert [find.id for find in likely_finds(asked, [in_place, elsewhere, hat, FIND], 9)] == [1, 2]
    assert likely_finds(replace(asked, performance_id=None), [hat, in_place], 9) == []
    assert likely_losses(FIND, [replace(LOSS, id=7, what="keys", performance_id=None), LOSS], 9) == [LOSS]


def test_lists_have_their_time() -> None:
    doors = datetime(2027, 3, 1, 11, tzinfo=UTC)
    ends = doors + timedelta(hours=3)

    def of(kind: ListKind, hours: float) -> tuple[float, float] | None:
        found = occasion(Checklist("k", kind, LocalText(), 60, ()), doors, ends, doors + timedelta(hours=hours))
        return found and ((found[0] - doors) / timedelta(hours=1), (found[1] - doors) / timedelta(hours=1))

    assert [of(ListKind.OPENING, h) for h in (-1.1, -1, 2, 3)] == [None, (-1, 0), (-1, 0), None]
    assert [of(ListKind.PATROL, h) for h in (-0.1, 0, 1.5, 3)] == [None, (0, 1), (1, 2), None]
    assert [of(ListKind.CLOSING, h) for h in (2.9, 3, 9)] == [None, (3, 4), (3, 4)]


def test_a_night_belongs_to_the_day_on_which_it_began() -> None:
    for hour, day in ((4, 28), (5, 1), (23, 1)):  # on the venue's clock
        now = datetime(2027, 3, 1, hour, 30, tzinfo=UTC) - timedelta(hours=8)
        assert day_start(now, "Asia/Shanghai").day == day


def test_the_screens_are_fit_whatever_the_names(t: Texts) -> None:
    for name in ("Umbrella", *HOSTILE):
        showing = hostile_showing(name)
        evening = Evening(showing.performance, showing.event, showing.venue)
        find, loss = replace(FIND, what=name, place=name, storage=name), replace(LOSS, what=name, place=name)
        for state in LossState:
            facts = LossFacts(replace(loss, state=state), name, evening, showing.venue, find, (find,) * 4, NOW)
            for screen in (views.own_loss_screen, views.loss_screen, views.asked_notice, views.found_notice):
                check(screen(t, facts))
        check(views.closed_notice(t, replace(facts, loss=replace(loss, state=LossState.CLOSED))))
        for kept in FindState:
            state_of = replace(find, state=kept, id_seen=name)
            named = ((replace(loss, state=LossState.FOUND), name),)
            found = FindFacts(state_of, showing.venue, evening, named, (), NOW + timedelta(days=99))
            check(views.find_screen(t, found))
            check(views.find_screen(t, replace(found, awaited=(), likely=named * 4)))
            check(views.document_screen(t, found))
        check(views.finds_screen(t, FindsFacts((find,) * 6, 1, 3, 9, (showing.venue,) * 2, NOW + timedelta(days=99))))
        check(views.asked_screen(t, AskedFacts(((loss, 2),) * 6)))
        check(views.own_screen(t, OwnFacts((loss,) * 5, (evening,) * 4, NOW)))
        check(views.where_screen(t, name, 1))
        items = tuple(ListItem(f"i{n}", LocalText.of(en=name, zh_Hans=name), photo=True) for n in range(16))
        checklist = Checklist("k", ListKind.PATROL, LocalText.of(en=name, zh_Hans=name), 30, items)
        ticks = {f"i{n}": Tick(f"i{n}", 1, NOW, "photo") for n in range(9)}
        run = ListRun(1, 1, checklist, NOW, NOW, ticks=ticks)
        one = ListFacts(run, showing.venue, {1: name}, NOW)
        check(list_views.unfinished_notice(t, one))
        check(list_views.list_screen(t, one))
        check(list_views.list_screen(t, replace(one, run=replace(run, ended_at=NOW))))
        check(list_views.photo_wanted_screen(t, one, 0))
        check(list_views.photo_screen(t, one, 0))
        some = ListsFacts(
            showing.venue, (showing.venue,) * 3, ((checklist, run), (checklist, None)) * 4, (run,) * 6, NOW
        )
        check(list_views.lists_screen(t, some))
    for step in range(3):
        check(views.record_screen(t, step, 1))
    check(views.what_screen(t, 0))
