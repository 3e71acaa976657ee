"""Reading a nested document (JSON, TOML) that somebody else wrote: every value is checked and knows its path."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from domain.errors import BadInput

#: Overrides of the writing direction: they make a text read differently from what is stored.
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_HUGE = 10**7


def unprintable(text: str) -> bool:
    """Whether the text has control or direction characters that have no place in a name or a sentence."""
    return any(unicodedata.category(c) in ("Cc", "Cs") or c in _BIDI for c in text)


@dataclass(frozen=True, slots=True)
class Node:
    """A value and where it stands. ``fault(path, reason, **params)`` makes the error that is raised."""

    value: Any
    path: str
    fault: Callable[..., BadInput]

    def refuse(self, reason: str, **params: Any) -> NoReturn:
        raise self.fault(self.path, reason, **params)

    def mapping(self) -> Mapping[str, Any]:
        if not isinstance(self.value, Mapping):
            self.refuse("wrong_type", expected="object")
        return self.value

    def optional(self, key: str) -> Node | None:
        """The child, or None where it is absent or null."""
        value = self.mapping().get(key)
        return None if value is None else Node(value, f"{self.path}.{key}", self.fault)

    def child(self, key: str) -> Node:
        found = self.optional(key)
        if found is None:
            raise self.fault(f"{self.path}.{key}", "missing")
        return found

    def items(self, *, most: int) -> Iterator[Node]:
        if not isinstance(self.value, list):
            self.refuse("wrong_type", expected="array")
        if len(self.value) > most:
            self.refuse("too_many", most=most)
        for index, value in enumerate(self.value):
            yield Node(value, f"{self.path}[{index}]", self.fault)

    def entries(self, *, most: int) -> Iterator[tuple[str, Node]]:
        found = self.mapping()
        if len(found) > most:
            self.refuse("too_many", most=most)
        for key, value in found.items():
            yield str(key), Node(value, f"{self.path}.{key}", self.fault)

    def text(self, *, most: int = 100, empty: bool = False) -> str:
        """A trimmed text without control characters; a whole number is taken as written."""
        value = self.value
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _HUGE:
            value = str(value)
        if not isinstance(value, str):
            self.refuse("wrong_type", expected="text")
        text = value.strip()
        if not text and not empty:
            self.refuse("empty")
        if len(text) > most:
            self.refuse("too_long", most=most)
        if unprintable(text):
            self.refuse("bad_character")
        return text

    def number(self, *, least: float = -_HUGE, most: float = _HUGE) -> float:
        """A finite number within bounds."""
        value = self.value
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.refuse("wrong_type", expected="number")
        if not least <= value <= most:  # NaN is never within
            self.refuse("out_of_range", least=least, most=most)
        return float(value)

    def flag(self) -> bool:
        if not isinstance(self.value, bool):
            self.refuse("wrong_type", expected="true or false")
        return self.value
