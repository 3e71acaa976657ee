"""Reading JSON and TOML files that come from outside. Bounded; a file that is no such thing is a BadInput."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

from domain.errors import BadInput

MOST_BYTES = 50 * 2**20


def read_json(path: Path) -> Any:
    """Raises BadInput with the line of the fault."""
    try:
        return json.loads(_text(path))
    except json.JSONDecodeError as error:
        raise BadInput("not_json", line=error.lineno, column=error.colno) from None
    except (ValueError, RecursionError):  # numbers of thousands of digits; brackets without end
        raise BadInput("not_json", line=1, column=1) from None


def read_toml(path: Path) -> dict[str, Any]:
    """Raises BadInput with what is wrong and where."""
    try:
        return tomllib.loads(_text(path))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadInput("not_toml", why=str(error)) from None


def _text(path: Path) -> str:
    if path.stat().st_size > MOST_BYTES:
        raise BadInput("file_too_large", most=MOST_BYTES // 2**20)
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput("not_utf8") from None
