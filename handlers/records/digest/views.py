"""The screens of digests. Each part of a digest is a function in ``PARTS``: a new one is added there alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from unicodedata import east_asian_width

from domain.feedback.figures import Score
from domain.improvement.model import Source
from domain.money import Money
from domain.payments.accounts_model import Part
from domain.records.digest_model import Need, NeedKind, Period, Rhythm
from domain.records.digests import Digest
from handlers.assistance.callbacks import OpenEnquiry
from handlers.feedback.words import score_text, stage_name
from handlers.improvement.callbacks import ChooseOwner, ShowAction
from handlers.incidents.callbacks import OpenIncident
from handlers.people.callbacks import DecideJoin
from handlers.people.roles import role_name
from handlers.programme.words import one_line
from handlers.records.callbacks import OpenTask
from handlers.records.digest.callbacks import (
    AskDigestOwner,
    GiveDigestAction,
    OpenDigest,
    OpenDigestChart,
    OpenDigestChoice,
    SetHour,
    SetRhythm,
    SetVenue,
    Snooze,
)
from handlers.records.digest.queries import ChoiceFacts, DigestFacts, OwnerFacts
from handlers.records.digest.words import (
    about,
    came_text,
    compared_text,
    evidence,
    percent,
    selling_text,
    showing_text,
)
from handlers.ticketing.window.callbacks import SignDrawer
from handlers.ticketing.wording import back, bold, escaped, label, listed, short_title, today_in, way
from handlers.ui.callbacks import NewAction, OpenCase
from handlers.ui.i18n import N_, Html, Texts, clean_name
from handlers.ui.pictures import Bar, Bars
from handlers.ui.screen import Button, Row, Screen, button, grid

SALES, ANSWERS = "sales", "answers"
_LINES_MOST = 6
_NUMBERS = ("①", "②", "③")
_BAR_LABEL = 22  # as wide as so many Latin letters
_RHYTHMS = {
    Rhythm.DAILY: N_("Every day"),
    Rhythm.WEEKLY: N_("On Mondays"),
    Rhythm.OFF: N_("No digests"),
}
_HOURS = (7, 8, 9, 10, 12)
_VENUES_MOST = 4
_AND = N_("; ")


def digest_screen(t: Texts, facts: DigestFacts) -> Screen:
    digest = facts.digest
    day = t.long_day(digest.now, digest.zone)
    head = t.plain("Today") if digest.period is Period.DAY else t.plain("The week")
    places = listed(t, [one_line(t.of(venue.name), 40) for venue in digest.venues[:_VENUES_MOST]])
    blocks = ["\n".join([bold(f"📊 {head} · {day}"), escaped(places)]), _needs(t, facts)]
    blocks += ["\n".join(lines) for part in PARTS if (lines := part(t, facts))]
    rows: list[Row] = [
        _need_row(t, digest.period, sign, need) for sign, need in zip(_NUMBERS, digest.needs, strict=False)
    ]
    charts = []
    if digest.coming:
        charts.append(button("📈 " + t.plain("Sales"), OpenDigestChart(period=digest.period, chart=SALES)))
    if digest.answers.stages:
        charts.append(button("🙂 " + t.plain("How it was"), OpenDigestChart(period=digest.period, chart=ANSWERS)))
    if charts:
        rows.append(tuple(charts))
    other = Period.WEEK if digest.period is Period.DAY else Period.DAY
    turn = t.plain("The week") if other is Period.WEEK else t.plain("Today")
    choose = button("⚙️ " + t.plain("When, and which"), OpenDigestChoice())
    rows.append((button("📊 " + turn, OpenDigest(period=other)), choose))
    return Screen("\n\n".join(blocks), (*rows, way(t)), here=OpenDigest(period=digest.period).pack())


def _needs(t: Texts, facts: DigestFacts) -> str:
    lines: list[str] = [bold(t("What needs you"))]
    for sign, need in zip(_NUMBERS, facts.digest.needs, strict=False):
        lines.append(f"{sign} {escaped(evidence(t, facts, need))}")
    if not facts.digest.needs:
        lines.append(t("Nothing needs you at this moment."))
    return "\n".join(lines)


def _need_row(t: Texts, period: Period, sign: str, need: Need) -> Row:
    """What settles it, who else could, and "not today"."""
    later = button(
        f"{sign} 💤 " + t.plain("A day later"), Snooze(period=period, need=need.kind, subject_id=need.subject_id)
    )
    return (*_acts(t, period, sign, need), later)


def _acts(t: Texts, period: Period, sign: str, need: Need) -> tuple[Button, ...]:
    id, give = need.subject_id, t.plain("Give it to …")
    match need.kind:
        case NeedKind.INCIDENT:
            return (button(f"{sign} " + t.plain("Open"), OpenIncident(incident_id=id)),)
        case NeedKind.MONEY:
            return (button(f"{sign} " + t.plain("Open"), OpenTask(task_id=id)),)
        case NeedKind.CASE:
            change = NewAction(source=Source.CASE.value, source_id=id)
            answer = button(f"{sign} " + t.plain("Answer"), OpenCase(case_id=id))
            return (answer, button(f"{sign} " + t.plain("Change it"), change))
        case NeedKind.ENQUIRY:
            return (button(f"{sign} " + t.plain("Answer"), OpenEnquiry(enquiry_id=id)),)
        case NeedKind.JOIN:
            return (button(f"{sign} ✅ " + t.plain("Approve"), DecideJoin(invitation_id=id, confirmed=True)),)
        case NeedKind.DRAWER:
            return (button(f"{sign} ✅ " + t.plain("Sign"), SignDrawer(drawer_id=id)),)
        case NeedKind.OVERDUE:
            open_it = button(f"{sign} " + t.plain("Open"), ShowAction(action_id=id))
            return (open_it, button(f"{sign} " + give, ChooseOwner(action_id=id)))
        case NeedKind.SALES | NeedKind.NO_SHOWS:
            ask = AskDigestOwner(period=period, need=need.kind, performance_id=id)
            return (button(f"{sign} " + give, ask),)


def _tonight(t: Texts, facts: DigestFacts) -> list[str]:
    lines: list[str] = [bold(t("Tonight’s house"))]
    for house in facts.digest.tonight[:_LINES_MOST]:
        showing = facts.showings[house.performance_id]
        at, title = t.time(house.starts_at, showing.venue.timezone), short_title(t, showing.event.title, 40)
        counts = [t.plain("{sold} of {capacity} sold", sold=house.sold, capacity=house.capacity)]
        if house.reserved:
            counts.append(t.plain("{count} reserved", count=house.reserved))
        if house.held:
            counts.append(t.plain("{count} being bought", count=house.held))
        if house.blocked:
            counts.append(t.plain("{count} blocked", count=house.blocked))
        counts.append(t.plain("{count} expected", count=house.expected))
        lines.append(escaped(about(t, f"{at} {title}", t.plain(_AND).join(counts))))
    return lines if facts.digest.tonight else []


def _takings(t: Texts, facts: DigestFacts) -> list[str]:
    day = facts.digest.period is Period.DAY
    head = t("Money, yesterday") if day else t("Money, the last seven days")
    lines: list[str] = [bold(head)]
    for taken in facts.digest.takings:

        def money(minor: int, currency: str = taken.currency) -> str:
            return t.money(Money(minor, currency))

        parts = [t.plain(_PARTS[part], amount=money(taken.parts[part])) for part in _PARTS if taken.parts.get(part)]
        others = taken.total - sum(taken.parts.get(part, 0) for part in _PARTS)
        if others:
            parts.append(t.plain("other {amount}", amount=money(others)))
        lines.append(
            escaped(t.plain("{parts}; in the journal {total}", parts=listed(t, parts), total=money(taken.total)))
        )
    return lines if facts.digest.takings else []


def _came(t: Texts, facts: DigestFacts) -> list[str]:
    head = t("Last night") if facts.digest.period is Period.DAY else t("Who did not come")
    lines: list[str] = [bold(head)]
    for one in facts.digest.came[-_LINES_MOST:]:
        title = short_title(t, facts.showings[one.performance_id].event.title, 40)
        lines.append(escaped(about(t, title, came_text(t, one))))
    return lines if facts.digest.came else []


def _selling(t: Texts, facts: DigestFacts) -> list[str]:
    lines: list[str] = [bold(t("Sales"))]
    for one in facts.digest.coming[:_LINES_MOST]:
        showing = facts.showings[one.house.performance_id]
        lines.append("• " + escaped(about(t, showing_text(t, facts, showing), selling_text(t, one))))
    return lines if facts.digest.coming else []


def _answers(t: Texts, facts: DigestFacts) -> list[str]:
    now, was = facts.digest.answers, facts.digest.answers_before
    if now.satisfaction is None and now.nps is None:
        return []
    whole = score_text(t, now.satisfaction) + _change(now.satisfaction, was.satisfaction)
    said = t(
        "Satisfaction (0 to 100): {whole}; NPS: {nps}",
        whole=whole,
        nps=score_text(t, now.nps, signed=True) + _change(now.nps, was.nps),
    )
    return [bold(_answers_head(t, facts.digest)), said]


def _incidents(t: Texts, facts: DigestFacts) -> list[str]:
    found = facts.digest.responses
    if not found.count and not found.open:
        return []
    line = t.plain_plural("{count} incident", "{count} incidents", found.count)
    if found.median is not None:
        line += t.plain(_AND) + t.plain("half of them taken within {minutes} min {seconds} s", **_minutes(found.median))
    if found.open:
        line += t.plain(_AND) + t.plain("{count} not over", count=found.open)
    return [bold(t("Incidents")), escaped(line)]


def _requests(t: Texts, facts: DigestFacts) -> list[str]:
    """Help at seats against the minute after which the next are paged, enquiries against the house's target."""
    lines: list[str] = [bold(t("Help and enquiries"))]
    helped = facts.digest.help
    if helped.count or helped.open:
        line = t.plain_plural("{count} request for help", "{count} requests for help", helped.count)
        if helped.median is not None:
            line += t.plain(_AND) + t.plain(
                "half of them taken within {minutes} min {seconds} s", **_minutes(helped.median)
            )
            line += t.plain(_AND) + t.plain("{count} later than a minute", count=helped.late)
        if helped.open:
            line += t.plain(_AND) + t.plain("{count} not over", count=helped.open)
        lines.append(escaped(line))
    for venue, figures in facts.digest.enquiries:
        if not figures.answered and not figures.waiting:
            continue
        line = t.plain_plural("{count} enquiry answered", "{count} enquiries answered", figures.answered)
        if len(facts.digest.enquiries) > 1:
            line = about(t, one_line(t.of(venue.name), 40), line)
        if figures.median_seconds is not None:
            said = {**_minutes(figures.median_seconds), "within": figures.within}
            line += t.plain(_AND) + t.plain(
                "half within {minutes} min {seconds} s, {within} % within the target", **said
            )
        if figures.waiting:
            line += t.plain(_AND) + t.plain("{count} wait", count=figures.waiting)
        lines.append(escaped(line))
    return lines if len(lines) > 1 else []


