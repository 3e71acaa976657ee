"""The screens of cases: for those who answer, and for those who are answered."""

from __future__ import annotations

from domain.feedback.model import CaseState, Channel, Media, Reply
from domain.improvement.model import ActionState
from handlers.feedback.callbacks import (
    AskMe,
    CaseMedia,
    FeedbackHome,
    OpenCases,
    ReplyCase,
    ReplyHouse,
    SettleCase,
)
from handlers.feedback.queries import CaseFacts, CasesFacts
from handlers.feedback.words import channel_name, kind_name, reason_name, state_name, value_text
from handlers.ticketing.queries import Showing
from handlers.ticketing.wording import back, bold, clipped, escaped, home, label, short_title, title_of, way, when
from handlers.ui.callbacks import NewAction, OpenCase
from handlers.ui.i18n import OWN_NAMES, Html, Texts, clean_name
from handlers.ui.pictures import KeptPhoto
from handlers.ui.screen import Row, Screen, Voice, button

_REPLIES_SHOWN = 4
_WORDS_MOST = 400
_ANSWERS_SHOWN = 14
_SIGNS = {CaseState.OPEN: "🔴", CaseState.ANSWERED: "🟡", CaseState.CLOSED: "✅"}


def cases_screen(t: Texts, facts: CasesFacts) -> Screen:
    """Who waits comes first."""
    lines: list[str] = [bold("⚠️ " + t.plain("Cases"))]
    if not facts.cases:
        lines.append(t("Nobody waits for an answer."))
    rows: list[Row] = []
    for case, showing in facts.cases:
        about = f"{kind_name(t, case.kind)} · {short_title(t, showing.event.title, 20)}"
        day = t.when(case.opened_at, showing.venue.timezone)
        rows.append((button(label(f"{_SIGNS[case.state]} {about} · {day}"), OpenCase(case_id=case.id)),))
    return Screen("\n\n".join(lines), (*rows, way(t, back(t, FeedbackHome()))), here=OpenCases().pack())


def case_screen(t: Texts, facts: CaseFacts, *, note: str = "") -> Screen:
    """Everything that the person has answered, what was said since, and what can be done."""
    case = facts.case
    rows: list[Row] = []
    if case.state is not CaseState.CLOSED:
        if facts.heard:
            rows.append((button("💬 " + t.plain("Answer"), ReplyCase(case_id=case.id)),))
        rows.append((button("✅ " + t.plain("It is settled"), SettleCase(case_id=case.id)),))
    if facts.manages:
        rows.append((button("🔧 " + t.plain("Change something"), NewAction(source="case", source_id=case.id)),))
    media = [
        button(media_label(t, found), CaseMedia(case_id=case.id, question=number))
        for number, found in facts.media().items()
    ]
    rows += [tuple(media[:3])] if media else []
    rows.append((button("⟳ " + t.plain("Refresh"), OpenCase(case_id=case.id)),))
    text = _case_text(t, facts)
    screen = Screen(text, (*rows, way(t, back(t, OpenCases()))), here=OpenCase(case_id=case.id).pack())
    return screen.with_note(note) if note else screen


def photo_screen(t: Texts, facts: CaseFacts, number: int, media: Media) -> Screen:
    """A photo that came with the answers."""
    rows = (way(t, back(t, OpenCase(case_id=facts.case.id))),)
    here = CaseMedia(case_id=facts.case.id, question=number).pack()
    return Screen(_head(t, facts), rows, picture=KeptPhoto(media.file_id), here=here)


def media_voice(t: Texts, facts: CaseFacts, media: Media) -> Voice:
    """A voice is known to those who know it: it goes no further than to who may see the case."""
    return Voice(media.file_id, _head(t, facts), protected=True)


def media_label(t: Texts, media: Media) -> str:
    return "📷 " + t.plain("Photo") if media.is_photo else "🎤 " + t.plain("Voice message")


