"""Stages, channels, kinds of case and answers in words."""

from __future__ import annotations

from collections.abc import Mapping

from domain.feedback.figures import Score
from domain.feedback.model import CaseKind, CaseReason, CaseState, Channel, Media, Question, QuestionKind, Stage, Value
from handlers.ticketing.wording import clipped, listed
from handlers.ui.i18n import N_, Texts

_STAGES: Mapping[Stage, str] = {
    Stage.WHOLE: N_("The visit as a whole"),
    Stage.TICKETING: N_("Buying the ticket"),
    Stage.WAY_IN: N_("The way in"),
    Stage.SEAT: N_("The seat"),
    Stage.PERFORMANCE: N_("The performance"),
    Stage.STAFF: N_("The staff"),
    Stage.WAY_OUT: N_("The way out"),
}
_CHANNELS: Mapping[Channel, str] = {
    Channel.CHAT: N_("in the chat"),
    Channel.PAPER: N_("on paper"),
    Channel.PHONE: N_("by telephone"),
}
_KINDS: Mapping[CaseKind, str] = {
    CaseKind.SERVICE: N_("Service"),
    CaseKind.CONDUCT: N_("How somebody behaved"),
    CaseKind.MANAGER: N_("About the manager"),
}
_REASONS: Mapping[CaseReason, str] = {
    CaseReason.LOW: N_("a low score"),
    CaseReason.ALARM: N_("a word of alarm"),
    CaseReason.SAID: N_("a complaint"),
}
_STATES: Mapping[CaseState, str] = {
    CaseState.OPEN: N_("waits for an answer"),
    CaseState.ANSWERED: N_("answered"),
    CaseState.CLOSED: N_("settled"),
}
_VALUE_MOST = 400


def stage_name(t: Texts, stage: Stage) -> str:
    return t.plain(_STAGES[stage])


def channel_name(t: Texts, channel: Channel) -> str:
    return t.plain(_CHANNELS[channel])


def kind_name(t: Texts, kind: CaseKind) -> str:
    return t.plain(_KINDS[kind])


def reason_name(t: Texts, reason: CaseReason) -> str:
    return t.plain(_REASONS[reason])


def state_name(t: Texts, state: CaseState) -> str:
    return t.plain(_STATES[state])


def value_text(t: Texts, question: Question, value: Value) -> str:
    """An answer as staff read it, plain; '' where the person went past the question."""
    if value is None:
        return ""
    if isinstance(value, int):
        return "★" * value if question.kind is QuestionKind.STARS else f"{value}/{10 if is_nps(question) else 5}"
    if isinstance(value, tuple):
        chosen = [option for key in value if (option := question.option(key))]
        return listed(t, [clipped(t.of(option.text), 40) for option in chosen])
    if question.kind is QuestionKind.MEDIA:
        return media_name(t, Media.of(value))
    return clipped(value, _VALUE_MOST)


def media_name(t: Texts, media: Media | None) -> str:
    return t.plain("a photo") if media is not None and media.is_photo else t.plain("a voice message")


def is_nps(question: Question) -> bool:
    return question.kind is QuestionKind.NPS


def score_text(t: Texts, score: Score | None, *, signed: bool = False) -> str:
    """Such as "72" or, of few answers, "72 ± 9 (n = 14)"; plain."""
    if score is None:
        return "–"
    value = f"{score.value:+.0f}" if signed else f"{score.value:.0f}"
    if not score.is_vague:
        return value
    return t.plain("{value} ± {margin} (n = {n})", value=value, margin=f"{score.margin:.0f}", n=score.n)
