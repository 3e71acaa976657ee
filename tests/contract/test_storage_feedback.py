"""What storage promises of surveys, answers and cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from domain.errors import Contended
from domain.feedback.figures import Scope
from domain.feedback.model import Call, CallState, CaseKind, CaseReason, CaseState, Channel, Media, Response, Value
from domain.ports import Tx
from domain.records.usecases import ForgetMe, MyData
from storage.unit_of_work import UnitOfWork
from tests.support.house import SmallHouse
from tests.support.invariants import check_invariants
from tests.support.selling import people, seated_house
from tests.support.survey import survey_document

SHOWS = {"key": "shows", "kind": "media", "text": {"en": "Show us?"}}


def document() -> dict[str, object]:
    made = survey_document()
    return made | {"question": [*made["question"], SHOWS]}


def responds(tx: Tx, house: SmallHouse, survey_id: int, number: int, **given: Value) -> Response:
    survey = tx.feedback.survey(survey_id)
    assert survey is not None
    response = Response(number, survey_id, house.performance_id, Channel.CHAT)
    tx.feedback.add_response(response)
    for key, value in given.items():
        tx.feedback.put_answer(number, survey.questions[survey.index(key) or 0], value)
    return response


async def test_a_survey_is_a_version_for_good(uow: UnitOfWork) -> None:
    def work(tx: Tx) -> None:
        assert tx.feedback.current_survey() is None
        first, new = tx.feedback.add_survey("visit", document(), tx.now)
        assert new
        assert tx.feedback.add_survey("visit", document(), tx.now) == (first, False)
        second, new = tx.feedback.add_survey("visit", survey_document(), tx.now)
        assert new
        current = tx.feedback.current_survey()
        assert current is not None
        assert (current.id, len(current.questions)) == (second, 5)
        known = tx.feedback.survey(first)
        assert known is not None
        assert [question.key for question in known.questions][-1] == "shows"
        assert tx.feedback.survey(second + 1) is None

    await uow.write(work)


async def test_a_turn_is_taken_once_a_week_and_never_after_a_no(uow: UnitOfWork) -> None:
    ada, ben = await people(uow, 2)

    def work(tx: Tx) -> None:
        now, week = tx.now, timedelta(days=7)
        assert tx.feedback.take_turn(ada, now, now - week)
        assert not tx.feedback.take_turn(ada, now, now - week)
        assert not tx.feedback.take_turn(ada, now + week - timedelta(seconds=1), now - timedelta(seconds=1))
        assert tx.feedback.take_turn(ada, now + week, now)
        assert tx.feedback.want(ben, False, now)
        assert not tx.feedback.want(ben, False, now)
        assert tx.feedback.wants_none(ben)
        assert not tx.feedback.take_turn(ben, now, now - week)
        assert tx.feedback.want(ben, True, now)
        assert not tx.feedback.want(ben, True, now)
        assert tx.feedback.take_turn(ben, now, now - week)

    await uow.write(work)


async def test_answers_come_back_as_they_were_given(uow: UnitOfWork) -> None:
    house = await uow.write(seated_house)
    (ada,) = await people(uow, 1)
    given: dict[str, Value] = {
        "recommend": 0,
        "staff": 5,
        "better": ("queue", "toilets"),
        "words": "«Schön» 好 🎭 \\ \" '",
        "shows": None,
    }

    def work(tx: Tx) -> None:
        survey_id, _ = tx.feedback.add_survey("visit", document(), tx.now)
        until = tx.now + timedelta(days=14)
        assert tx.feedback.add_call(ada, house.performance_id, survey_id, until, None)
        assert not tx.feedback.add_call(ada, house.performance_id, survey_id, until, tx.now)
        call = tx.feedback.call(ada, house.performance_id, lock=True)
        assert call == Call(ada, house.performance_id, survey_id, None, until, CallState.ASKED, False)
        response = responds(tx, house, survey_id, 2**47, **given)
        tx.feedback.set_call(replace(call, state=CallState.BEGUN, response_id=response.id))
        assert tx.feedback.answers(response.id) == given
        survey = tx.feedback.survey(survey_id)
        assert survey is not None
        tx.feedback.put_answer(response.id, survey.questions[0], 10)
        tx.feedback.drop_answers(response.id, ["better", "words"])
        tx.feedback.drop_answers(response.id, [])
        assert tx.feedback.answers(response.id) == {"recommend": 10, "staff": 5, "shows": None}
        assert [each.performance_id for each in tx.feedback.calls_of(ada, tx.now)] == [house.performance_id]
        assert tx.feedback.calls_of(ada, until) == []
        assert tx.feedback.calls_to_close(until - timedelta(seconds=1), 9) == []
        assert [each.person_id for each in tx.feedback.calls_to_close(until, 9)] == [ada]

    await uow.write(work)
    known = await uow.read(MyData(ada))
    assert len(known["survey_call"]) == 1
    await uow.write(ForgetMe(ada))

    def left(tx: Tx) -> None:
        call = tx.feedback.call(ada, house.performance_id)
        assert call is not None
        assert call.response_id is None
        assert tx.feedback.answers(2**47) == {"recommend": 10, "staff": 5}

    await uow.read(left)
    await check_invariants(uow)


async def test_a_clerk_types_one_form_at_a_time(uow: UnitOfWork) -> None:
    house = await uow.write(seated_house)
    (cleo,) = await people(uow, 1)

    def work(tx: Tx) -> None:
        survey_id, _ = tx.feedback.add_survey("visit", document(), tx.now)
        form = Response(7, survey_id, house.performance_id, Channel.PAPER, cleo)
        tx.feedback.add_response(form)
        assert tx.feedback.draft_of(cleo, lock=True) == form
        tx.feedback.finish_response(form.id)
        assert tx.feedback.draft_of(cleo) is None
        assert tx.feedback.response(form.id) == replace(form, done=True)
        tx.feedback.add_response(replace(form, id=8))
        tx.feedback.drop_response(8)
        assert tx.feedback.response(8) is None
        tx.feedback.add_response(replace(form, id=9))

    await uow.write(work)

    def second(tx: Tx) -> None:
        tx.feedback.add_response(Response(10, 1, house.performance_id, Channel.PHONE, cleo))

    with pytest.raises((IntegrityError, Contended)):
        await uow.write(second)


async def test_what_is_said_of_somebody_stands_in_its_case_alone(uow: UnitOfWork) -> None:
    house = await uow.write(seated_house)
    ada, mia = await people(uow, 2)
    scope = Scope((house.venue_id,), performance_id=house.performance_id)

    def work(tx: Tx) -> int:
        survey_id, _ = tx.feedback.add_survey("visit", document(), tx.now)
        rude = responds(tx, house, survey_id, 1, recommend=2, words="She was rude.", shows="voice:v")
        responds(tx, house, survey_id, 2, recommend=9, words="Lovely.", shows="photo:p")
        responds(tx, house, survey_id, 3, words=None)
        words = [(each.text, each.media, each.score) for each in tx.feedback.comments(scope, 9)]
        assert sorted(words, key=str) == sorted(
            [
                ("She was rude.", None, 20),
                ("", Media(False, "v"), 20),
                ("Lovely.", None, 90),
                ("", Media(True, "p"), 90),
            ],
            key=str,
        )
        case_id = tx.feedback.add_case(rude, house.venue_id, CaseKind.SERVICE, CaseReason.LOW, "recommend", tx.now)
        assert len(tx.feedback.comments(scope, 9)) == 4
        tx.feedback.raise_case(case_id, CaseKind.CONDUCT, CaseReason.SAID, "conduct")
        assert [each.text for each in tx.feedback.comments(scope, 9)] == ["", "Lovely."]
        assert tx.feedback.comments(replace(scope, venue_ids=(house.venue_id + 1,)), 9) == []
        figures = tx.feedback.figures(scope)
        assert (figures.cases, figures.cases_open, figures.nps and figures.nps.n) == (1, 1, 2)
        assert tx.feedback.cases([house.venue_id], [CaseKind.SERVICE], 9) == []
        assert [each.id for each in tx.feedback.cases([house.venue_id], [CaseKind.CONDUCT], 9)] == [case_id]
        tx.feedback.listen(case_id, ada, hidden=True)
        tx.feedback.set_case(case_id, CaseState.ANSWERED, mia, tx.now)
        reply_id = tx.feedback.add_reply(case_id, mia, "We are sorry.", tx.now)
        assert [each.id for each in tx.feedback.replies(case_id)] == [reply_id]
        assert tx.feedback.speakers("case", case_id) == tx.feedback.speakers("answer", rude.id) == [ada]
        return case_id

    case_id = await uow.write(work)

    def settled(tx: Tx) -> None:
        assert tx.feedback.cut_listeners() == 0  # it is not over
        tx.feedback.set_case(case_id, CaseState.CLOSED, mia, tx.now)
        assert tx.feedback.cut_listeners() == 1
        assert tx.feedback.listeners(case_id) == []
        assert tx.feedback.cases([house.venue_id], list(CaseKind), 9) == []

    await uow.write(settled)
