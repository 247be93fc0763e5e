from __future__ import annotations

from pathlib import Path

import pytest

from publisher.errors import Unready
from publisher.settings import Settings, load_settings


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in list(os.environ):
        if name.startswith("PREGONERO_"):
            monkeypatch.delenv(name)


def test_without_any_setting_everything_lives_in_var(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load_settings()
    assert settings.url == f"sqlite:///{tmp_path}/var/pregonero.db"
    assert settings.media_store == f"file://{tmp_path}/var/media"
    assert settings.kek_path == Path("var/kek.key")
    assert (settings.host, settings.port, settings.sandbox_port) == ("127.0.0.1", 8501, 8600)
    assert settings.model_fields_set == set()


def test_the_environment_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREGONERO_DATABASE_URL", "postgresql://quien@donde/base")
    monkeypatch.setenv("PREGONERO_DATA_DIR", "/otra")
    monkeypatch.setenv("PREGONERO_KEK_FILE", "/llaves/kek")
    monkeypatch.setenv("PREGONERO_MEDIA_URL", "s3://cubeta")
    settings = load_settings()
    assert settings.url == "postgresql://quien@donde/base"
    assert settings.kek_path == Path("/llaves/kek")
    assert settings.media_store == "s3://cubeta"


def test_an_empty_setting_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREGONERO_PORT", "")
    monkeypatch.setenv("PREGONERO_SANDBOX_PORT", "")
    settings = load_settings()
    assert settings.port == 8501
    assert "sandbox_port" not in settings.model_fields_set


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PREGONERO_PORT", "muchos"),
        ("PREGONERO_PORT", "0"),
        ("PREGONERO_PORT", "65536"),
        ("PREGONERO_SENDERS", "-1"),
        ("PREGONERO_PROFILE", "rápido"),
        ("PREGONERO_LOG_LEVEL", "todo"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(Unready) as caught:
        load_settings()
    assert name in str(caught.value)
    assert value in str(caught.value)


def test_only_a_sandbox_runs_fast_unless_it_is_said(tmp_path: Path) -> None:
    plain = Settings(data_dir=tmp_path)
    assert plain.timing("sandbox").profile == "lab"
    assert plain.timing("production").profile == "production"
    assert Settings(profile="production").timing("sandbox").profile == "production"


def test_a_mail_password_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREGONERO_SMTP_URL", "smtp://a:muy-secreta@b")
    assert "muy-secreta" not in repr(load_settings())
