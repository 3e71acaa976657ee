"""Facts, and enquiries from both sides."""

from __future__ import annotations

from collections.abc import Sequence

from domain.assistance.model import EnquiryState, EnquiryWord, Fact
from handlers.assistance.callbacks import (
    AskThis,
    CloseOwnEnquiry,
    CloseThisEnquiry,
    EnquiryQueue,
    FactHelped,
    LeaveThisEnquiry,
    OpenEnquiry,
    OpenOwnEnquiry,
    SendReply,
    TakeThisEnquiry,
)
from handlers.assistance.enquiry_queries import EnquiryFacts
from handlers.ticketing.wording import bold, cut, escaped, label, today_in, way, word
from handlers.ui.i18n import Texts, clean_name
from handlers.ui.screen import Button, Row, Screen, button, grid

_SHOWN = 6
_EACH_MOST = 450
_FACT_MOST = 1500


def ask_button(t: Texts) -> Button:
    return button("🙋 " + t.plain("Ask a person"), AskThis())


def fact_screen(t: Texts, fact: Fact) -> Screen:
    helped = button("👍 " + t.plain("That helped"), FactHelped())
    return Screen(escaped(cut(t.of(fact.text), _FACT_MOST)), ((helped, ask_button(t)), way(t)))


def write_screen(t: Texts) -> Screen:
    lines = [bold("🙋 " + t.plain("Ask a person")), t("Write what you would like to know.")]
    return Screen("\n".join(lines), (way(t),), here=AskThis().pack())


def own_screen(t: Texts, facts: EnquiryFacts) -> Screen:
    enquiry = facts.enquiry
    lines: list[str] = [bold("🙋 " + t.plain("Your question")), *_talk(t, facts), ""]
    rows: list[Row] = []
    if enquiry.state is EnquiryState.CLOSED:
        lines.append(t("This is settled. Ask again whenever you like."))
        rows.append((ask_button(t),))
    else:
        lines += [*_when(t, facts), t("You may write more at any time.")]
        rows.append((button("✅ " + t.plain("It is settled"), CloseOwnEnquiry(enquiry_id=enquiry.id)),))
    return Screen("\n".join(lines), (*rows, way(t)), here=OpenOwnEnquiry(enquiry_id=enquiry.id).pack())


def answered_notice(t: Texts, facts: EnquiryFacts, said: EnquiryWord) -> Screen:
    who = clean_name(facts.taker)
    head = t.plain("{name} answers you", name=who) if who else t.plain("The box office answers you")
    lines = [bold("💬 " + head), escaped(cut(said.text, _FACT_MOST))]
    to = facts.enquiry.id
    rows: list[Row] = [
        (
            button("✍️ " + t.plain("Write back"), OpenOwnEnquiry(enquiry_id=to)),
            button("✅ " + t.plain("It is settled"), CloseOwnEnquiry(enquiry_id=to)),
        )
    ]
    return Screen("\n".join(lines), (*rows, way(t)))


def asked_notice(t: Texts, facts: EnquiryFacts, said: EnquiryWord) -> Screen:
    who = clean_name(facts.asker)
    lines = [bold("💬 " + (t.plain("{name} asks", name=who) if who else t.plain("A question"))), _clip(said.text)]
    return Screen("\n".join(lines), (_lead(t, facts), way(t)))


def enquiry_screen(t: Texts, facts: EnquiryFacts, viewer_id: int | None = None) -> Screen:
    """For the window; its card too (``viewer_id`` None: the same on every phone)."""
    enquiry = facts.enquiry
    who = clean_name(facts.asker)
    lines: list[str] = [bold("💬 " + (t.plain("{name} asks", name=who) if who else t.plain("A question")))]
    lines += [*_talk(t, facts), ""]
    rows: list[Row] = []
    match enquiry.state:
        case EnquiryState.WAITING:
            lines.append("❗️ " + t("Nobody has taken it yet."))
            rows.append(_lead(t, facts))
        case EnquiryState.TAKEN if viewer_id == enquiry.taken_by:
            lines.append(t("Write your answer, or choose a prepared one: it goes in their language."))
            replies = [
                button(label(word(t.of(reply.title))), SendReply(enquiry_id=enquiry.id, reply=reply.key))
                for reply in facts.replies
            ]
            rows += grid(replies, 2)
            rows.append(
                (
                    button("✅ " + t.plain("Close"), CloseThisEnquiry(enquiry_id=enquiry.id)),
                    button("↩︎ " + t.plain("A colleague answers"), LeaveThisEnquiry(enquiry_id=enquiry.id)),
                )
            )
        case EnquiryState.TAKEN:
            lines.append(t("{who} answers.", who=clean_name(facts.taker) or t.plain("A colleague")))
            rows.append((button(t.plain("Look"), OpenEnquiry(enquiry_id=enquiry.id)),))
        case EnquiryState.CLOSED:
            lines.append(t("Settled."))
    queue = button(t.plain("All questions"), EnquiryQueue())
    return Screen("\n".join(lines), (*rows, way(t, queue)), here=OpenEnquiry(enquiry_id=enquiry.id).pack())


def queue_screen(t: Texts, queue: Sequence[EnquiryFacts]) -> Screen:
    lines: list[str] = [bold("💬 " + t.plain("Questions"))]
    lines.append(t("The longest waiting first.") if queue else t("Nobody waits."))
    rows: list[Row] = []
    for facts in queue:
        sign = "❗️" if facts.enquiry.state is EnquiryState.WAITING else "✍️"
        first = facts.words[0].text if facts.words else ""
        rows.append((button(label(f"{sign} {first}"), OpenEnquiry(enquiry_id=facts.enquiry.id)),))
    return Screen("\n".join(lines), (*rows, way(t)), here=EnquiryQueue().pack())


def _lead(t: Texts, facts: EnquiryFacts) -> Row:
    to = facts.enquiry.id
    if facts.enquiry.state is EnquiryState.WAITING:
        return (button("✍️ " + t.plain("I answer"), TakeThisEnquiry(enquiry_id=to)),)
    return (button(t.plain("Look"), OpenEnquiry(enquiry_id=to)),)


def _talk(t: Texts, facts: EnquiryFacts) -> list[str]:
    shown = facts.words[-_SHOWN:]
    lines = ["…"] if len(facts.words) > len(shown) else []
    return lines + [("🏛 " if said.by_house else "👤 ") + _clip(said.text) for said in shown]


def _clip(text: str) -> str:
    return escaped(cut(text, _EACH_MOST))


def _when(t: Texts, facts: EnquiryFacts) -> list[str]:
    if facts.enquiry.state is EnquiryState.TAKEN:
        return [t("{who} answers you here.", who=clean_name(facts.taker) or t.plain("A colleague"))]
    if facts.again_at is None:
        return [t("We have your question. The box office answers here in the chat.")]
    at = t.when(facts.again_at, facts.venue.timezone, today=today_in(facts.now, facts.venue))
    return [t("We have your question. Somebody answers from {when} on.", when=at)]
