"""Brings the catalogues in step with the sources: ``python locales/extract.py [area …]``.

One file per area and language. A new text appears empty in ``zh_Hans`` and must be translated (a test says so); in
``en`` it is its own translation. Texts that are gone go.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
LOCALES = ("zh_Hans", "en")
KEYWORDS = {"t": None, "plain": None, "N_": None, "plural": (1, 2), "plain_plural": (1, 2)}
OPTIONS = {"comment_tags": ("Translators:",)}


def template(area: str) -> Catalog:
    catalog = Catalog(project="Foyer", fuzzy=False)
    folder = ROOT / "handlers" / area
    found = extract_from_dir(str(folder), [("**.py", "python")], keywords=KEYWORDS, comment_tags=("Translators:",))
    for name, _line, message, comments, context in found:
        catalog.add(message, locations=[(f"handlers/{area}/{name}", 0)], auto_comments=comments, context=context)
    return catalog


def update(area: str, locale: str) -> int:
    """Writes the area's file; gives how many texts it has no translation for."""
    path = ROOT / "locales" / locale / "LC_MESSAGES" / f"{area}.po"
    if path.exists():
        with path.open("rb") as source:
            catalog = read_po(source, locale=locale)
    else:
        catalog = Catalog(locale=locale, project="Foyer", fuzzy=False)
    wanted = template(area)
    wanted.creation_date = catalog.creation_date  # so that a run that changes no text changes no file
    catalog.update(wanted, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    for message in catalog:
        if locale == "en" and message.id:
            message.string = message.id
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as target:
        write_po(target, catalog, omit_header=False, sort_output=True, include_lineno=False, width=110)
    return sum(1 for message in catalog if message.id and not _translated(message.string))


def _translated(string: str | Sequence[str] | None) -> bool:
    return bool(string) and (isinstance(string, str) or all(string or ()))


def main() -> int:
    areas = sys.argv[1:] or sorted(
        path.name for path in (ROOT / "handlers").iterdir() if path.is_dir() and not path.name.startswith("_")
    )
    missing = {(area, locale): update(area, locale) for area in areas for locale in LOCALES}
    for (area, locale), count in missing.items():
        if count:
            sys.stdout.write(f"{locale}/{area}.po: {count} texts to translate\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