def _open(t: Texts, facts: DigestFacts) -> list[str]:
    """Where no button of a need leads: how much there is altogether."""
    counts = []
    if facts.digest.overdue:
        count = len(facts.digest.overdue)
        counts.append(t.plain_plural("{count} overdue action (/actions)", "{count} overdue actions (/actions)", count))
    if facts.digest.tasks:
        count = len(facts.digest.tasks)
        counts.append(t.plain_plural("{count} task about money (/tasks)", "{count} tasks about money (/tasks)", count))
    if facts.digest.cases:
        count = len(facts.digest.cases)
        counts.append(t.plain_plural("{count} guest waits (/cases)", "{count} guests wait (/cases)", count))
    return [bold(t("Still open")), escaped(listed(t, counts))] if counts else []


#: In the order in which they are said.
PARTS: Sequence[Callable[[Texts, DigestFacts], list[str]]] = (
    _tonight,
    _came,
    _takings,
    _selling,
    _answers,
    _incidents,
    _requests,
    _open,
)
_PARTS = {
    Part.SOLD: N_("sold {amount}"),
    Part.RETURNED: N_("given back {amount}"),
    Part.GIVEN_UP: N_("given up {amount}"),
    Part.FEES: N_("fees kept {amount}"),
    Part.ASTRAY: N_("bought nothing {amount}"),
    Part.PAID_OUT: N_("paid out {amount}"),
    Part.VOUCHERS: N_("vouchers {amount}"),
}