def reply_screen(t: Texts, facts: CaseFacts) -> Screen:
    """Awaits the house's answer."""
    to = clean_name(facts.name)
    whom = t("It goes to {name}.", name=to) if to else t("It goes to somebody who gave no name.")
    tongue = OWN_NAMES.get(facts.locale, "")
    ask = t("Write your answer in one message. They read {language}.", language=tongue) if tongue else ""
    lines = [_head(t, facts), whom, ask or t("Write your answer in one message, in their language if you can.")]
    rows = (way(t, back(t, OpenCase(case_id=facts.case.id))),)
    return Screen("\n\n".join(lines), rows, here=ReplyCase(case_id=facts.case.id).pack())


def case_notice(t: Texts, facts: CaseFacts) -> Screen:
    """Somebody was unhappy, or has written back."""
    rows: tuple[Row, ...] = (
        (button("⚠️ " + t.plain("Look at the case"), OpenCase(case_id=facts.case.id)),),
        (home(t),),
    )
    return Screen(_case_text(t, facts), rows)


def answered_notice(t: Texts, showing: Showing, reply: Reply, *, closed: bool) -> Screen:
    """What the house answers, to whoever the case is about."""
    title = title_of(t, showing.event.title)
    lines = [
        bold("✉️ " + t.plain("The house answers you")),
        t("About your visit: {title}", title=title),
        escaped(clipped(reply.text, 2000)),
    ]
    write = () if closed else ((button("💬 " + t.plain("Write back"), ReplyHouse(case_id=reply.case_id)),),)
    return Screen("\n\n".join(lines), (*write, (home(t),)))


def write_back_screen(t: Texts, showing: Showing, case_id: int) -> Screen:
    """Awaits what the person says to the house. Without a way to be drawn again: the case is named nowhere else."""
    lines = [
        bold("💬 " + title_of(t, showing.event.title)),
        t("Write to the house in one message. Who has no name here keeps none."),
    ]
    return Screen("\n\n".join(lines), (way(t, back(t, FeedbackHome())),), here=FeedbackHome().pack())


def written_back_screen(t: Texts) -> Screen:
    lines = [bold(t("Your words are with the house.")), t("The answer comes here.")]
    no_more = button("🔕 " + t.plain("Do not ask me after visits"), AskMe(wants=False))
    rows: tuple[Row, ...] = ((no_more,), way(t, back(t, FeedbackHome())))
    return Screen("\n\n".join(lines), rows, here=FeedbackHome().pack())


def _head(t: Texts, facts: CaseFacts) -> Html:
    case = facts.case
    title = title_of(t, facts.showing.event.title)
    about = when(t, facts.showing.performance, facts.showing.venue, facts.now)
    kind = f"{_SIGNS[case.state]} {kind_name(t, case.kind)} · {reason_name(t, case.reason)}"
    return Html(f"{bold(kind)}\n{escaped(title)}, {escaped(about)}")


def _case_text(t: Texts, facts: CaseFacts) -> str:
    blocks: list[str] = [_head(t, facts), _who(t, facts)]
    said = []
    for question in facts.survey.questions:
        words = value_text(t, question, facts.answers.get(question.key))
        if words:
            asked = escaped(clipped(t.of(question.text), 60))
            said.append(f"• {asked} <b>{escaped(clipped(words, _WORDS_MOST // 2))}</b>")
    blocks.append("\n".join(said[:_ANSWERS_SHOWN]))
    for reply, author in facts.replies[-_REPLIES_SHOWN:]:
        who = clean_name(author) or (t.plain("the house") if reply.by else t.plain("the guest"))
        blocks.append(f"<b>{escaped(who)}:</b> {escaped(clipped(reply.text, _WORDS_MOST))}")
    for action in facts.actions[:3]:
        sign = "✅" if action.state is ActionState.DONE else "🔧"
        blocks.append(f"{sign} {escaped(clipped(action.text, 120))}")
    return "\n\n".join(block for block in blocks if block)


def _who(t: Texts, facts: CaseFacts) -> str:
    state = state_name(t, facts.case.state)
    name = clean_name(facts.name)
    if name:
        return t("From {name} · {state}", name=name, state=state)
    if facts.response.channel is not Channel.CHAT:
        return t("Came {channel} · {state}", channel=channel_name(t, facts.response.channel), state=state)
    if facts.heard:
        return t("Somebody without a name, who will hear your answer · {state}", state=state)
    return t("Somebody without a name, who cannot be answered · {state}", state=state)
