"""What comes after an evening, as steps of ``test_evening_machine``: surveys, cases, what the house changes."""

from __future__ import annotations

import json
from collections.abc import Callable

from domain.errors import BadInput, NotAllowed, NotFound, Stale
from domain.feedback.answering import Answer, BeginSurvey, FinishSurvey, HideName
from domain.feedback.asking import AskForFeedback, CloseSurveys, WantSurveys
from domain.feedback.cases import AnswerCase, CloseCase, WriteBack
from domain.improvement.model import Source
from domain.improvement.usecases import AlsoFrom, DropAction, FinishAction, OpenAction, RemindActions
from domain.text import LocalText
from storage.tables.feedback import answer, case_listener, feedback_case, survey_call
from storage.tables.improvement import improvement_action
from tests.properties.evening_model import (
    DAY,
    QUESTIONS,
    Action,
    Answered,
    Call,
    Case,
    Refusal,
    as_told,
)
from tests.properties.evening_rules import PICK, Act
from tests.properties.evening_staff import StaffMachine
from tests.properties.house_driver import Audit, Rows, Told

#: To each question, bad answers first; None goes past it.
ANSWERS: dict[str, tuple[Answered, ...]] = {
    "recommend": (2, 7, 10, None),
    "staff": (1, 2, 5, None),
    "conduct": (("manager",), ("usher",), ("nobody",)),
    "better": (("queue",), ("queue", "toilets"), None),
    "words": ("I was harassed", "My child was injured", "All well", None),
}
KINDS = ("service", "conduct", "manager")
AFTER_AREAS: dict[str, tuple[Act, ...]] = {
    "surveys": (
        ("ask",),
        ("fill_in", PICK, PICK, PICK),
        *(("answer", PICK, PICK, ("", "", *QUESTIONS), range(4)),) * 3,
        ("hide_name", PICK, PICK, (True, True, False)),
        ("finish", PICK, PICK),
        ("want", PICK, (True, False, False)),
        ("weeks_later", range(6)),
        ("close_surveys",),
    ),
    "cases": (
        ("fill_in", PICK, PICK, range(3)),
        *(("case", PICK, PICK, ("answer", "answer", "write", "close")),) * 2,
        *(("open_action", PICK, PICK, (True, False), (True, False)),) * 2,
        ("end_action", PICK, PICK, (True, True, False)),
        ("also_from", PICK, PICK, PICK),
        ("want", PICK, (True, False)),
        ("remind_actions",),
    ),
}


