"""The headings of a programme sheet: their names, in English or Chinese, and what they mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.errors import SheetFault
from domain.programme.cells import plain
from domain.programme.model import EventKind, LatecomersPolicy


class Column(StrEnum):
    EVENT = "event"
    KIND = "kind"
    TITLE = "title"
    SUMMARY = "summary"
    DESCRIPTION = "description"
    DURATION = "duration"
    AGE_FROM = "age_from"
    SPOKEN_LANGUAGE = "spoken_language"
    POSTER = "poster"
    PERFORMANCE = "performance"
    HALL = "hall"
    STARTS_AT = "starts_at"
    DOORS_AT = "doors_at"
    ENDS_AT = "ends_at"
    SALES_OPEN_AT = "sales_open_at"
    SALES_CLOSE_AT = "sales_close_at"
    CAPACITY = "capacity"
    TAX_RATE = "tax_rate"
    SURTITLES = "surtitles"
    STEP_FREE = "step_free"
    CAPTIONED = "captioned"
    RELAXED = "relaxed"
    LATECOMERS = "latecomers"
    PURCHASE_LIMIT = "purchase_limit"
    TIMED_ENTRY = "timed_entry"
    RETURNS = "returns"
    BLOCKED = "blocked"
    PRICE = "price"


REQUIRED = (Column.EVENT, Column.PERFORMANCE, Column.HALL, Column.STARTS_AT)
#: Headings that say a language, such as ``title:en``.
TEXTS = (Column.TITLE, Column.SUMMARY, Column.DESCRIPTION)

_CHINESE = {
    "活动": Column.EVENT,
    "类型": Column.KIND,
    "标题": Column.TITLE,
    "简介": Column.SUMMARY,
    "介绍": Column.DESCRIPTION,
    "时长": Column.DURATION,
    "最低年龄": Column.AGE_FROM,
    "语言": Column.SPOKEN_LANGUAGE,
    "海报": Column.POSTER,
    "场次": Column.PERFORMANCE,
    "厅": Column.HALL,
    "开始": Column.STARTS_AT,
    "入场": Column.DOORS_AT,
    "结束": Column.ENDS_AT,
    "开票": Column.SALES_OPEN_AT,
    "停售": Column.SALES_CLOSE_AT,
    "人数": Column.CAPACITY,
    "税率": Column.TAX_RATE,
    "字幕": Column.SURTITLES,
    "无台阶": Column.STEP_FREE,
    "实时字幕": Column.CAPTIONED,
    "轻松场": Column.RELAXED,
    "迟到": Column.LATECOMERS,
    "限购": Column.PURCHASE_LIMIT,
    "分时入场": Column.TIMED_ENTRY,
    "退改": Column.RETURNS,
    "预留": Column.BLOCKED,
    "票价": Column.PRICE,
}
_LOCALES = {"zh": "zh_Hans", "中文": "zh_Hans", "英文": "en"}
_LOCALE = re.compile(r"[a-z]{2,3}(_[A-Z][a-z]{3})?(_[A-Z]{2})?")

KIND_WORDS: Mapping[str, EventKind] = {
    "音乐会": EventKind.CONCERT,
    "歌剧": EventKind.OPERA,
    "戏剧": EventKind.THEATRE,
    "话剧": EventKind.THEATRE,
    "舞蹈": EventKind.DANCE,
    "爵士": EventKind.JAZZ,
    "亲子": EventKind.FAMILY,
    "讲座": EventKind.TALK,
    "电影": EventKind.FILM,
    "展览": EventKind.EXHIBITION,
    "艺术节": EventKind.FESTIVAL,
}
LATECOMERS_WORDS: Mapping[str, LatecomersPolicy] = {
    "随时": LatecomersPolicy.ANY_TIME,
    "间歇": LatecomersPolicy.AT_BREAK,
    "不可": LatecomersPolicy.NONE,
}


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that was understood. ``written`` is how the sheet spells it, for the faults."""

    written: str
    column: StrEnum
    locale: str = ""
    category: str = ""
    concession: str = ""


def read_headings(headings: Iterable[str], faults: list[SheetFault]) -> list[Heading]:
    """Headings that begin with ``#`` are the office's own notes. Unknown ones are faults: they may be slips."""
    found: list[Heading] = []
    for written in headings:
        if not written.strip() or written.strip().startswith("#"):
            continue
        heading = _heading(written)
        if heading is None:
            faults.append(SheetFault(1, written, "unknown_column"))
        elif any(_same(heading, other) for other in found):
            faults.append(SheetFault(1, written, "double_column"))
        else:
            found.append(heading)
    present = {heading.column for heading in found}
    faults.extend(SheetFault(1, column.value, "missing_column") for column in REQUIRED if column not in present)
    return found


def _same(one: Heading, other: Heading) -> bool:
    return (one.column, one.locale, one.category, one.concession) == (
        other.column,
        other.locale,
        other.category,
        other.concession,
    )


def _heading(written: str) -> Heading | None:
    name, *parts = (part.strip() for part in plain(written).split(":"))
    name = name.casefold()
    column = _CHINESE.get(name) or next((c for c in Column if c.value == name.replace(" ", "_")), None)
    if column is Column.PRICE:
        if len(parts) != 2 or not parts[1]:
            return None
        return Heading(written, column, category=parts[0] or "*", concession=parts[1])
    if column in TEXTS:
        locale = _LOCALES.get(parts[0], parts[0].replace("-", "_")) if len(parts) == 1 else ""
        return Heading(written, column, locale=locale) if _LOCALE.fullmatch(locale) else None
    return Heading(written, column) if column and not parts else None
