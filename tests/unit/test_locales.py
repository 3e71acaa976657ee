"""Every locale complete, placeholders equal, catalogues in step with the sources."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from handlers.ui.i18n import FOLDER, LOCALES

AREAS = sorted(path.name for path in (FOLDER.parent / "handlers").iterdir() if (path / "__init__.py").exists())


def messages(locale: str, area: str) -> dict[str, Message]:
    path: Path = FOLDER / locale / "LC_MESSAGES" / f"{area}.po"
    with path.open("rb") as source:
        return {str(message.id): message for message in read_po(source, locale=locale) if message.id}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("locale", LOCALES)
def test_complete_and_with_equal_placeholders(locale: str, area: str) -> None:
    for message in messages(locale, area).values():
        wanted = message.id if isinstance(message.id, str) else message.id[1]
        said = [message.string] if isinstance(message.string, str) else list(message.string or [""])
        for text in said:
            assert text, f"{locale}: not translated: {message.id}"
            assert placeholders(text) <= placeholders(wanted), f"{locale}: {message.id}"
        assert placeholders(wanted) - {"count"} <= placeholders(said[-1]), f"{locale}: {message.id}"


@pytest.mark.parametrize("area", AREAS)
def test_catalogues_hold_what_the_sources_say(area: str) -> None:
    import runpy

    extract = runpy.run_path(str(FOLDER / "extract.py"))
    wanted = {str(message.id) for message in extract["template"](area) if message.id}
    for locale in LOCALES:
        assert set(messages(locale, area)) == wanted, "run: make messages"


@pytest.mark.parametrize("area", AREAS)
def test_no_text_is_hidden_from_the_catalogues(area: str) -> None:
    """Inside an f-string Babel's extractor sees no calls before Python 3.12."""
    known = {m.id if isinstance(m.id, str) else m.id[0] for m in messages("en", area).values()}
    for path in (FOLDER.parent / "handlers" / area).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            text = said_by(node)
            assert text is None or text in known, f"{path.name}: {text}"


def said_by(node: ast.AST) -> str | None:
    """The literal text of a call that translates."""
    if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
        return None
    called = getattr(node.func, "id", getattr(node.func, "attr", ""))
    text = node.args[0].value
    return text if called in ("t", "plain", "N_", "plural", "plain_plural") and isinstance(text, str) else None


def test_chinese_is_chinese() -> None:
    texts = [message for area in AREAS for message in messages("zh_Hans", area).values()]
    latin = [
        m.id for m in texts if str(m.string).isascii() and any(c.isalpha() for c in str(m.string).replace("{", ""))
    ]
    assert not [text for text in latin if not str(text).startswith("{")], latin