def sales_screen(t: Texts, facts: DigestFacts) -> Screen:
    """The picture shows what its caption says."""
    bars, lines = [], []
    for one in facts.digest.coming[:_LINES_MOST]:
        showing = facts.showings[one.house.performance_id]
        title = short_title(t, showing.event.title, 30)
        before = 100 * one.compared.share if one.compared else None
        zone, today = showing.venue.timezone, today_in(facts.digest.now, showing.venue)
        is_today = today_in(one.house.starts_at, showing.venue) == today
        day = t.time(one.house.starts_at, zone) if is_today else t.day(one.house.starts_at, zone, today=today)
        share = percent(one.house.share)
        said = f"{share} · {compared_text(one.compared)}" if one.compared else share
        bars.append(Bar(_narrow(f"{day} {title}"), 100 * one.house.share, before, said))
        lines.append(escaped(about(t, f"{day} {title}", selling_text(t, one))))
    head = t.plain("Sales of what is coming")
    picture = Bars(
        head, t.plain("share of all places"), tuple(bars), t.plain("comparable shows, so long before they began")
    )
    return _chart(t, facts, SALES, head, lines, picture)


def answers_screen(t: Texts, facts: DigestFacts) -> Screen:
    now, was = facts.digest.answers, dict(facts.digest.answers_before.stages)
    bars, lines = [], []
    for stage, score in now.stages:
        name, old = stage_name(t, stage), was.get(stage)
        bars.append(Bar(name, score.value, old.value if old else None, f"{score.value:.0f}"))
        lines.append(escaped(about(t, name, score_text(t, score) + _change(score, old))))
    head = str(_answers_head(t, facts.digest))
    picture = Bars(head, t.plain("satisfaction, 0 to 100"), tuple(bars), t.plain("as long before that"))
    return _chart(t, facts, ANSWERS, head, lines, picture)


