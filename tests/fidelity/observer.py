"""An onlooker for `Emulator(observer=…)`: every exchange is held against the schema and both libraries."""

from __future__ import annotations

from typing import Any

from .leftovers import leftovers
from .schema import Schema, schema


class SchemaObserver:
    """Collects what is wrong. `check_requests=False` for tests that send wrong requests on purpose."""

    def __init__(self, *, check_requests: bool = True, known: Schema | None = None) -> None:
        self._schema = known or schema()
        self._check_requests = check_requests
        self.faults: list[str] = []
        self.seen: dict[str, int] = {}
        """How many exchanges of each method were looked at."""

    def __call__(self, method: str, params: dict[str, Any], answer: dict[str, Any]) -> None:
        """Look at one exchange."""
        self.seen[method] = self.seen.get(method, 0) + 1
        if method in ("getupdates", "(webhook)") and answer["ok"]:
            for update in answer["result"]:
                self._add(method, self._schema.validate_update(update) + leftovers("Update", update))
        if method == "(webhook)" or (not answer["ok"] and answer["error_code"] == 404):
            return
        if not answer["ok"]:
            self._add(method, _error_faults(answer))
            return
        if self._check_requests:
            self._add(method, self._schema.validate_request(method, params))
        if method != "getupdates":
            self._add(method, self._schema.validate_response(method, answer["result"]))
            self._add(method, leftovers(self._schema.returned(method), answer["result"]))

    def _add(self, method: str, faults: list[str]) -> None:
        self.faults += [f"{method}: {fault}" for fault in faults]

    def assert_clean(self) -> None:
        """Raise AssertionError with every fault that was seen."""
        assert not self.faults, "\n".join(dict.fromkeys(self.faults))


def _error_faults(answer: dict[str, Any]) -> list[str]:
    """https://core.telegram.org/bots/api#making-requests: what an unsuccessful answer consists of."""
    faults = []
    if not isinstance(answer.get("error_code"), int) or not isinstance(answer.get("description"), str):
        faults.append(f"error_code and description expected: {answer}")
    if not set(answer) <= {"ok", "error_code", "description", "parameters"}:
        faults.append(f"unknown fields: {sorted(answer)}")
    if answer.get("error_code") == 429 and "retry_after" not in answer.get("parameters", {}):
        faults.append("429 without parameters.retry_after")
    return faults