class AfterMachine(StaffMachine):
    def areas(self) -> dict[str, tuple[Act, ...]]:
        return {**super().areas(), **AFTER_AREAS}

    def ticks(self) -> dict[str, Callable[[], None]]:
        return {**super().ticks(), "surveys": self.ask, "cases": self.remind_actions}

    def weeks_later(self, sure: int) -> None:
        if not sure:
            self.advance(8 * DAY)

    # Surveys

    def want(self, pick: int, wants: bool) -> None:
        person = self.guest(pick)
        before = person not in self.model.asked_no_more
        assert self.do(WantSurveys(person, wants)) is wants
        self.model.asked_no_more = self.model.asked_no_more - {person} | (set() if wants else {person})
        action = "survey.wanted" if wants else "survey.declined"
        self.saw(*([(person, action, "person", person)] if before != wants else []))

    def ask(self) -> None:
        asked = self.model.to_ask()
        assert self.do(AskForFeedback()) == len(asked)
        for person, show in asked:
            self.model.calls[person, show] = Call(self.model.now + 14 * DAY)
            self.model.asked[person] = self.model.now
        audits: list[Audit] = [(None, "survey.asked", "performance", show) for _, show in asked]
        self.saw(*audits, told=as_told([person for person, _ in asked], "survey"))

    def close_surveys(self) -> None:
        over = [c for c in self.model.calls.values() if c.state in ("asked", "begun") and c.closes <= self.model.now]
        assert self.do(CloseSurveys()) == len(over)
        for call in over:
            call.state = "closed" if call.state == "asked" else "done"
            call.response = None if call.hidden else call.response
        self.saw()

    def begin(self, person: int, show: int) -> bool:
        refusal = self.model.refuses_begin(person, show)
        self.do(BeginSurvey(person, show), refusal)
        if refusal is not None:
            return False
        call = self.model.calls.setdefault((person, show), Call(self.model.now + 14 * DAY))
        if call.response is not None:
            self.saw()
            return True
        known = self.read(lambda tx: tx.feedback.call(person, show))
        assert known is not None
        assert known.response_id is not None
        call.state, call.response = "begun", known.response_id
        self.model.answers[known.response_id] = {}
        self.saw((None, "survey.begun", "performance", show))
        return True

    def fill_in(self, pick: int, of: int, how: int) -> None:
        """From the first question to the end, mostly."""
        show, _ = self.show(of)
        came = sorted(self.model.came(show))
        person = came[pick % len(came)] if came and pick % 7 else self.guest(pick)
        if not self.begin(person, show):
            return
        for step in range(5):
            self.answer(pick, of, "", how + step * (how > 2), (person, show))
        if how % 5:
            self._finish(person, show)

    def call(self, pick: int, of: int) -> tuple[int, int]:
        """Mostly one that was begun."""
        begun = [who for who, call in self.model.calls.items() if call.state == "begun"]
        known = begun if begun and pick % 5 else list(self.model.calls)
        return known[of % len(known)] if known else (self.guest(pick), self.show(of)[0])

    def answer(self, pick: int, of: int, question: str, which: int, who: tuple[int, int] | None = None) -> None:
        person, show = who or self.call(pick, of)
        call = self.model.calls.get((person, show))
        given = self.model.answers.get(call.response or 0, {}) if call else {}
        question = question or next((each for each in self.model.path(given) if each not in given), "recommend")
        value = ANSWERS[question][which % len(ANSWERS[question])]
        refusal = self.model.refuses_answer(person, show, question)
        self.do(Answer(person, show, False, QUESTIONS.index(question), value), refusal)
        if refusal is not None:
            return
        assert call is not None
        assert call.response is not None
        given[question] = value
        path = self.model.path(given)
        self.model.answers[call.response] = {each: given[each] for each in given if each in path}
        self.saw_case(person, call, self.model.concern(question, value))

    def saw_case(self, person: int, call: Call, kind: str | None) -> None:
        assert call.response is not None
        id = self.model.case_of(call.response)
        if kind is None or (id is not None and KINDS.index(kind) <= KINDS.index(self.model.cases[id].kind)):
            self.saw()
            return
        if id is None:
            made = self.read(lambda tx: tx.feedback.case_of(call.response or 0))
            assert made is not None
            self.model.cases[made.id] = Case(call.response, kind, set() if call.hidden else {person})
            audit: Audit = (None, "case.opened", "case", made.id)
        else:
            self.model.cases[id].kind = kind
            audit = (None, "case.raised", "case", id)
        self.saw(audit, told=as_told(self.model.handlers(kind), "feedback_case"))

    def hide_name(self, pick: int, of: int, hidden: bool) -> None:
        person, show = self.call(pick, of)
        refusal = self.model.refuses_answer(person, show, None)
        self.do(HideName(person, show, hidden), refusal)
        if refusal is not None:
            return
        call = self.model.calls[person, show]
        call.hidden = hidden
        case = self.model.case_of(call.response or 0)
        if case is not None:
            self.model.cases[case].listeners = set() if hidden else {person}
        self.saw()

    def finish(self, pick: int, of: int) -> None:
        self._finish(*self.call(pick, of))

    def _finish(self, person: int, show: int) -> None:
        call = self.model.calls.get((person, show))
        refusal = self.model.refuses_answer(person, show, None)
        if call is not None and call.state == "done":
            refusal = None
        elif refusal is None and call is not None and call.response is not None:
            given = self.model.answers[call.response]
            refusal = None if set(self.model.path(given)) <= given.keys() else Stale
        self.do(FinishSurvey(person, show), refusal)
        if refusal is not None or call is None or call.state == "done":
            return
        call.state, call.response = "done", None if call.hidden else call.response
        self.saw((None, "survey.finished", "performance", show))

    # Cases

    def case(self, pick: int, of: int, what: str) -> None:
        if not self.model.cases:
            return
        id = self.newest(self.model.cases, of, "open", "answered")
        case, by = self.model.cases[id], self.colleague(pick, *(("box_office",) if pick % 3 else ()))
        if what == "write":
            by = min(case.listeners, default=by)
            refusal: Refusal = NotFound if by not in case.listeners else Stale if case.state == "closed" else None
            self.do(WriteBack(by, id, "And now?"), refusal)
            if refusal is None:
                case.state = "open"
                told = as_told(self.model.handlers(case.kind), "feedback_case")
                self.saw((None, "case.written_back", "case", id), told=told)
            return
        refusal = self.model.refuses_case(by, case)
        if what == "close":
            self.do(CloseCase(by, id), refusal)
            if refusal is None and case.state != "closed":
                case.state = "closed"
                self.saw((by, "case.closed", "case", id))
            return
        if refusal is None:
            refusal = Stale if case.state == "closed" else None if case.listeners else BadInput
        self.do(AnswerCase(by, id, "We are sorry."), refusal)
        if refusal is None:
            case.state = "answered"
            self.saw((by, "case.answered", "case", id), told=as_told(case.listeners, "case_answered"))

    # What the house changes

    def source(self, of: int, is_case: bool) -> tuple[str, int] | None:
        ids = list(self.model.cases) if is_case else list(self.model.answers)
        return ("case" if is_case else "answer", ids[of % len(ids)]) if ids else None

    def refuses_source(self, by: int, source: tuple[str, int]) -> Refusal:
        if not self.model.stands_in(by):
            return NotAllowed
        hidden = source[0] == "case" and not self.model.sees_case(by, self.model.cases[source[1]])
        return NotFound if hidden else None

    def open_action(self, pick: int, of: int, is_case: bool, own: bool) -> None:
        source = self.source(of, is_case)
        if source is None:
            return
        by, due = self.colleague(pick), self.model.now + 2 * DAY
        owner = by if own else list(self.model.staff)[of % len(self.model.staff)]
        refusal = self.refuses_source(by, source)
        id = self.do(OpenAction(by, Source(source[0]), source[1], "More light", due, owner), refusal)
        if refusal is not None:
            return
        self.model.actions[id] = Action(owner, due, {source})
        told = [(owner, "action_given")] if owner != by else []
        self.saw((by, "action.opened", "action", id), told=told)

    def end_action(self, pick: int, of: int, done: bool) -> None:
        if not self.model.actions:
            return
        id = self.newest(self.model.actions, of, "open")
        action = self.model.actions[id]
        by = action.owner if done and pick % 2 else self.colleague(pick)
        stale: Refusal = None if action.state == "open" else Stale
        if not done:
            refusal: Refusal = stale if self.model.stands_in(by) else NotAllowed
            self.do(DropAction(by, id, "No money"), refusal)
            if refusal is None:
                action.state = "dropped"
                self.saw((by, "action.dropped", "action", id))
            return
        refusal = stale if by == action.owner or self.model.stands_in(by) else NotFound
        told = self.model.speakers(action.sources)
        count = self.do(FinishAction(by, id, "Photo 7", LocalText.of(en="There is more light.")), refusal)
        if refusal is None:
            assert count == len(told)
            action.state = "done"
            self.saw((by, "action.done", "action", id), told=as_told(told, "we_did"))

    def also_from(self, pick: int, of: int, source_of: int) -> None:
        source = self.source(source_of, bool(source_of % 2))
        if not self.model.actions or source is None:
            return
        id = self.newest(self.model.actions, of, "open")
        action, by = self.model.actions[id], self.colleague(pick)
        refusal: Refusal = None
        if not self.model.stands_in(by):
            refusal = NotAllowed
        elif action.state != "open":
            refusal = Stale
        refusal = refusal or self.refuses_source(by, source)
        self.do(AlsoFrom(by, id, Source(source[0]), source[1]), refusal)
        if refusal is None:
            new = source not in action.sources
            action.sources.add(source)
            self.saw(*([(by, "action.joined", "action", id)] if new else []))

    def remind_actions(self) -> None:
        now = self.model.now
        due = {id: a for id, a in self.model.actions.items() if a.state == "open" and a.due <= now + DAY}
        assert self.do(RemindActions()) == len(due)
        told: list[Told] = []
        for id, action in due.items():
            kind = "action_overdue" if action.due <= now else "action_due"
            said = (id, kind, action.due, action.owner)
            if not self.model.is_quiet and said not in self.model.told_of_action:
                self.model.told_of_action.add(said)
                told.append((action.owner, kind))
        self.saw(told=told)

    # What stands

    def compare(self, rows: Rows) -> None:
        super().compare(rows)
        c, a, k, n, i = survey_call.c, answer.c, feedback_case.c, case_listener.c, improvement_action.c
        calls = rows(c.person_id, c.performance_id, c.state, c.response_id, c.anonymous, c.closes_at)
        assert {(person, show): rest for person, show, *rest in calls} == {
            who: [x.state, x.response, x.hidden, x.closes] for who, x in self.model.calls.items()
        }
        answered = {
            (response, question): value for response, question, value in rows(a.response_id, a.question, a.value)
        }
        assert answered == {
            (response, question): json.loads(json.dumps(value))
            for response, given in self.model.answers.items()
            for question, value in given.items()
        }
        assert {id: rest for id, *rest in rows(k.id, k.response_id, k.kind, k.state)} == {
            id: [x.response, x.kind, x.state] for id, x in self.model.cases.items()
        }
        assert {tuple(row) for row in rows(n.case_id, n.person_id)} == {
            (id, person) for id, case in self.model.cases.items() for person in case.listeners
        }
        assert {id: rest for id, *rest in rows(i.id, i.state, i.owner_id)} == {
            id: [x.state, x.owner] for id, x in self.model.actions.items()
        }
