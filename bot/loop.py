"""The event loop: uvloop's, which takes less processor time for every packet, or asyncio's own where there is none."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

R = TypeVar("R")


def run_in_loop(main: Coroutine[Any, Any, R]) -> R:
    """As ``asyncio.run``."""
    try:
        import uvloop
    except ImportError:  # there is none for Windows
        return asyncio.run(main)
    return uvloop.run(main)
