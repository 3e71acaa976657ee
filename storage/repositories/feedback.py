"""Surveys, answers and cases."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVarTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    true,
    union,
    update,
)

from domain.feedback.figures import Counts, Figures, Scope, Tally, add_up
from domain.feedback.model import (
    Call,
    CallState,
    Case,
    CaseKind,
    CaseReason,
    CaseState,
    Channel,
    Media,
    Question,
    QuestionKind,
    Reply,
    Response,
    Stage,
    Survey,
    Value,
    unfold,
)
from domain.feedback.ports import Comment
from domain.feedback.survey_file import parse_survey
from storage.base import Store, both, word, words
from storage.tables.admission import admission
from storage.tables.base import BigInt, UtcDateTime
from storage.tables.feedback import (
    answer,
    case_listener,
    case_reply,
    feedback_case,
    response,
    survey,
    survey_call,
    survey_choice,
)
from storage.tables.improvement import improvement_action, improvement_source
from storage.tables.messaging import notice
from storage.tables.people import account
from storage.tables.programme import performance
from storage.tables.ticketing import ticket

_s, _r, _a, _c, _w = survey.c, response.c, answer.c, survey_call.c, survey_choice.c
_k, _y, _l, _n, _p = feedback_case.c, case_reply.c, case_listener.c, notice.c, performance.c
_WHO, _WHAT = bindparam("of_person", type_=BigInt), bindparam("of_performance", type_=BigInt)
_RESPONSE, _CASE = bindparam("of_response", type_=BigInt), bindparam("of_case", type_=BigInt)

_NEWEST = select(survey).order_by(_s.id.desc()).limit(1)
_SURVEY = select(survey).where(_s.id == bindparam("of_survey"))
_ADD_SURVEY = insert(survey).returning(_s.id)

# Asking
_WAS_IN = admission.c.outcome.in_(words("admitted", "re_admitted")) & admission.c.undone_at.is_(None)
_ADMITTED = select(
    exists()
    .where(admission.c.ticket_id == ticket.c.id, _WAS_IN)
    .where(ticket.c.holder_id == _WHO, admission.c.performance_id == _WHAT)
)
_TO_ASK = (
    select(_p.id, ticket.c.holder_id, _p.ends_at)
    .join(admission, admission.c.performance_id == _p.id)
    .join(ticket, ticket.c.id == admission.c.ticket_id)
    .join(account, (account.c.person_id == ticket.c.holder_id) & account.c.reachable)
    .outerjoin(survey_call, (_c.performance_id == _p.id) & (_c.person_id == ticket.c.holder_id))
    .outerjoin(survey_choice, _w.person_id == ticket.c.holder_id)
    .where(
        _p.ends_at > bindparam("ended_after", type_=UtcDateTime),
        or_(_p.run_state == word("ended"), _p.ends_at <= bindparam("over_before", type_=UtcDateTime)),
        _p.run_state != word("cancelled"),
        _WAS_IN,
        _c.person_id.is_(None),
        _w.declined_at.is_(None),
        or_(_w.asked_at.is_(None), _w.asked_at <= bindparam("asked_before", type_=UtcDateTime)),
    )
    .distinct()
    .order_by(_p.ends_at, _p.id, ticket.c.holder_id)
    .limit(bindparam("most"))
)
_TAKE_TURN = both(
    lambda insert: (
        insert(survey_choice)
        .values(person_id=bindparam("person_id"), asked_at=bindparam("now", type_=UtcDateTime))
        .on_conflict_do_update(
            index_elements=[_w.person_id],
            set_={"asked_at": bindparam("now", type_=UtcDateTime)},
            where=and_(
                _w.declined_at.is_(None),
                or_(_w.asked_at.is_(None), _w.asked_at <= bindparam("asked_before", type_=UtcDateTime)),
            ),
        )
        .returning(_w.person_id)
    )
)
_WANTS_NONE = select(exists().where(_w.person_id == _WHO, _w.declined_at.is_not(None)))
_DECLINE = both(
    lambda insert: (
        insert(survey_choice)
        .values(person_id=bindparam("person_id"), declined_at=bindparam("now", type_=UtcDateTime))
        .on_conflict_do_update(
            index_elements=[_w.person_id],
            set_={"declined_at": bindparam("now", type_=UtcDateTime)},
            where=_w.declined_at.is_(None),
        )
        .returning(_w.person_id)
    )
)
_ACCEPT = update(survey_choice).where(_w.person_id == _WHO, _w.declined_at.is_not(None)).values(declined_at=None)

# Answering
_ADD_CALL = both(lambda insert: insert(survey_call).on_conflict_do_nothing().returning(_c.person_id))
_CALLS = select(_c.person_id, _c.performance_id, _c.survey_id, _c.response_id, _c.closes_at, _c.state, _c.anonymous)
_CALL = _CALLS.where(_c.person_id == _WHO, _c.performance_id == _WHAT)
_CALL_LOCKED = _CALL.with_for_update()
_IS_OPEN = _c.state.in_(words("asked", "begun"))
_NOW = bindparam("now", type_=UtcDateTime)
_OPEN_CALLS = _CALLS.where(_c.person_id == _WHO, _IS_OPEN, _c.closes_at > _NOW).order_by(
    _c.closes_at.desc(), _c.performance_id
)
_TO_CLOSE = (
    _CALLS.where(_IS_OPEN, _c.closes_at <= _NOW).order_by(_c.closes_at).limit(bindparam("most")).with_for_update()
)
_SET_CALL = update(survey_call).where(_c.person_id == _WHO, _c.performance_id == _WHAT)
_ADD_RESPONSE = insert(response)
_RESPONSES = select(_r.id, _r.survey_id, _r.performance_id, _r.channel, _r.entered_by, _r.done)
_ONE_RESPONSE = _RESPONSES.where(_r.id == _RESPONSE)
_DRAFT = _RESPONSES.where(_r.entered_by == _WHO, ~_r.done)
_DRAFT_LOCKED = _DRAFT.with_for_update()
_FINISH = update(response).where(_r.id == _RESPONSE).values(done=True)
_DROP_RESPONSE = delete(response).where(_r.id == _RESPONSE)
_ANSWERS = select(_a.question, _a.value).where(_a.response_id == _RESPONSE)
_PUT_ANSWER = both(
    lambda insert: (
        insert(answer)
        .values({name: bindparam(name) for name in ("response_id", "question", "kind", "stage", "score", "value")})
        .on_conflict_do_update(
            index_elements=[_a.response_id, _a.question],
            set_={"score": bindparam("score"), "value": bindparam("value", type_=_a.value.type)},
        )
    )
)
_DROP_ANSWERS = delete(answer).where(_a.response_id == _RESPONSE)
_DROP_SOME = _DROP_ANSWERS.where(_a.question.in_(bindparam("questions", expanding=True)))

# Cases
_ADD_CASE = insert(feedback_case).returning(_k.id)
_CASES = select(
    _k.id, _k.response_id, _k.performance_id, _k.venue_id, _k.kind, _k.reason, _k.question, _k.state, _k.opened_at
)
_ONE_CASE = _CASES.where(_k.id == _CASE)
_ONE_CASE_LOCKED = _ONE_CASE.with_for_update()
_CASE_OF = _CASES.where(_k.response_id == _RESPONSE)
_OPEN_CASES = (
    _CASES.where(
        _k.state.in_(words("open", "answered")),
        _k.venue_id.in_(bindparam("venue_ids", expanding=True)),
        _k.kind.in_(bindparam("kinds", expanding=True)),
    )
    .order_by(_k.state.desc(), _k.opened_at, _k.id)
    .limit(bindparam("most"))
)
_SET_CASE = update(feedback_case).where(_k.id == _CASE)
_ADD_REPLY = insert(case_reply).returning(_y.id)
_REPLIES = select(_y.id, _y.case_id, _y.author_id, _y.text, _y.at)
_REPLY = _REPLIES.where(_y.id == bindparam("of_reply"))
_REPLIES_OF = _REPLIES.where(_y.case_id == _CASE).order_by(_y.id)
_LISTEN = both(
    lambda insert: (
        insert(case_listener)
        .values({name: bindparam(name) for name in ("case_id", "person_id", "hidden")})
        .on_conflict_do_update(
            index_elements=[_l.case_id, _l.person_id], set_={"hidden": bindparam("hidden", type_=_l.hidden.type)}
        )
    )
)
_STOP = delete(case_listener).where(
    _l.person_id == _WHO, _l.case_id.in_(select(_k.id).where(_k.response_id == _RESPONSE))
)
_LISTENERS = select(_l.person_id, _l.hidden).where(_l.case_id == _CASE).order_by(_l.person_id)
_BEHIND_ANSWER = union(
    select(_c.person_id).where(_c.response_id == _RESPONSE),
    select(_l.person_id).join(feedback_case, _k.id == _l.case_id).where(_k.response_id == _RESPONSE),
)
_OF_ACTIONS = (
    select(improvement_action.c.id)
    .join(improvement_source, improvement_source.c.action_id == improvement_action.c.id)
    .where(improvement_source.c.source == "case", improvement_source.c.source_id == _l.case_id)
)
_OVER = (
    select(_l.case_id, _l.person_id)
    .join(feedback_case, _k.id == _l.case_id)
    .where(
        _l.hidden,
        _k.state == "closed",
        ~_OF_ACTIONS.where(improvement_action.c.state == "open").correlate(case_listener).exists(),
    )
    .order_by(_l.case_id, _l.person_id)
)
_ACTIONS_OF_CASE = select(improvement_source.c.action_id).where(
    improvement_source.c.source == "case", improvement_source.c.source_id == _CASE
)
_ABOUT = _n.dedupe_key.in_(bindparam("keys", expanding=True))
_UNSENT = select(exists().where(_ABOUT, _n.state.in_(words("due", "sending"))))
_DROP_SENT = delete(notice).where(_ABOUT)
_DROP_LISTENER = delete(case_listener).where(_l.case_id == _CASE, _l.person_id == _WHO)

# Forgetting
_OF_PERSON = select(_c.response_id).where(_c.person_id == _WHO, _c.response_id.is_not(None))
_FORGET_WORDS = delete(answer).where(_a.response_id.in_(_OF_PERSON), _a.kind.in_(words("text", "media")))
_FORGET_REPLIES = delete(case_reply).where(
    _y.author_id.is_(None), _y.case_id.in_(select(_l.case_id).where(_l.person_id == _WHO))
)
_FORGET_LISTENER = delete(case_listener).where(_l.person_id == _WHO)
_FORGET_CHOICE = delete(survey_choice).where(_w.person_id == _WHO)
_FORGET_CALLS = update(survey_call).where(_c.person_id == _WHO)

#: Surveys are immutable: one that was read once is kept, by what it says.
_read: dict[str, Survey] = {}


class FeedbackRepository(Store):
    """Implements ``domain.feedback.ports.FeedbackRepository``."""

    # Surveys
    def add_survey(self, key: str, document: Mapping[str, Any], now: datetime) -> tuple[int, bool]:
        text = json.dumps(document, ensure_ascii=False, sort_keys=True)
        content_hash = hashlib.sha256(text.encode()).hexdigest()
        newest = self._execute(_NEWEST).first()
        if newest is not None and newest.content_hash == content_hash:
            return newest.id, False
        last = self._execute(select(func.max(_s.version)).where(_s.key == key)).scalar_one()
        row = {
            "key": key,
            "version": (last or 0) + 1,
            "content_hash": content_hash,
            "document": document,
            "imported_at": now,
        }
        return int(self._execute(_ADD_SURVEY, row).scalar_one()), True

    def survey(self, survey_id: int) -> Survey | None:
        return _survey(self._execute(_SURVEY, {"of_survey": survey_id}).first())

    def current_survey(self) -> Survey | None:
        return _survey(self._execute(_NEWEST).first())

    # Asking
    def to_ask(
        self, ended_after: datetime, over_before: datetime, asked_before: datetime, limit: int
    ) -> Sequence[tuple[int, int]]:
        binds = {"ended_after": ended_after, "asked_before": asked_before, "over_before": over_before, "most": limit}
        return [(row[0], row[1]) for row in self._execute(_TO_ASK, binds)]

    def take_turn(self, person_id: int, now: datetime, asked_before: datetime) -> bool:
        binds = {"person_id": person_id, "now": now, "asked_before": asked_before}
        return self._execute(_TAKE_TURN[self._dialect], binds).first() is not None

    def was_admitted(self, person_id: int, performance_id: int) -> bool:
        binds = {"of_person": person_id, "of_performance": performance_id}
        return bool(self._execute(_ADMITTED, binds).scalar_one())

    def wants_none(self, person_id: int) -> bool:
        return bool(self._execute(_WANTS_NONE, {"of_person": person_id}).scalar_one())

    def want(self, person_id: int, wants: bool, now: datetime) -> bool:
        if wants:
            return self._execute(_ACCEPT, {"of_person": person_id}).rowcount > 0
        return self._execute(_DECLINE[self._dialect], {"person_id": person_id, "now": now}).first() is not None

    # Answering
    def add_call(
        self, person_id: int, performance_id: int, survey_id: int, closes_at: datetime, asked_at: datetime | None
    ) -> bool:
        row = {
            "person_id": person_id,
            "performance_id": performance_id,
            "survey_id": survey_id,
            "closes_at": closes_at,
            "asked_at": asked_at,
            "state": CallState.ASKED.value,
            "anonymous": False,
        }
        return self._execute(_ADD_CALL[self._dialect], row).first() is not None

    def call(self, person_id: int, performance_id: int, *, lock: bool = False) -> Call | None:
        binds = {"of_person": person_id, "of_performance": performance_id}
        row = self._execute(_CALL_LOCKED if lock else _CALL, binds).first()
        return _call(row) if row else None

    def calls_of(self, person_id: int, now: datetime) -> Sequence[Call]:
        return [_call(row) for row in self._execute(_OPEN_CALLS, {"of_person": person_id, "now": now})]

    def set_call(self, call: Call) -> None:
        where = {"of_person": call.person_id, "of_performance": call.performance_id}
        what = {"state": call.state.value, "anonymous": call.anonymous, "response_id": call.response_id}
        self._execute(_SET_CALL, {**where, **what})

    def calls_to_close(self, now: datetime, limit: int) -> Sequence[Call]:
        return [_call(row) for row in self._execute(_TO_CLOSE, {"now": now, "most": limit})]

    def add_response(self, response: Response) -> None:
        row = {
            "id": response.id,
            "survey_id": response.survey_id,
            "performance_id": response.performance_id,
            "channel": response.channel.value,
            "entered_by": response.entered_by,
            "done": response.done,
        }
        self._execute(_ADD_RESPONSE, row)

    def response(self, response_id: int) -> Response | None:
        row = self._execute(_ONE_RESPONSE, {"of_response": response_id}).first()
        return _response(row) if row else None

    def draft_of(self, clerk_id: int, *, lock: bool = False) -> Response | None:
        row = self._execute(_DRAFT_LOCKED if lock else _DRAFT, {"of_person": clerk_id}).first()
        return _response(row) if row else None

    def finish_response(self, response_id: int) -> None:
        self._execute(_FINISH, {"of_response": response_id})

    def drop_response(self, response_id: int) -> None:
        self._execute(_DROP_ANSWERS, {"of_response": response_id})
        self._execute(_DROP_RESPONSE, {"of_response": response_id})

    def answers(self, response_id: int) -> Mapping[str, Value]:
        return {row[0]: unfold(row[1]) for row in self._execute(_ANSWERS, {"of_response": response_id})}

    def put_answer(self, response_id: int, question: Question, value: Value) -> None:
        row = {
            "response_id": response_id,
            "question": question.key,
            "kind": question.kind.value,
            "stage": question.stage.value,
            "score": value if isinstance(value, int) else None,
            "value": list(value) if isinstance(value, tuple) else value,
        }
        self._execute(_PUT_ANSWER[self._dialect], row)

    def drop_answers(self, response_id: int, questions: Sequence[str]) -> None:
        if questions:
            self._execute(_DROP_SOME, {"of_response": response_id, "questions": list(questions)})

    # Cases
    def add_case(
        self,
        response: Response,
        venue_id: int,
        kind: CaseKind,
        reason: CaseReason,
        question: str,
        now: datetime,
    ) -> int:
        row = {
            "response_id": response.id,
            "performance_id": response.performance_id,
            "venue_id": venue_id,
            "kind": kind.value,
            "reason": reason.value,
            "question": question,
            "state": CaseState.OPEN.value,
            "opened_at": now,
        }
        return int(self._execute(_ADD_CASE, row).scalar_one())

    def case(self, case_id: int, *, lock: bool = False) -> Case | None:
        row = self._execute(_ONE_CASE_LOCKED if lock else _ONE_CASE, {"of_case": case_id}).first()
        return _case(row) if row else None

    def case_of(self, response_id: int) -> Case | None:
        row = self._execute(_CASE_OF, {"of_response": response_id}).first()
        return _case(row) if row else None

    def raise_case(self, case_id: int, kind: CaseKind, reason: CaseReason, question: str) -> None:
        what = {"kind": kind.value, "reason": reason.value, "question": question}
        self._execute(_SET_CASE, {"of_case": case_id, **what})

    def set_case(self, case_id: int, state: CaseState, by: int | None, now: datetime) -> None:
        what: dict[str, Any] = {"state": state.value}
        if state is CaseState.ANSWERED:
            what["answered_at"] = func.coalesce(_k.answered_at, now)
        if state is CaseState.CLOSED:
            what |= {"closed_at": now, "closed_by": by}
        self._execute(_SET_CASE.values(what), {"of_case": case_id})

    def cases(self, venue_ids: Sequence[int], kinds: Sequence[CaseKind], limit: int) -> Sequence[Case]:
        binds = {"venue_ids": list(venue_ids), "kinds": [kind.value for kind in kinds], "most": limit}
        return [_case(row) for row in self._execute(_OPEN_CASES, binds)]

    def add_reply(self, case_id: int, by: int | None, text: str, now: datetime) -> int:
        row = {"case_id": case_id, "author_id": by, "text": text, "at": now}
        return int(self._execute(_ADD_REPLY, row).scalar_one())

    def reply(self, reply_id: int) -> Reply | None:
        row = self._execute(_REPLY, {"of_reply": reply_id}).first()
        return Reply(*row) if row else None

    def replies(self, case_id: int) -> Sequence[Reply]:
        return [Reply(*row) for row in self._execute(_REPLIES_OF, {"of_case": case_id})]

    def listen(self, case_id: int, person_id: int, *, hidden: bool) -> None:
        self._execute(_LISTEN[self._dialect], {"case_id": case_id, "person_id": person_id, "hidden": hidden})

    def stop_listening(self, response_id: int, person_id: int) -> None:
        self._execute(_STOP, {"of_response": response_id, "of_person": person_id})

    def listeners(self, case_id: int) -> Sequence[tuple[int, bool]]:
        return [(row[0], row[1]) for row in self._execute(_LISTENERS, {"of_case": case_id})]

    def cut_listeners(self) -> int:
        cut = 0
        for case_id, person_id in self._execute(_OVER).all():
            keys = [f"case_answered:{reply.id}:{person_id}" for reply in self.replies(case_id)]
            actions = self._execute(_ACTIONS_OF_CASE, {"of_case": case_id}).scalars()
            keys += [f"we_did:{action_id}:{person_id}" for action_id in actions]
            if keys and self._execute(_UNSENT, {"keys": keys}).scalar_one():
                continue  # what is on its way arrives first
            if keys:
                self._execute(_DROP_SENT, {"keys": keys})
            self._execute(_DROP_LISTENER, {"of_case": case_id, "of_person": person_id})
            cut += 1
        return cut

    def speakers(self, kind: str, source_id: int) -> Sequence[int]:
        if kind == "case":
            return [person_id for person_id, _ in self.listeners(source_id)]
        if kind == "answer":
            return sorted(self._execute(_BEHIND_ANSWER, {"of_response": source_id}).scalars())
        return []

    # Reports
    def figures(self, scope: Scope) -> Figures:
        asked, answered = self._execute(_in(_COUNT_CALLS, scope)).one()
        cases, cases_open = self._execute(_in(_COUNT_CASES, scope)).one()
        entered = self._execute(_in(_COUNT_ENTERED, scope)).scalar_one()
        tallies = [
            Tally(QuestionKind(row[0]), Stage(row[1]), Channel(row[2]), row[3], row[4])
            for row in self._execute(_in(_TALLIES, scope))
        ]
        return add_up(Counts(asked, answered or 0, entered, cases, cases_open or 0), tallies)

    def comments(self, scope: Scope, limit: int) -> Sequence[Comment]:
        rows = self._execute(_in(_COMMENTS, scope).limit(limit))
        return [_comment(row) for row in rows]

    def performances_with_answers(self, scope: Scope, limit: int) -> Sequence[int]:
        return list(self._execute(_in(_ANSWERED, scope).limit(limit)).scalars())

    def forget(self, person_id: int) -> None:
        who = {"of_person": person_id}
        for statement in (_FORGET_WORDS, _FORGET_REPLIES, _FORGET_LISTENER, _FORGET_CHOICE):
            self._execute(statement, who)
        self._execute(_FORGET_CALLS, {**who, "response_id": None})


_COUNTS_IN = or_(_r.channel == "chat", _r.done)
_COUNT_CALLS = (
    select(func.count(), func.sum(case((_c.state.in_(words("begun", "done")), 1), else_=0)))
    .select_from(survey_call)
    .join(performance, _p.id == _c.performance_id)
    .where(_c.asked_at.is_not(None))
)
_COUNT_CASES = (
    select(func.count(), func.sum(case((_k.state == "open", 1), else_=0)))
    .select_from(feedback_case)
    .join(performance, _p.id == _k.performance_id)
)
_COUNT_ENTERED = (
    select(func.count())
    .select_from(response)
    .join(performance, _p.id == _r.performance_id)
    .where(_r.channel != "chat", _r.done)
)
_TALLIES = (
    select(_a.kind, _a.stage, _r.channel, _a.score, func.count())
    .join(response, _r.id == _a.response_id)
    .join(performance, _p.id == _r.performance_id)
    .where(_a.score.is_not(None), _COUNTS_IN)
    .group_by(_a.kind, _a.stage, _r.channel, _a.score)
)
_other = answer.alias("other")
_ON_THE_WHOLE = (
    select(func.max(_other.c.score) * 10)
    .where(_other.c.response_id == _a.response_id, _other.c.kind == "nps")
    .scalar_subquery()
)
# Words of a complaint about somebody stand in its case and nowhere else.
_COMPLAINT = exists().where(_k.response_id == _r.id, _k.kind != "service")
_COMMENTS = (
    select(_r.id, _r.performance_id, _a.stage, _a.value, _ON_THE_WHOLE.label("score"), _a.question, _a.kind)
    .join(response, _r.id == _a.response_id)
    .join(performance, _p.id == _r.performance_id)
    .where(_a.kind.in_(words("text", "media")), _a.value.is_not(None), _COUNTS_IN, ~_COMPLAINT)
    .order_by(_p.starts_at.desc(), _r.id, _a.question)
)
_ANSWERED = (
    select(_p.id)
    .where(or_(exists().where(_r.performance_id == _p.id), exists().where(_c.performance_id == _p.id)))
    .order_by(_p.starts_at.desc(), _p.id)
)


Columns = TypeVarTuple("Columns")


def _in(statement: Select[*Columns], scope: Scope) -> Select[*Columns]:
    """Only of performances in the scope."""
    wanted: list[ColumnElement[bool]] = [_p.venue_id.in_(scope.venue_ids)]
    if scope.start is not None:
        wanted.append(_p.starts_at >= scope.start)
    if scope.end is not None:
        wanted.append(_p.starts_at < scope.end)
    if scope.event_id is not None:
        wanted.append(_p.event_id == scope.event_id)
    if scope.performance_id is not None:
        wanted.append(_p.id == scope.performance_id)
    return statement.where(and_(true(), *wanted))


def _survey(row: Any) -> Survey | None:
    if row is None:
        return None
    key = f"{row.id}:{row.content_hash}"
    if key not in _read:
        parsed = parse_survey(row.document)
        _read[key] = Survey(
            row.id, parsed.key, parsed.intro, parsed.questions, parsed.alarms, parsed.hotline, parsed.link
        )
    return _read[key]


def _call(row: Any) -> Call:
    person_id, performance_id, survey_id, response_id, closes_at, state, anonymous = row
    return Call(person_id, performance_id, survey_id, response_id, closes_at, CallState(state), anonymous)


def _response(row: Any) -> Response:
    return Response(row.id, row.survey_id, row.performance_id, Channel(row.channel), row.entered_by, row.done)


def _comment(row: Any) -> Comment:
    media = Media.of(row.value) if row.kind == QuestionKind.MEDIA else None
    text = "" if row.kind == QuestionKind.MEDIA else row.value
    return Comment(row.id, row.performance_id, row.stage, text, row.score, row.question, media)


def _case(row: Any) -> Case:
    return Case(
        id=row.id,
        response_id=row.response_id,
        performance_id=row.performance_id,
        venue_id=row.venue_id,
        kind=CaseKind(row.kind),
        reason=CaseReason(row.reason),
        question=row.question,
        state=CaseState(row.state),
        opened_at=row.opened_at,
    )
