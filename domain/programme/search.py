"""One spelling for searching: without case, accents and width, so that "dvorak" finds "Dvořák"."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

MOST_WORDS = 8


def folded(text: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if unicodedata.category(c) != "Mn")
    return unicodedata.normalize("NFKC", plain)


@lru_cache(maxsize=4096)
def folded_name(name: str) -> str:
    """For comparing names of zones, rows, seats, categories: few, and asked for with every row of a sheet."""
    return folded(name).strip()


def search_text(texts: Iterable[str]) -> str:
    """What is stored beside an event and searched in."""
    return "\n".join(folded(text) for text in texts)


def search_words(query: str) -> list[str]:
    """The words of a query, all of which must be found; of a very long query the first few."""
    return folded(query).split()[:MOST_WORDS]
