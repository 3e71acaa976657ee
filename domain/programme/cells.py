"""What an office types into a cell, as values. Each function raises CellFault with a reason for the sentence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from domain.money import Money
from domain.programme.document import unprintable

_Word = TypeVar("_Word", bound=StrEnum)

MOST_MINOR = 10**10
#: ISO 4217: currencies whose minor unit is not a hundredth. Telegram Stars are whole.
_MINOR_DIGITS = {
    **dict.fromkeys(("CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF", "XOF", "XPF", "XTR"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
_YES = frozenset(("yes", "y", "true", "1", "x", "是", "有", "✓"))
_NO = frozenset(("no", "n", "false", "0", "", "否", "无", "-"))
_FREE = frozenset(("free", "免费"))
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_DAY = r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?"
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::\d{2}(?:\.0+)?)?"
_MOMENT = re.compile(rf"{_DAY}[\sT]*{_CLOCK}\s*(?P<offset>Z|[+-]\d{{2}}:?\d{{2}})?")
_TIME = re.compile(_CLOCK)
_FIRST_YEAR, _LAST_YEAR = 2000, 2100


class CellFault(Exception):
    """Why a cell cannot be used; becomes a SheetFault where row and column are known."""

    def __init__(self, reason: str, **params: Any) -> None:
        super().__init__(reason, params)
        self.reason = reason
        self.params = params


def plain(text: str) -> str:
    """Trimmed, with full-width digits and punctuation as their usual forms: what Chinese input methods produce."""
    return unicodedata.normalize("NFKC", text).strip()


def key(text: str) -> str:
    """A name for machines: it goes into links, so letters, digits, ``-`` and ``_`` only."""
    if not _KEY.fullmatch(text.strip()):
        raise CellFault("bad_key")
    return text.strip()


def prose(text: str, *, most: int) -> str:
    """Text for people; line breaks are kept, other control characters refused."""
    text = text.replace("\r\n", "\n").strip()
    if len(text) > most:
        raise CellFault("too_long", most=most)
    if unprintable(text.replace("\n", "").replace("\t", "")):
        raise CellFault("bad_character")
    return text


def whole(text: str, *, least: int, most: int) -> int:
    text = plain(text)
    if not re.fullmatch(r"\d{1,9}", text):
        raise CellFault("not_a_number")
    if not least <= int(text) <= most:
        raise CellFault("out_of_range", least=least, most=most)
    return int(text)


def yes_no(text: str) -> bool:
    word = plain(text).casefold()
    if word not in _YES | _NO:
        raise CellFault("not_yes_or_no")
    return word in _YES


def word(text: str, words: type[_Word], others: Mapping[str, _Word]) -> _Word:
    """One of a fixed set, by its name or by one of the ``others``."""
    given = plain(text).casefold()
    found = others.get(given) or next((w for w in words if w.value == given.replace(" ", "_")), None)
    if found is None:
        raise CellFault("unknown_word", known=", ".join(words))
    return found


def language(text: str) -> str:
    """A BCP 47 tag, '' for none."""
    tag = plain(text).replace("_", "-")
    if tag and not _TAG.fullmatch(tag):
        raise CellFault("bad_language")
    return tag


def languages(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(language(tag) for tag in re.split(r"[,;、\s]+", plain(text)) if tag))


def money(text: str, currency: str) -> Money:
    """An amount such as ``380`` or ``380.50``; a comma may stand for the point, nothing groups thousands."""
    given = plain(text)
    if given.casefold() in _FREE:
        return Money(0, currency)
    if not re.fullmatch(r"\d{1,10}([.,]\d{1,4})?", given):
        raise CellFault("not_money", currency=currency)
    minor = Decimal(given.replace(",", ".")).scaleb(_MINOR_DIGITS.get(currency, 2))
    if minor != minor.to_integral_value():
        raise CellFault("too_fine", currency=currency)
    if minor > MOST_MINOR:
        raise CellFault("out_of_range", least=0, most=MOST_MINOR)
    return Money(int(minor), currency)


def tax_rate(text: str) -> int:
    """A percentage, with or without its sign, in basis points: ``6 %`` is 600."""
    given = plain(text).removesuffix("%").strip().replace(",", ".")
    try:
        basis_points = Decimal(given) * 100
    except InvalidOperation:
        raise CellFault("not_a_rate") from None
    if not basis_points.is_finite() or basis_points != basis_points.to_integral_value():
        raise CellFault("not_a_rate")
    if not 0 <= basis_points <= 10_000:
        raise CellFault("out_of_range", least=0, most=100)
    return int(basis_points)


def moment(text: str, zone: ZoneInfo) -> datetime:
    """A date and time of the venue's clock, in UTC. An offset at the end tells the hours of a clock change apart."""
    match = _MOMENT.fullmatch(plain(text))
    if match is None:
        raise CellFault("not_a_time")
    year, month, day, hour, minute = (int(match[part]) for part in ("year", "month", "day", "hour", "minute"))
    try:
        local = datetime(year, month, day, hour, minute)  # noqa: DTZ001 - the wall clock, before it is placed
    except ValueError:
        raise CellFault("not_a_time") from None
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise CellFault("out_of_range", least=_FIRST_YEAR, most=_LAST_YEAR)
    return _with_offset(local, match["offset"], zone) if match["offset"] else _on_clock(local, zone)


def moment_near(text: str, zone: ZoneInfo, start: datetime, *, before: bool) -> datetime:
    """Like ``moment``; a time alone is the nearest such time at or before (else at or after) ``start``."""
    match = _TIME.fullmatch(plain(text))
    if match is None:
        return moment(text, zone)
    try:
        clock = time(int(match["hour"]), int(match["minute"]))
    except ValueError:
        raise CellFault("not_a_time") from None
    day = start.astimezone(zone).date()
    found = _on_clock(_at(day, clock), zone)
    if before and found > start:
        return _on_clock(_at(day - timedelta(days=1), clock), zone)
    if not before and found < start:
        return _on_clock(_at(day + timedelta(days=1), clock), zone)
    return found


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock)


def _on_clock(local: datetime, zone: ZoneInfo) -> datetime:
    first, second = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local:
        raise CellFault("no_such_time", zone=zone.key)
    raise CellFault("ambiguous_time", zone=zone.key, first=_offset(first), second=_offset(second))


def _with_offset(local: datetime, written: str, zone: ZoneInfo) -> datetime:
    digits = "+0000" if written == "Z" else written.replace(":", "")
    offset = timedelta(hours=int(digits[1:3]), minutes=int(digits[3:5])) * (-1 if digits[0] == "-" else 1)
    found = (local - offset).replace(tzinfo=UTC)
    if found.astimezone(zone).replace(tzinfo=None) != local:
        raise CellFault("wrong_offset", zone=zone.key, offset=_offset(found.astimezone(zone)))
    return found


def _offset(moment: datetime) -> str:
    return moment.strftime("%z")[:3] + ":" + moment.strftime("%z")[3:5]
