"""What a digest says of each thing, in a line."""

from __future__ import annotations

from domain.money import Money
from domain.records.digest_model import Came, Comparison, Need, NeedKind, Selling
from handlers.feedback.words import kind_name
from handlers.incidents.words import KINDS as INCIDENT_KINDS
from handlers.people.roles import role_name
from handlers.records.digest.queries import DigestFacts
from handlers.records.task_views import task_name
from handlers.ticketing.queries import Showing
from handlers.ticketing.wording import clipped, short_title, when
from handlers.ui.i18n import Texts, clean_name

_TITLE_MOST = 40
_WORDS_MOST = 80


def about(t: Texts, what: str, said: str) -> str:
    """Plain: a line about something."""
    return t.plain("{what}: {said}", what=what, said=said)


def percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def showing_text(t: Texts, facts: DigestFacts, showing: Showing) -> str:
    """Plain: the title and when."""
    title = short_title(t, showing.event.title, _TITLE_MOST)
    return t.plain("{title}, {when}", title=title, when=when(t, showing.performance, showing.venue, facts.digest.now))


def selling_text(t: Texts, one: Selling) -> str:
    """Plain: what is sold, and what comparable shows had sold so long before."""
    share = percent(one.house.share)
    if one.compared is None:
        return t.plain("{share} sold, nothing to compare with yet", share=share)
    return t.plain_plural(
        "{share} sold; at this time {compared} in {count} comparable show",
        "{share} sold; at this time {compared} in {count} comparable shows",
        one.compared.shows,
        share=share,
        compared=compared_text(one.compared),
    )


def compared_text(compared: Comparison) -> str:
    return percent(compared.share)


def came_text(t: Texts, one: Came) -> str:
    if not one.admitted:
        return t.plain("nobody was scanned at the door")
    share = percent(one.stayed_away / one.expected)
    return t.plain(
        "{away} of {expected} did not come ({share})", away=one.stayed_away, expected=one.expected, share=share
    )


def evidence(t: Texts, facts: DigestFacts, need: Need) -> str:
    """Plain: what it is, and what shows that it needs somebody. '' for what is not in the digest."""
    return _EVIDENCE[need.kind](t, facts, need)


def _incident(t: Texts, facts: DigestFacts, need: Need) -> str:
    for one in facts.digest.incidents:
        if one.id == need.subject_id:
            taken = t.plain("somebody is on it") if one.taker_id else t.plain("nobody has taken it")
            kind, since = t.plain(INCIDENT_KINDS[one.kind]), t.when(one.reported_at, facts.digest.zone)
            return t.plain("Incident: {kind}, since {since}, {taken}", kind=kind, since=since, taken=taken)
    return ""


def _money(t: Texts, facts: DigestFacts, need: Need) -> str:
    for task in facts.digest.tasks:
        if task.id == need.subject_id:
            return t.plain("{task}, due {day}", task=task_name(t, task), day=t.when(task.due_at, facts.digest.zone))
    return ""


def _case(t: Texts, facts: DigestFacts, need: Need) -> str:
    for case in facts.digest.cases:
        if case.id == need.subject_id:
            showing = facts.showings[case.performance_id]
            since = t.when(case.opened_at, showing.venue.timezone)
            title = short_title(t, showing.event.title, _TITLE_MOST)
            said = {"kind": kind_name(t, case.kind), "title": title, "since": since}
            return t.plain("A guest waits for an answer since {since}: {title} ({kind})", **said)
    return ""


def _join(t: Texts, facts: DigestFacts, need: Need) -> str:
    for invitation in facts.digest.joining:
        if invitation.id == need.subject_id:
            name = clean_name(facts.names.get(invitation.used_by or 0, "")) or "–"
            role = role_name(t, invitation.role)
            return t.plain("{name} has followed an invitation to join as: {role}", name=name, role=role)
    return ""


def _drawer(t: Texts, facts: DigestFacts, need: Need) -> str:
    for drawer in facts.digest.drawers:
        if drawer.id == need.subject_id:
            name = clean_name(facts.names.get(drawer.clerk_id, "")) or "–"
            nothing = Money(0, drawer.opening.currency)
            counted, differs = drawer.counted or nothing, drawer.difference or nothing
            said = {"name": name, "counted": t.money(counted), "differs": t.money(differs)}
            return t.plain("A drawer waits for a second signature: {name}, {counted}, difference {differs}", **said)
    return ""


def _overdue(t: Texts, facts: DigestFacts, need: Need) -> str:
    for action in facts.digest.overdue:
        if action.id == need.subject_id:
            name = clean_name(facts.names.get(action.owner_id, "")) or "–"
            day = t.day(action.due_at, facts.digest.zone)
            said = {"text": clipped(action.text, _WORDS_MOST), "name": name, "day": day}
            return t.plain("Overdue since {day}: {text} ({name})", **said)
    return ""


def _sales(t: Texts, facts: DigestFacts, need: Need) -> str:
    for one in facts.digest.coming:
        if one.house.performance_id == need.subject_id:
            title = showing_text(t, facts, facts.showings[need.subject_id])
            return t.plain("Sells slowly: {title}: {figures}", title=title, figures=selling_text(t, one))
    return ""


def _no_shows(t: Texts, facts: DigestFacts, need: Need) -> str:
    for one in facts.digest.came:
        if one.performance_id == need.subject_id:
            title = showing_text(t, facts, facts.showings[need.subject_id])
            return t.plain("Many stayed away: {title}: {figures}", title=title, figures=came_text(t, one))
    return ""


def _enquiry(t: Texts, facts: DigestFacts, need: Need) -> str:
    for enquiry in facts.digest.late_enquiries:
        if enquiry.id == need.subject_id:
            return t.plain("An enquiry waits since {since}", since=t.when(enquiry.answerable_at, facts.digest.zone))
    return ""


_EVIDENCE = {
    NeedKind.ENQUIRY: _enquiry,
    NeedKind.INCIDENT: _incident,
    NeedKind.MONEY: _money,
    NeedKind.CASE: _case,
    NeedKind.JOIN: _join,
    NeedKind.DRAWER: _drawer,
    NeedKind.OVERDUE: _overdue,
    NeedKind.SALES: _sales,
    NeedKind.NO_SHOWS: _no_shows,
}
