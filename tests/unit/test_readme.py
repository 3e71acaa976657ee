"""What the README and the docs say can be done: its commands are the ones that CI runs, its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command

from bot.cli import app
from bot.config import PREFIX, Settings

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


def commands(page: Path) -> set[str]:
    blocks = re.findall(r"```sh\n(.*?)```", page.read_text(), re.DOTALL)
    inline = re.findall(r"`((?:make|foyer) [^`]+)`", page.read_text())
    return {line.split("#")[0].strip() for block in [*blocks, *inline] for line in block.splitlines() if line.strip()}


def test_ci_runs_the_readme_s_test_command() -> None:
    assert "make test" in commands(ROOT / "README.md")
    assert "\nmake test\n" in (ROOT / ".ci" / "run").read_text()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    spoken = get_command(app)
    known = set(spoken.commands)  # type: ignore[attr-defined]
    for command in commands(page):
        words = [word for word in command.split() if "=" not in word]
        if words[0] == "make":
            assert words[1] in targets, command
        elif words[0].endswith("foyer"):
            assert words[1] in known, command


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text()):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_setting_is_documented() -> None:
    text = (ROOT / "docs" / "connecting.md").read_text()
    for name in Settings.model_fields:
        assert f"{PREFIX}{name.upper()}" in text
