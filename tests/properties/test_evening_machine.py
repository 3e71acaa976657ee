"""A whole evening under random use, held against ``evening_model`` at every step, on both databases.

As in ``test_house_machine``: the same is refused, the same stands in the database; one audit row per change, by who did
it; a notice exactly where its cause was committed; a replay changes nothing.

The steps are in ``evening_rules`` (the audience), ``evening_staff`` and ``evening_after``. A failure prints each step
with what it meant.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.properties.evening_after import AfterMachine
from tests.properties.house_driver import run_machine


class WholeEvening(AfterMachine):
    pass


@pytest.mark.parametrize(
    ("kind", "examples"), [("sqlite", 10), pytest.param("postgresql", 6, marks=pytest.mark.postgres)]
)
def test_an_evening_under_random_use(kind: str, examples: int, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    template = request.getfixturevalue("sqlite_template" if kind == "sqlite" else "postgres_template")
    run_machine(WholeEvening, template, tmp_path, examples)
