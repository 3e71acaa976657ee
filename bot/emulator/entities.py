"""Formatted text: HTML markup → plain text and entities, offsets in UTF-16 units, Telegram's errors on bad markup.

https://core.telegram.org/bots/api#html-style
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from . import errors as E
from .autolinks import find_entities
from .errors import ApiError, ErrorText
from .wire import to_integer

Entity = dict[str, Any]

_TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "span": "spoiler", "code": "code", "pre": "pre", "a": "text_link", "blockquote": "blockquote",
    "tg-emoji": "custom_emoji", "tg-time": "date_time",
}  # fmt: skip
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#(?:[xX]([0-9a-fA-F]{1,8})|([0-9]{1,9}))|(lt|gt|amp|quot)(?![A-Za-z]));?")
_INVISIBLE = re.compile(r"[\r\u2028-\u202e\u030a\u0333\u033f]")
_CONTROL = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x1f]")
_OPAQUE = frozenset({"code", "pre", "text_link", "text_mention"})
_OWN_TYPES = frozenset(_TAGS.values()) | {"text_mention", "expandable_blockquote"}
_FOUND_TYPES = frozenset(
    {"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bank_card_number"}
)
_PRIORITY = {"pre": 0, "blockquote": 0, "expandable_blockquote": 0, "code": 1, "text_link": 2, "bold": 5, "italic": 6}
_ARGUMENTS = {
    "text_link": ("url",),
    "text_mention": ("user",),
    "custom_emoji": ("custom_emoji_id",),
    "date_time": ("unix_time",),
}
_OPTIONS = {"pre": ("language",), "date_time": ("date_time_format",)}
_USER_LINK = re.compile(r"tg://user\?id=(\d+)")


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text as a message carries it; entity offsets and lengths are in UTF-16 code units."""

    text: str
    entities: list[Entity]


def format_text(text: str, parse_mode: str, entities: Any, *, required: bool) -> Formatted:
    """Plain text and entities of what a bot sends.

    Raises ApiError on unknown parse mode, bad markup, bad entities, and on an empty text when it is `required`.
    """
    if len(text.encode("utf-8", "surrogatepass")) > 1 << 15:
        raise ApiError(E.TEXT_TOO_MANY_BYTES)
    mode = parse_mode.lower()
    if text and mode not in ("", "none"):
        if mode != "html":
            raise ApiError(E.PARSE_MODE_UNSUPPORTED)
        try:
            text, spans = parse_html(text)
        except ApiError as error:
            raise E.within(E.HTML, error) from None
    else:
        spans = _given_entities(text, entities)
    return _fix(text, spans, required)


def plain(text: str) -> Formatted:
    """What a person writes: no markup, but the entities that Telegram finds. Raises ApiError when it is empty."""
    return _fix(text, [], True)


# -- HTML ------------------------------------------------------------------------------------------------------------


