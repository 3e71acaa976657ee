"""Reading a survey file. ``docs/feedback.md`` shows one. Faults are ``BadInput`` with the ``path`` of what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.errors import BadInput
from domain.feedback.model import (
    BOUNDS,
    MOST_SECONDS,
    SECONDS,
    Alarm,
    CaseKind,
    Condition,
    Option,
    Question,
    QuestionKind,
    Stage,
    Survey,
)
from domain.programme.cells import CellFault
from domain.programme.cells import key as checked_key
from domain.programme.document import Node
from domain.text import LocalText

_MOST = 40
_CHOICES = (QuestionKind.SINGLE, QuestionKind.MULTIPLE)
_MOST_OPTIONS = 6  # a screen has room for no more


def parse_survey(document: Mapping[str, Any]) -> Survey:
    """Raises BadInput at the first fault."""
    root = Node(document, "", _fault)
    questions: list[Question] = []
    for node in root.child("question").items(most=_MOST):
        questions.append(_question(node, questions))
    if not questions:
        root.child("question").refuse("empty")
    seconds = sum(SECONDS[question.kind] for question in questions)
    if seconds > MOST_SECONDS:
        raise _fault("question", "survey_too_long", seconds=seconds, most=MOST_SECONDS)
    contact = root.optional("contact")
    key = root.optional("key")
    return Survey(
        id=0,
        key=_key(key) if key else "visit",
        intro=_texts(root.child("intro"), most=400),
        questions=tuple(questions),
        alarms=_alarms(root),
        hotline=_line(contact, "hotline", most=40),
        link=_link(contact),
    )


def _fault(path: str, reason: str, **params: Any) -> BadInput:
    return BadInput(reason, path=path.lstrip("."), **params)


def _question(node: Node, before: list[Question]) -> Question:
    key, kind = (
        _key(node.child("key")),
        QuestionKind(_one_of(node.child("kind"), [kind.value for kind in QuestionKind])),
    )
    if any(question.key == key for question in before):
        node.child("key").refuse("double_key", name=key)
    stage, low = node.optional("stage"), node.optional("low")
    if low is not None and kind not in BOUNDS:
        low.refuse("wrong_type", expected="a kind with a score")
    return Question(
        key=key,
        kind=kind,
        stage=Stage(_one_of(stage, [stage.value for stage in Stage])) if stage else Stage.WHOLE,
        text=_texts(node.child("text"), most=300),
        options=_options(node) if kind in _CHOICES else (),
        ends=_ends(node) if kind is QuestionKind.SCALE else (LocalText(), LocalText()),
        low=_whole(low, *BOUNDS[kind]) if low else None,
        only_if=_condition(node, before),
    )


def _options(node: Node) -> tuple[Option, ...]:
    listed = node.child("option")
    options = []
    for item in listed.items(most=_MOST_OPTIONS):
        case = item.optional("case")
        kind = CaseKind(_one_of(case, [kind.value for kind in CaseKind])) if case else None
        options.append(Option(_key(item.child("key")), _texts(item.child("text"), most=40), kind))
    if len(options) < 2 or len({option.key for option in options}) < len(options):
        listed.refuse("double_key" if len(options) > 1 else "empty", name="option")
    return tuple(options)


def _ends(node: Node) -> tuple[LocalText, LocalText]:
    return _texts(node.child("least"), most=40), _texts(node.child("most"), most=40)


def _condition(node: Node, before: list[Question]) -> Condition | None:
    """It may look back only: what has not been asked yet decides nothing."""
    asked = node.optional("only_if")
    if asked is None:
        return None
    key = asked.child("question").text()
    earlier = next((question for question in before if question.key == key), None)
    if earlier is None:
        asked.child("question").refuse("unknown_question", name=key)
    at_most, at_least, any_of = (asked.optional(name) for name in ("at_most", "at_least", "any_of"))
    if earlier.kind in BOUNDS and (at_most or at_least) and not any_of:
        bounds = BOUNDS[earlier.kind]
        return Condition(
            key, _whole(at_most, *bounds) if at_most else None, _whole(at_least, *bounds) if at_least else None
        )
    if earlier.options and any_of and not (at_most or at_least):
        names = [option.key for option in earlier.options]
        return Condition(key, any_of=tuple(_one_of(item, names) for item in any_of.items(most=_MOST_OPTIONS)))
    asked.refuse("wrong_type", expected="at_most, at_least (of a score) or any_of (of options)")


def _alarms(root: Node) -> tuple[Alarm, ...]:
    listed = root.optional("alarm")
    if listed is None:
        return ()
    return tuple(
        Alarm(word.text(most=40).casefold(), CaseKind(_one_of(Node(kind, words.path, _fault), list(CaseKind))))
        for kind, words in listed.entries(most=len(CaseKind))
        for word in words.items(most=200)
    )


def _line(node: Node | None, name: str, *, most: int) -> str:
    child = node.optional(name) if node else None
    return child.text(most=most) if child else ""


def _link(contact: Node | None) -> str:
    link = _line(contact, "link", most=200)
    if link and contact and not link.startswith("https://"):
        contact.child("link").refuse("wrong_type", expected="https://…")
    return link


def _key(node: Node) -> str:
    try:
        key = checked_key(node.text())
    except CellFault as fault:
        node.refuse(fault.reason, **fault.params)
    if len(key) > 24:  # it travels in buttons
        node.refuse("too_long", most=24)
    return key


def _one_of(node: Node, known: list[str]) -> str:
    if node.value not in known:
        node.refuse("wrong_type", expected=" | ".join(known))
    return str(node.value)


def _whole(node: Node, least: int, most: int) -> int:
    number = node.number(least=least, most=most)
    if number != int(number):
        node.refuse("wrong_type", expected="whole number")
    return int(number)


def _texts(node: Node, *, most: int) -> LocalText:
    texts = {locale: text.text(most=most) for locale, text in node.entries(most=20)}
    if not texts:
        node.refuse("empty")
    return LocalText.of(texts)
