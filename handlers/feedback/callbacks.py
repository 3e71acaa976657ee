"""Buttons of feedback. They name the performance, never the answers: what links both stands in the database alone."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData


class FeedbackHome(CallbackData, prefix="fbh"):
    pass


class AskMe(CallbackData, prefix="fbw"):
    """Be asked after visits, or not any more."""

    wants: bool


class BeginAnswers(CallbackData, prefix="fbb"):
    performance_id: int


class OpenQuestion(CallbackData, prefix="fbq"):
    """``entry``: of the form that staff are typing; ``question`` -1: the next that has no answer."""

    performance_id: int
    entry: bool
    question: int


class GiveAnswer(CallbackData, prefix="fba"):
    """``value`` '': goes past the question."""

    performance_id: int
    entry: bool
    question: int
    value: str


class HideMe(CallbackData, prefix="fbn"):
    performance_id: int
    hidden: bool


class EndSurvey(CallbackData, prefix="fbe"):
    performance_id: int
    entry: bool
    reachable: bool


class ChooseEntry(CallbackData, prefix="fbl"):
    """Staff choose what a paper form or a call is about."""


class NewEntry(CallbackData, prefix="fbp"):
    performance_id: int
    channel: str


class DropForm(CallbackData, prefix="fbd"):
    pass


class OpenCases(CallbackData, prefix="fbc"):
    pass


class ReplyCase(CallbackData, prefix="fbr"):
    case_id: int


class SettleCase(CallbackData, prefix="fbs"):
    case_id: int


class CaseMedia(CallbackData, prefix="fbm"):
    """A photo or a voice message that came with the answers."""

    case_id: int
    question: int


class ReplyHouse(CallbackData, prefix="fbk"):
    """Whoever was answered writes back."""

    case_id: int


class OpenReports(CallbackData, prefix="fbt"):
    pass


class OpenReport(CallbackData, prefix="fbu"):
    """``by``: performance | event | month; ``value``: its id, or the month as 2027-03."""

    by: str
    value: str


class ReportFile(CallbackData, prefix="fbx"):
    by: str
    value: str
    format: str


class CommentMedia(CallbackData, prefix="fbi"):
    """A photo or a voice message of a report. ``about``: the question's key."""

    response_id: int
    about: str


class OpenComments(CallbackData, prefix="fbv"):
    by: str
    value: str
    page: int