class _Html:
    """One pass over a marked-up text. Offsets of spans are in code points of the text that comes out."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.out: list[str] = []
        self.length = 0
        self.open: list[tuple[str, dict[str, str], int]] = []
        self.spans: list[Entity] = []

    def run(self) -> tuple[str, list[Entity]]:
        source = self.source
        while self.at < len(source):
            start = self.at
            while self.at < len(source) and source[self.at] not in "<&":
                self.at += 1
            self._emit(source[start : self.at])
            if self.at >= len(source):
                break
            if source[self.at] == "&":
                self._emit(self._reference())
            elif source.startswith("</", self.at):
                self._end_tag()
            else:
                self._start_tag()
        if self.open:
            raise ApiError(E.HTML_NO_END, tag=self.open[-1][0])
        return "".join(self.out), self.spans

    def _emit(self, text: str) -> None:
        self.out.append(text)
        self.length += len(text)

    def _fail(self, error: ErrorText, position: int, **values: object) -> ApiError:
        offset = len(self.source[:position].encode("utf-8", "surrogatepass"))
        return ApiError(error, offset=offset, **values)

    def _reference(self) -> str:
        match = _REFERENCE.match(self.source, self.at)
        if match is None:
            self.at += 1
            return "&"
        code = int(match[1], 16) if match[1] else int(match[2]) if match[2] else 0
        if not match[3] and (not 0 < code <= 0x10FFFF or 0xD800 <= code <= 0xDFFF):
            self.at += 1
            return "&"
        self.at = match.end()
        return _NAMED[match[3]] if match[3] else chr(code)

    def _peek(self) -> str:
        return self.source[self.at] if self.at < len(self.source) else ""

    def _skip_space(self) -> None:
        while self._peek().isspace():
            self.at += 1

    def _start_tag(self) -> None:
        begin = self.at
        match = re.compile(r"[^\s>]*").match(self.source, begin + 1)
        assert match is not None
        self.at = match.end()
        if not self._peek():
            raise self._fail(E.HTML_UNCLOSED_START, begin)
        tag = match.group().lower()
        if tag not in _TAGS:
            raise self._fail(E.HTML_UNSUPPORTED, begin, tag=tag)
        attributes = self._attributes(tag, begin)
        self.at += 1
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise self._fail(E.HTML_SPAN, begin)
        self.open.append((tag, attributes, self.length))

    def _attributes(self, tag: str, begin: int) -> dict[str, str]:
        attributes: dict[str, str] = {}
        while self._peek() != ">":
            self._skip_space()
            if self._peek() == ">":
                break
            match = re.compile(r"[^\s=>/\"']*").match(self.source, self.at)
            assert match is not None
            if not match.group():
                raise self._fail(E.HTML_EMPTY_ATTRIBUTE, begin, tag=tag)
            self.at = match.end()
            self._skip_space()
            if not self._peek():
                raise self._fail(E.HTML_UNCLOSED_NAMED, begin, tag=tag)
            if self._peek() != "=":
                attributes[match.group()] = "1"
                continue
            self.at += 1
            self._skip_space()
            if not self._peek():
                raise self._fail(E.HTML_UNCLOSED_NAMED, begin, tag=tag)
            attributes[match.group()] = self._value()
            if not self._peek():
                raise self._fail(E.HTML_UNCLOSED_START, begin)
        return attributes

    def _value(self) -> str:
        quote = self._peek()
        if quote not in "\"'":
            match = re.compile(r"[A-Za-z0-9.\-]*").match(self.source, self.at)
            assert match is not None
            start, self.at = self.at, match.end()
            if self._peek() and not self._peek().isspace() and self._peek() != ">":
                raise self._fail(E.HTML_NAME_TOKEN, start)
            return match.group().lower()
        self.at += 1
        value: list[str] = []
        while self._peek() and self._peek() != quote:
            if self._peek() == "&":
                value.append(self._reference())
            else:
                value.append(self._peek())
                self.at += 1
        self.at += 1
        return "".join(value)

    def _end_tag(self) -> None:
        begin = self.at
        if not self.open:
            raise self._fail(E.HTML_UNEXPECTED_END, begin)
        match = re.compile(r"[^\s>]*").match(self.source, begin + 2)
        assert match is not None
        found = match.group().lower()
        self.at = match.end()
        self._skip_space()
        if self._peek() != ">":
            raise self._fail(E.HTML_UNCLOSED_END, begin)
        self.at += 1
        tag, attributes, start = self.open[-1]
        if found and found != tag:
            raise self._fail(E.HTML_UNMATCHED_END, begin, tag=tag, found=found)
        self.open.pop()
        if self.length > start:
            self._close(tag, attributes, start)

    def _close(self, tag: str, attributes: dict[str, str], start: int) -> None:
        span: Entity = {"type": _TAGS[tag], "offset": start, "length": self.length - start}
        inner = self.spans[-1] if self.spans else None
        same = inner is not None and (inner["offset"], inner["length"]) == (span["offset"], span["length"])
        language = attributes.get("class", "").removeprefix("language-") if tag == "code" else ""
        if tag == "code" and not attributes.get("class", "").startswith("language-"):
            language = ""
        if tag == "a":
            if not _link(span, attributes.get("href") or "".join(self.out)[start:]):
                return
        elif tag == "blockquote" and "expandable" in attributes:
            span["type"] = "expandable_blockquote"
        elif tag == "tg-emoji":
            if not attributes.get("emoji-id", "").isdigit():
                raise ApiError(E.HTML_EMOJI)
            span["custom_emoji_id"] = attributes["emoji-id"]
        elif tag == "tg-time":
            if not attributes.get("unix", "").isdigit():
                return
            span["unix_time"] = int(attributes["unix"])
            if attributes.get("format"):
                span["date_time_format"] = attributes["format"]
        elif tag == "pre" and same and inner is not None and inner["type"] == "code" and inner.get("language"):
            inner["type"] = "pre"
            return
        elif tag == "code" and same and inner is not None and inner["type"] == "pre" and language:
            inner["language"] = language
            return
        elif language:
            span["language"] = language
        self.spans.append(span)


def _link(span: Entity, url: str) -> bool:
    user = _USER_LINK.match(url)
    if user is not None:
        span["type"] = "text_mention"
        span["user"] = {"id": int(user[1]), "is_bot": False, "first_name": ""}
        return True
    if "://" not in url:
        if "." not in url:
            return False
        url = "http://" + url
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    if scheme.lower() not in ("http", "https", "tg", "ton") or not host:
        return False
    span["url"] = (
        f"{scheme.lower()}://{host.lower() if scheme.lower() != 'tg' else host}{slash or '/' * (scheme != 'tg')}{path}"
    )
    return True


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Text and entities of HTML markup, offsets in code points. Raises ApiError, without "Can't parse entities"."""
    text, spans = _Html(source).run()
    for span in spans:
        if span["type"] == "code":
            span.pop("language", None)
    return text, spans


