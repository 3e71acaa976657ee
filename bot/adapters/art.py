"""Abstract art for events that bring no poster, one composition per kind of event.

The same kind and seed give the same picture, on every machine: chance comes from ``random.Random`` seeded with
bytes, whose sequence Python keeps stable. A composition draws twice as large as wanted and is scaled down.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import lru_cache

from PIL import Image

from bot.adapters.art_music import concert, dance, festival, jazz, opera
from bot.adapters.art_scenes import exhibition, family, film, talk, theatre
from bot.adapters.art_tools import Palette, Size, grain
from domain.programme.model import EventKind

_OVER = 2

_PALETTES: dict[EventKind, tuple[Palette, ...]] = {
    EventKind.CONCERT: (
        Palette("#151233", "#ffe9c7", ("#3b2a78", "#8a3f8f", "#e0647a", "#ffb45c")),
        Palette("#08283a", "#e8fbf0", ("#0f5873", "#1d9a9a", "#6fd3a8", "#ffe08a")),
        Palette("#2a0f24", "#ffe7da", ("#6d1f4b", "#b83a4f", "#f0774a", "#ffc56b")),
    ),
    EventKind.OPERA: (
        Palette("#2b0710", "#ffe3a8", ("#6e0f1f", "#a3182b", "#d23c3c", "#f2b84b")),
        Palette("#1b0b2e", "#ffe6b5", ("#43185f", "#6f2a86", "#b0479a", "#f0b860")),
    ),
    EventKind.THEATRE: (
        Palette("#0d1f2b", "#fff3d6", ("#173a4d", "#e4572e", "#f3a712", "#29a39a")),
        Palette("#221431", "#fdf0e0", ("#3c2456", "#ff6f61", "#ffd166", "#5bc0be")),
    ),
    EventKind.DANCE: (
        Palette("#1a0d2e", "#ffeef4", ("#402a7a", "#ff4f79", "#ffb199", "#7de2d1")),
        Palette("#07242b", "#eafff7", ("#0c4a52", "#22c1a9", "#ffd36e", "#ff7a59")),
    ),
    EventKind.JAZZ: (
        Palette("#14213d", "#f4ead5", ("#1f7a8c", "#d1495b", "#edae49", "#14213d")),
        Palette("#2d1e2f", "#f6ecd9", ("#3a7d7c", "#e36414", "#f2b134", "#2d1e2f")),
    ),
    EventKind.FAMILY: (
        Palette("#14476b", "#fffaf0", ("#8fd3f4", "#ffcf56", "#ff7f6b", "#5cb874")),
        Palette("#5a2a6b", "#fff8f2", ("#f9c6d8", "#ffd166", "#ef6f6c", "#56b4a8")),
    ),
    EventKind.TALK: (
        Palette("#1c2a4a", "#faf3e3", ("#e9c46a", "#e76f51", "#2a9d8f", "#264653")),
        Palette("#3a1f3d", "#fbf1e6", ("#f4a259", "#bc4b51", "#5b8e7d", "#8cb369")),
    ),
    EventKind.FILM: (
        Palette("#101418", "#fff1cf", ("#24323b", "#d9a441", "#e8d5a8", "#c8553d")),
        Palette("#0d1321", "#f0ebd8", ("#1d2d44", "#8aa9c9", "#f0ebd8", "#e07a5f")),
    ),
    EventKind.EXHIBITION: (
        Palette("#1e2749", "#f7f1e5", ("#f6bd60", "#e85d4a", "#3d7ea6", "#84a59d")),
        Palette("#2f2235", "#f5ede3", ("#f28f3b", "#c8553d", "#588b8b", "#ffd5c2")),
    ),
    EventKind.FESTIVAL: (
        Palette("#241147", "#fff6e0", ("#ff5d8f", "#ff9f1c", "#2ec4b6", "#5f4bd8")),
        Palette("#0b2f3d", "#fff7e6", ("#ff6b6b", "#ffd93d", "#4fb8a8", "#3d6cb9")),
    ),
}


_COMPOSITIONS: dict[EventKind, Callable[[Size, Palette, random.Random], Image.Image]] = {
    EventKind.CONCERT: concert,
    EventKind.OPERA: opera,
    EventKind.THEATRE: theatre,
    EventKind.DANCE: dance,
    EventKind.JAZZ: jazz,
    EventKind.FAMILY: family,
    EventKind.TALK: talk,
    EventKind.FILM: film,
    EventKind.EXHIBITION: exhibition,
    EventKind.FESTIVAL: festival,
}


def palette(kind: EventKind, seed: str) -> Palette:
    return _chance(f"palette {kind.value} {seed}").choice(_PALETTES[kind])


def _chance(text: str) -> random.Random:
    return random.Random(text.encode("utf-8", "backslashreplace"))


@lru_cache(maxsize=16)
def artwork(kind: EventKind, seed: str, width: int, height: int) -> Image.Image:
    """The art of that kind and seed in RGB. Kept for reuse: draw on a copy."""
    chance = _chance(f"art {kind.value} {seed}")
    image = _COMPOSITIONS[kind]((width * _OVER, height * _OVER), palette(kind, seed), chance)
    return grain(image.reduce(_OVER), chance)
