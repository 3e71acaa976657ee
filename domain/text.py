"""Texts that a house writes itself, in as many languages as it likes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LocalText(Mapping[str, str]):
    """A text per locale (``zh_Hans``, ``en``), empty ones left out.

    ``text.best("en")`` gives the reader's language, else the first there is, else ``""``.
    """

    texts: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, mapping: Mapping[str, str] | None = None, /, **texts: str) -> LocalText:
        merged = {**(mapping or {}), **texts}
        return cls(tuple((locale, text) for locale, text in merged.items() if text))

    def best(self, locale: str) -> str:
        return self.get(locale) or next((text for _, text in self.texts), "")

    def __getitem__(self, locale: str) -> str:
        for key, text in self.texts:
            if key == locale:
                return text
        raise KeyError(locale)

    def __iter__(self) -> Iterator[str]:
        return (locale for locale, _ in self.texts)

    def __len__(self) -> int:
        return len(self.texts)