# -- entities that come as such --------------------------------------------------------------------------------------


def _given_entities(text: str, entities: Any) -> list[Entity]:
    if not isinstance(entities, list) or not entities:
        return []
    positions = _code_points(text)
    spans: list[Entity] = []
    for given in entities:
        try:
            span = _given_entity(given)
        except ApiError as error:
            raise E.within(E.ENTITY_BAD, error) from None
        if span is None:
            continue
        start, end = span["offset"], span["offset"] + span["length"]
        if start < 0 or end > len(positions) - 1 or end <= start:
            continue
        spans.append({**span, "offset": positions[start], "length": positions[end] - positions[start]})
    return spans


def _given_entity(given: Any) -> Entity | None:
    if not isinstance(given, dict):
        raise ApiError(E.ENTITY_NOT_OBJECT)
    kind = str(given.get("type") or "")
    for name in ("type", "offset", "length", *_ARGUMENTS.get(kind, ())):
        if name not in given:
            raise ApiError(E.FIELD_MISSING, name=name)
    if kind in _FOUND_TYPES:
        return None
    if kind not in _OWN_TYPES:
        raise ApiError(E.ENTITY_TYPE_UNSUPPORTED)
    numbers = {name: to_integer(str(given[name])) or 0 for name in ("offset", "length")}
    span: Entity = {"type": kind} | numbers
    for name in _ARGUMENTS.get(kind, ()) + _OPTIONS.get(kind, ()):
        if given.get(name) is not None:
            span[name] = given[name]
    if kind == "text_link" and not _link(span, str(span["url"])):
        return None
    if kind == "text_mention":
        user = span["user"]
        span["user"] = {"id": to_integer(str(user.get("id") if isinstance(user, dict) else "")) or 0}
    return span


def _code_points(text: str) -> list[int]:
    """For every UTF-16 offset the code point it stands in."""
    positions: list[int] = []
    for index, character in enumerate(text):
        positions.append(index)
        if character > "\uffff":
            positions.append(index)
    positions.append(len(text))
    return positions


# -- what Telegram does to every text --------------------------------------------------------------------------------


def _fix(text: str, spans: list[Entity], required: bool) -> Formatted:
    text = _CONTROL.sub(" ", text)
    if _INVISIBLE.search(text):
        text, spans = _remove(text, spans)
    text, spans = _trim(text, spans)
    if not text and required:
        raise ApiError(E.TEXT_EMPTY)
    taken = [(s["offset"], s["offset"] + s["length"]) for s in spans if s["type"] in _OPAQUE]
    for found in find_entities(text):
        start, end = found["offset"], found["offset"] + found["length"]
        if all(end <= s or e <= start for s, e in taken):
            spans.append(found)
    spans.sort(key=lambda s: (s["offset"], -s["length"], _PRIORITY.get(s["type"], 9)))
    return Formatted(text, _to_utf16(text, spans))


def _remove(text: str, spans: list[Entity]) -> tuple[str, list[Entity]]:
    kept = 0
    moved = [0] * (len(text) + 1)
    for index, character in enumerate(text):
        moved[index] = kept
        kept += not _INVISIBLE.match(character)
    moved[len(text)] = kept
    return _INVISIBLE.sub("", text), [
        {**s, "offset": moved[s["offset"]], "length": moved[s["offset"] + s["length"]] - moved[s["offset"]]}
        for s in spans
    ]


def _trim(text: str, spans: list[Entity]) -> tuple[str, list[Entity]]:
    text = text.rstrip()
    first = min((s["offset"] for s in spans), default=len(text))
    cut = 0
    while cut < min(first, len(text)) and text[cut] in " \n":
        cut += 1
    fixed = []
    for span in spans:
        start = span["offset"] - cut
        length = min(span["length"], len(text) - span["offset"])
        if length > 0 and text[span["offset"] : span["offset"] + length].strip():
            fixed.append({**span, "offset": start, "length": length})
    return text[cut:], fixed


def _to_utf16(text: str, spans: list[Entity]) -> list[Entity]:
    if text.isascii() or not spans:
        return spans
    units = [0]
    for character in text:
        units.append(units[-1] + (2 if character > "\uffff" else 1))
    return [
        {**s, "offset": units[s["offset"]], "length": units[s["offset"] + s["length"]] - units[s["offset"]]}
        for s in spans
    ]
