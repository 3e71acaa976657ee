"""A wrong setting stops the start with a sentence that names it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import SettingsFault, load
from domain.codes import CodeKind


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FOYER_BOT_TOKEN", "hello"),
        ("FOYER_API_BASE", "telegram.org"),
        ("FOYER_DATABASE_URL", "mysql://x"),
        ("FOYER_PORT", "eighty"),
        ("FOYER_PORT", "70000"),
        ("FOYER_OWNER_IDS", "1,anna"),
        ("FOYER_SECRET_KEYS", "short"),
        ("FOYER_WEBHOOK_SECRET", "not allowed!"),
        ("FOYER_LOG_FORMAT", "xml"),
        ("FOYER_PUBLIC_URL", "http://house.example"),
        ("FOYER_PUBLIC_URL", "http://127.0.0.1.house.example"),
        ("FOYER_BOT_TOEKN", "1:abc"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsFault) as fault:
        load({name: value})
    assert name in str(fault.value)
    assert "hello" not in str(fault.value), "the value may be a secret"


def test_a_webhook_needs_its_secret() -> None:
    with pytest.raises(SettingsFault, match="FOYER_WEBHOOK_SECRET"):
        load({"FOYER_WEBHOOK_URL": "https://house.example"})


def test_keys_are_made_once_and_kept(tmp_path: Path) -> None:
    settings = load({"FOYER_DATA_DIR": str(tmp_path)})
    code = settings.keyring().seal(CodeKind.TICKET, 1)
    assert load({"FOYER_DATA_DIR": str(tmp_path)}).keyring().open(code) is not None
    assert (tmp_path / "secret_keys").stat().st_mode & 0o077 == 0


def test_a_token_is_not_shown(tmp_path: Path) -> None:
    settings = load({"FOYER_BOT_TOKEN": "123456:ABC-DEF1234ghIkl"})
    assert "ABC-DEF" not in repr(settings)


@pytest.mark.parametrize(
    ("settings", "address"),
    [
        ({}, ""),
        ({"FOYER_PUBLIC_URL": "https://house.example/"}, "https://house.example"),
        ({"FOYER_PUBLIC_URL": "http://127.0.0.1:8080"}, "http://127.0.0.1:8080"),
        ({"FOYER_WEBHOOK_URL": "https://house.example:8443/bot"}, "https://house.example:8443"),
        ({"FOYER_WEBHOOK_URL": "http://127.0.0.1:1"}, ""),
        ({"FOYER_WEBHOOK_URL": "https://a.example", "FOYER_PUBLIC_URL": "https://b.example/x"}, "https://b.example/x"),
    ],
)
def test_pages_are_where_telephones_reach_them(settings: dict[str, str], address: str) -> None:
    assert load({**settings, "FOYER_WEBHOOK_SECRET": "s"}).app_url == address