CHARTS: dict[str, Callable[[Texts, DigestFacts], Screen]] = {SALES: sales_screen, ANSWERS: answers_screen}


def _chart(t: Texts, facts: DigestFacts, chart: str, head: str, lines: Sequence[str], picture: Bars) -> Screen:
    period = facts.digest.period
    text = "\n".join([bold(head), *lines]) if lines else t("There is nothing to show yet.")
    here = OpenDigestChart(period=period, chart=chart).pack()
    return Screen(text, (way(t, back(t, OpenDigest(period=period))),), picture=picture if lines else None, here=here)


def owner_screen(t: Texts, facts: OwnerFacts) -> Screen:
    period = facts.facts.digest.period
    lines = [bold("👤 " + t.plain("Who looks into it?")), escaped(action_text(t, facts)), t("It is due in a week.")]
    buttons = [
        button(
            label(clean_name(actor.display_name) or role_name(t, actor.grants[0].role)),
            GiveDigestAction(
                period=period, need=facts.need, performance_id=facts.showing.performance.id, person_id=actor.person_id
            ),
        )
        for actor in facts.staff
    ]
    here = AskDigestOwner(period=period, need=facts.need, performance_id=facts.showing.performance.id).pack()
    return Screen("\n\n".join(lines), (*grid(buttons, 2), way(t, back(t, OpenDigest(period=period)))), here=here)


def action_text(t: Texts, facts: OwnerFacts) -> str:
    """What the improvement action says: the evidence, as the manager has read it."""
    return evidence(t, facts.facts, Need(facts.need, facts.showing.performance.id, facts.facts.digest.now))


def choice_screen(t: Texts, facts: ChoiceFacts) -> Screen:
    chosen = facts.choice
    lines = [
        bold("⚙️ " + t.plain("Digests")),
        t("What a manager should know, in the morning by the venue’s clock; on Mondays about the whole week."),
        t("“Before the first shift” is an hour before it, from 6:00 to 9:00."),
    ]
    rhythms = [button(_tick(chosen.rhythm is r) + t.plain(text), SetRhythm(rhythm=r)) for r, text in _RHYTHMS.items()]
    rows: list[Row] = [tuple(rhythms)]
    if chosen.rhythm is not Rhythm.OFF:
        rows.append((button(_tick(chosen.hour is None) + t.plain("Before the first shift"), SetHour(hour=-1)),))
        rows.append(tuple(button(_tick(chosen.hour == hour) + f"{hour}:00", SetHour(hour=hour)) for hour in _HOURS))
    if len(facts.venues) > 1 and chosen.rhythm is not Rhythm.OFF:
        rows.append((button(_tick(chosen.venue_id is None) + t.plain("All venues"), SetVenue(venue_id=0)),))
        named = [
            button(_tick(chosen.venue_id == v.id) + label(one_line(t.of(v.name), 30)), SetVenue(venue_id=v.id))
            for v in facts.venues[: 2 * _VENUES_MOST]
        ]
        rows += grid(named, 2)
    last = way(t, back(t, OpenDigest(period=Period.DAY)))
    return Screen("\n\n".join(lines), (*rows, last), here=OpenDigestChoice().pack())


def _answers_head(t: Texts, digest: Digest) -> Html:
    return t("How it was, in seven days") if digest.period is Period.DAY else t("How it was, in four weeks")


def _change(now: Score | None, was: Score | None) -> str:
    if now is None or was is None:
        return ""
    by = round(now.value) - round(was.value)
    return f" ({'▲' if by > 0 else '▼'} {abs(by)})" if by else " (=)"


def _minutes(seconds: float) -> dict[str, int]:
    return {"minutes": round(seconds) // 60, "seconds": round(seconds) % 60}


def _tick(chosen: bool) -> str:
    return "✓ " if chosen else ""


def _narrow(text: str) -> str:
    """Cut to what fits beside a bar; a Chinese character is as wide as two letters."""
    width = 0
    for index, letter in enumerate(text):
        width += 2 if east_asian_width(letter) in "WF" else 1
        if width > _BAR_LABEL:
            return text[:index].rstrip() + "…"
    return text
