"""The programme's words: kinds of event, how full, access, prices; lines that stay within their bounds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time

from babel import UnknownLocaleError

from domain.money import Money
from domain.programme.document import unprintable
from domain.programme.model import Access, Event, EventKind, LatecomersPolicy, Performance
from domain.programme.search import folded
from handlers.ui.i18n import LOCALES, N_, Html, Texts, texts

#: From this many free places on nobody needs to know how many.
FEW = 20

KIND_NAMES: dict[EventKind, str] = {
    EventKind.CONCERT: N_("Concert"),
    EventKind.OPERA: N_("Opera"),
    EventKind.THEATRE: N_("Theatre"),
    EventKind.DANCE: N_("Dance"),
    EventKind.JAZZ: N_("Jazz"),
    EventKind.FAMILY: N_("For families"),
    EventKind.TALK: N_("Talk"),
    EventKind.FILM: N_("Film"),
    EventKind.EXHIBITION: N_("Exhibition"),
    EventKind.FESTIVAL: N_("Festival"),
}
_LATECOMERS: dict[LatecomersPolicy, str] = {
    LatecomersPolicy.ANY_TIME: N_("You can come in late at any time, quietly."),
    LatecomersPolicy.AT_BREAK: N_("If you come late, you are let in at the next break."),
    LatecomersPolicy.NONE: N_("Once it has begun, nobody can be let in. Please be on time."),
}
#: A currency's sign before the amount stands once in a range: "CN¥60–480".
_CURRENCY_BEFORE = re.compile(r"[^\d\s]+")
#: What an office may write for "several languages" or "no linguistic content" (ISO 639-2) and Babel has no name for.
_SPECIAL_LANGUAGES = {"mul": N_("several languages"), "zxx": N_("no words")}


def kind_name(t: Texts, kind: EventKind) -> str:
    return t.plain(KIND_NAMES[kind])


def kind_called(text: str) -> EventKind | None:
    """The kind that somebody names, in any of our languages."""
    asked = folded(text.strip())
    for kind in EventKind:
        for locale in LOCALES:
            name = folded(kind_name(texts(locale), kind))
            if asked in (name, f"{name}s"):
                return kind
    return None


def kind_in(text: str) -> EventKind | None:
    """The kind that somebody's sentence names, in any of our languages."""
    asked = folded(text)
    for kind in EventKind:
        for locale in LOCALES:
            name = folded(kind_name(texts(locale), kind))
            if contains(asked, name) or contains(asked, f"{name}s"):
                return kind
    return None


def contains(asked: str, word: str) -> bool:
    """Both folded. Latin words are looked for between spaces; Chinese writes none."""
    if not word.isascii():
        return word in asked
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", asked) is not None


def one_line(text: str, most: int) -> str:
    """A house's own text as one line of at most ``most`` characters, without what turns a line around."""
    line = " ".join("".join(" " if unprintable(char) else char for char in text).split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def paragraphs(text: str, most: int) -> str:
    """A house's own text with its paragraphs, cut at a word."""
    whole = "\n".join(one_line(line, len(line) + 1) for line in text.splitlines()).strip()
    if len(whole) <= most:
        return whole
    cut = whole[: most - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > most * 3 // 4 else cut).rstrip() + "…"


def language_name(t: Texts, tag: str) -> str:
    if tag in _SPECIAL_LANGUAGES:
        return t.plain(_SPECIAL_LANGUAGES[tag])
    try:
        return t.language(tag)
    except (ValueError, UnknownLocaleError):  # a tag that Babel cannot read is shown as the house wrote it
        return one_line(tag, 20)


def language_names(t: Texts, tags: Iterable[str]) -> str:
    names = [language_name(t, tag) for tag in tags]
    return t.plain(", ").join(names[:4])


def length(t: Texts, minutes: int) -> str:
    if minutes < 100:
        return t.plain("{minutes} min", minutes=minutes)
    hours, rest = divmod(minutes, 60)
    return t.plain("{hours} h {minutes} min", hours=hours, minutes=rest) if rest else t.plain("{hours} h", hours=hours)


def facts_of(t: Texts, event: Event) -> str:
    """Kind, length, age, language; plain text."""
    facts = [kind_name(t, event.kind)]
    if event.duration_minutes:
        facts.append(length(t, event.duration_minutes))
    if event.age_from:
        facts.append(t.plain("from age {age}", age=event.age_from))
    if event.spoken_language:
        name = language_name(t, event.spoken_language)
        facts.append(name if event.spoken_language in _SPECIAL_LANGUAGES else t.plain("in {language}", language=name))
    return " · ".join(facts)


def price_range(t: Texts, prices: Sequence[Money]) -> str:
    """``prices``: every amount that is asked, of one currency. Companions who pay nothing do not make it free."""
    paid = sorted({price for price in prices if price})
    if not prices:
        return ""
    if not paid:
        return t.plain("free of charge")
    if len(paid) == 1:
        return t.money(paid[0])
    least, most = t.money(paid[0]), t.money(paid[-1])
    sign = _CURRENCY_BEFORE.match(least)
    return f"{least}–{most.removeprefix(sign[0]) if sign else most}"


def state_word(t: Texts, performance: Performance, left: int, state: str) -> str:
    """How full it is, short enough for a button."""
    if state == "before":
        return t.plain("not yet on sale")
    if state == "after":
        return t.plain("box office only")
    if state == "cancelled":
        return t.plain("cancelled")
    if state == "past":
        return t.plain("over")
    if left <= 0:
        return t.plain("sold out")
    if not is_easy(performance, left, state):
        return t.plain_plural("{count} left", "{count} left", left)
    return t.plain("tickets available")


def is_easy(performance: Performance, left: int, state: str) -> bool:
    """Whether tickets can be had without hurry."""
    return state == "open" and left > min(FEW, performance.capacity // 2)


def capital(text: str) -> str:
    """For a button that begins with a word such as "today"."""
    return text[:1].upper() + text[1:]


def access_lines(t: Texts, accesses: Sequence[Access]) -> list[str]:
    """What holds for all these performances, and what for some of them; plain text."""
    if not accesses:
        return []
    lines = []
    for facts, always, sometimes in (
        ([a.step_free for a in accesses], t.plain("step-free"), t.plain("some dates step-free")),
        ([a.captioned for a in accesses], t.plain("captioned"), t.plain("some dates captioned")),
        ([a.relaxed for a in accesses], t.plain("relaxed"), t.plain("some dates relaxed")),
    ):
        if all(facts):
            lines.append(always)
        elif any(facts):
            lines.append(sometimes)
    shown = dict.fromkeys(tag for access in accesses for tag in access.surtitles)
    if shown:
        lines.append(t.plain("surtitles: {languages}", languages=language_names(t, shown)))
    return lines


def latecomers(t: Texts, policy: LatecomersPolicy) -> Html:
    return t(_LATECOMERS[policy])


def day_name(t: Texts, day: date, today: date) -> str:
    """A day without a time, as short as a button."""
    return t.day(noon(day), "UTC", today=today)


def noon(day: date) -> datetime:
    """A moment of that day, in UTC: dates are formatted as moments."""
    return datetime.combine(day, time(12), UTC)
