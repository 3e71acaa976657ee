"""The Bot API as aiogram's machine-readable schema describes it, as a validator of requests, answers and updates.

Every check returns a list of faults, each a path and a sentence; an empty list means that nothing is wrong.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from .fetch_schema import extract

Faults = list[str]
_CONSTANT = re.compile(r"(?:always|must be)\s+[\"'“]?([a-z_]+)")
_DISCRIMINATORS = frozenset({"type", "status", "source"})
_SPLIT = re.compile(r"\s+or\s+|\s+and\s+|,\s*")
_SCALARS = frozenset({"String", "Integer", "Float", "Boolean", "True", "InputFile", "Int"})


class Schema:
    """All types and methods by name; methods also by their name in small letters."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.version: str = document["api"]["version"]
        entities = [child for group in document["items"] for child in group["children"]]
        self.types = {e["name"]: e for e in entities if e["category"] == "types"}
        self.methods = {e["name"].lower(): e for e in entities if e["category"] == "methods"}
        self._fields_of = {e["name"]: {field["name"]: field for field in e["annotations"]} for e in entities}

    def validate_request(self, method: str, params: dict[str, Any]) -> Faults:
        """What is wrong with the parameters of a call. Nested values may be JSON texts, numbers may be texts."""
        entity = self.methods.get(method.lower())
        if entity is None:
            return [f"{method}: the schema has no such method"]
        return self._fields(entity, params, method, from_wire=True)

    def validate_response(self, method: str, result: Any) -> Faults:
        """What is wrong with the `result` of a call that succeeded."""
        entity = self.methods.get(method.lower())
        if entity is None:
            return [f"{method}: the schema has no such method"]
        returned = self.returned(method)
        if not returned:
            return [f"{method}: the schema does not say what is returned"]
        return self.validate_type(returned, result, f"{entity['name']}()")

    def validate_update(self, update: Any) -> Faults:
        """What is wrong with an update."""
        faults = self.validate_type("Update", update, "Update")
        if isinstance(update, dict) and len(update) != 2:
            faults.append(f"Update: update_id and one other field, not {sorted(update)}")
        return faults

    @cache  # noqa: B019 - one schema lives as long as the tests
    def returned(self, method: str) -> str:
        """The type that a method returns, read from the sentences that say so; "" when none does."""
        found: list[str] = []
        for sentence in re.split(r"(?<=\.)\s", self.methods[method.lower()]["description"]):
            if not re.search(r"\b[Rr]eturn", sentence):
                continue
            for array, name in re.findall(r"(Array of )?\b([A-Z]\w+)", sentence):
                if (name in self.types or name in _SCALARS) and array + name not in found:
                    found.append(array + name)
        return " or ".join(found)

    def validate_type(self, kind: str, value: Any, path: str, *, from_wire: bool = False) -> Faults:
        """What is wrong with a value of a type, as the schema writes types."""
        if kind.startswith("Array of "):
            if not isinstance(value, list):
                return [f"{path}: {kind} expected, not {value!r:.60}"]
            inner = kind.removeprefix("Array of ")
            return [f for i, item in enumerate(value) for f in self.validate_type(inner, item, f"{path}[{i}]")]
        names = _SPLIT.split(kind)
        if len(names) > 1:
            return self._best([self.validate_type(n, value, path, from_wire=from_wire) for n in names])
        if kind in _SCALARS:
            return [] if _is_scalar(kind, value, from_wire) else [f"{path}: {kind} expected, not {value!r:.60}"]
        entity = self.types.get(kind)
        if entity is None:
            return [f"{path}: the schema has no type {kind}"]
        subtypes = self._subtypes(kind)
        if subtypes:
            return self._best([self.validate_type(name, value, path) for name in subtypes])
        if not isinstance(value, dict):
            return [f"{path}: {kind} expected, not {value!r:.60}"]
        return self._fields(entity, value, path)

    @staticmethod
    def _best(attempts: list[Faults]) -> Faults:
        return min(attempts, key=len)

    @cache  # noqa: B019 - one schema lives as long as the tests
    def _subtypes(self, kind: str) -> list[str]:
        entity = self.types[kind]
        if entity["annotations"]:
            return []
        return [name for name in re.findall(r"^ - (\w+)", entity["description"], re.MULTILINE) if name in self.types]

    def _fields(self, entity: dict[str, Any], value: dict[str, Any], path: str, *, from_wire: bool = False) -> Faults:
        known = self._fields_of[entity["name"]]
        faults = [f"{path}.{name}: no such field" for name in value if name not in known]
        for name, field in known.items():
            if name not in value:
                if field["required"]:
                    faults.append(f"{path}.{name}: required")
                continue
            inner = value[name]
            if from_wire and isinstance(inner, str) and not _takes_text(field["type"]):
                inner = _decoded(inner)
            faults += self.validate_type(field["type"], inner, f"{path}.{name}", from_wire=from_wire)
            constant = _CONSTANT.search(field["description"]) if name in _DISCRIMINATORS else None
            if constant is not None and isinstance(inner, str) and inner != constant[1]:
                # enough faults to lose against the right one of several types
                faults += [f"{path}.{name}: {constant[1]!r} expected, not {inner!r}"] * 9
        return faults


def _takes_text(kind: str) -> bool:
    return bool({"String", "InputFile"} & set(_SPLIT.split(kind)))


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _is_scalar(kind: str, value: Any, from_wire: bool) -> bool:
    if kind in ("Integer", "Int"):
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == "Float":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "Boolean":
        return isinstance(value, bool)
    if kind == "True":
        return value is True
    return isinstance(value, str) or (kind == "InputFile" and from_wire)


@cache
def schema() -> Schema:
    """The schema in `.cache/`. Raises RuntimeError when it was not fetched."""
    return Schema(json.loads(extract().read_text()))
