"""Texts in the reader's language: gettext catalogues, Babel's formats, and the one place where values are escaped."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from gettext import GNUTranslations
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, get_datetime_format
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency

from domain.money import Money

LOCALES = ("zh_Hans", "en")
DEFAULT = "en"
OWN_NAMES = {"zh_Hans": "简体中文", "en": "English"}
FOLDER = Path(__file__).resolve().parents[2] / "locales"

#: Bidirectional isolation (Unicode UAX 9): a name in another direction does not turn the line around.
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"
_NAME_MOST = 48
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")


class Html(str):
    """A text that is HTML already and is not escaped again."""

    __slots__ = ()


def N_(msgid: str) -> str:
    """Marks a text for the catalogues where it is not translated yet."""
    return msgid


def clean_name(name: str) -> str:
    """Somebody's name or title, made fit for a line: one line, bounded, isolated."""
    line = " ".join(_CONTROLS.sub(" ", name).split())
    short = line if len(line) <= _NAME_MOST else line[: _NAME_MOST - 1].rstrip() + "…"
    return f"{_ISOLATE}{short}{_END_ISOLATE}" if short else ""


def match_locale(language_code: str) -> str:
    """The best of our locales for what an app says (IETF tag, Bot API ``User.language_code``)."""
    return "zh_Hans" if language_code.lower().startswith("zh") else DEFAULT


@cache
def catalogue(locale: str) -> GNUTranslations:
    """One catalogue of all areas' files, compiled in memory: there is no build step to forget."""
    whole = Catalog(locale=locale)
    for path in sorted((FOLDER / locale / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as source:
            for message in read_po(source, locale=locale):
                if message.id:
                    whole[message.id] = message
    compiled = io.BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return GNUTranslations(compiled)


class Texts:
    """Everything that is said to one reader. ``t("Seats until {time}", time=…)`` translates and escapes."""

    def __init__(self, locale: str) -> None:
        self.locale = locale if locale in LOCALES else DEFAULT
        self._babel = Locale.parse(self.locale)
        self._catalogue = catalogue(self.locale)

    def __call__(self, msgid: str, /, **values: object) -> Html:
        return _fill(self._catalogue.gettext(msgid), values)

    def plural(self, one: str, many: str, count: int, /, **values: object) -> Html:
        return _fill(self._catalogue.ngettext(one, many, count), {"count": count, **values})

    def plain(self, msgid: str, /, **values: object) -> str:
        """For buttons, toasts and pictures, which know no HTML."""
        text = self._catalogue.gettext(msgid)
        return text.format(**values) if values else text

    def plain_plural(self, one: str, many: str, count: int, /, **values: object) -> str:
        return self._catalogue.ngettext(one, many, count).format(count=count, **values)

    def of(self, text: Mapping[str, str]) -> str:
        """A house's own text, in the reader's language where there is one."""
        return text.get(self.locale) or next(iter(text.values()), "")

    def money(self, money: Money) -> str:
        if money.currency == "XTR":
            return f"{money.minor} ⭐"
        digits = minor_digits(money.currency)
        amount = money.minor / 10**digits
        whole = money.minor % 10**digits == 0
        return format_currency(
            amount, money.currency, format="¤#,##0" if whole else None, locale=self._babel, currency_digits=not whole
        )

    def day(self, at: datetime, zone: str, *, today: date | None = None) -> str:
        """Such as "Sat, 28 Nov" or "11月28日周六"; today and tomorrow by their names."""
        local = at.astimezone(_zone(zone)).date()
        if today is not None and local == today:
            return self.plain("today")
        if today is not None and local == today + timedelta(days=1):
            return self.plain("tomorrow")
        return format_skeleton("MMMEd", local, locale=self._babel)

    def long_day(self, at: datetime, zone: str) -> str:
        return format_date(at.astimezone(_zone(zone)).date(), "full", locale=self._babel)

    def time(self, at: datetime, zone: str) -> str:
        """The venue's time on a 24-hour clock: a house's programme is printed so in both languages."""
        return format_time(at.astimezone(_zone(zone)), "HH:mm", locale=self._babel)

    def when(self, at: datetime, zone: str, *, today: date | None = None) -> str:
        pattern = str(get_datetime_format("medium", locale=self._babel)).replace("'", "")
        return pattern.format(self.time(at, zone), self.day(at, zone, today=today)).replace(",  ", ", ")

    def month(self, first: date) -> str:
        return format_skeleton("yMMMM", first, locale=self._babel)

    def weekdays(self) -> list[str]:
        """Monday first, as short as a button."""
        names = self._babel.days["stand-alone"]["narrow"]
        return [names[index] for index in range(7)]

    def language(self, code: str) -> str:
        """A language's name: ``it`` → Italian, 意大利语."""
        return Locale.parse(code, sep="-").get_display_name(self._babel) or code


def minor_digits(currency: str) -> int:
    """ISO 4217's number of decimals; Telegram counts in the same minor units (Bot API, ``currencies.json``)."""
    from babel.numbers import get_currency_precision

    return 0 if currency == "XTR" else get_currency_precision(currency)


@lru_cache(maxsize=8)
def texts(locale: str) -> Texts:
    return Texts(locale)


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _fill(template: str, values: Mapping[str, object]) -> Html:
    escaped = {
        key: value if isinstance(value, Html | int) else html.escape(str(value), quote=False)
        for key, value in values.items()
    }
    return Html(template.format(**escaped) if escaped else template)
