"""The doctor: a well installation is well, and each ailment is one sentence with its step."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text, update
from sqlmodel import SQLModel

from publisher import db, doctor, migrations
from publisher.app import SYSTEM, App
from publisher.auditing import anchors
from publisher.cli import run
from publisher.delivery import facts, recovery
from publisher.delivery.alarm import Alarms
from publisher.models import Breaker, Delivery, Institution, Worker
from publisher.sealing import seal
from publisher.settings import Settings
from tests.support import provider
from tests.support.house import SmallHouse
from tests.support.key_file import key_file


@pytest.fixture
def settings(small: SmallHouse, database_url: str) -> Settings:
    """The settings of a well installation: upgraded, sandboxed, with one worker that beats."""
    with small.app.write() as session:
        session.execute(text("CREATE TABLE alembic_version (version_num varchar(32))"))
        session.execute(text(f"INSERT INTO alembic_version VALUES ('{migrations.head()}')"))
    small.app.institution.addresses["media"] = "http://127.0.0.1:8501"
    with small.app.write() as session:
        session.execute(update(Institution).values(addresses={"media": "http://127.0.0.1:8501"}))
    recovery.enrol(small.app)
    # the doctor goes by the real clock, which may be past the house's
    seal(small.app)
    return small.app.settings.model_copy(update={"database_url": database_url})


def found(settings: Settings) -> dict[str, doctor.Check]:
    report = doctor.examine(settings)
    for check in report.checks:
        assert "{" not in check.sentence + check.step
        assert (check.state == "ok") == (check.step == ""), check
    assert report.ok == all(check.state != "fail" for check in report.checks)
    json.dumps(dataclasses.asdict(report), default=str)
    return {check.name: check for check in report.checks}


def test_a_well_installation_is_well(settings: Settings) -> None:
    checks = found(settings)
    assert {name for name, check in checks.items() if check.state != "ok"} == set()
    assert {"folder", "database", "schema", "key", "clock", "store", "worker", "audit"} <= set(
        checks
    )
    assert checks["worker"].facts["alive"]
    assert not (settings.data_dir / "media" / ".pregonero").exists()


def test_the_institutions_sign_in_is_asked_only_where_there_is_one(settings: Settings) -> None:
    assert "sign_in" not in found(settings)
    with provider.running() as there:
        chosen = {"oidc_issuer": there.url, "oidc_client_id": provider.CLIENT}
        known = settings.model_copy(update=chosen)
        assert found(known)["sign_in"].state == "ok"
        there.says = {"issuer": "https://otro.example"}
        assert found(known)["sign_in"].state == "fail"
        lost = known.model_copy(update={"oidc_client_secret_file": Path("/no/existe")})
        assert "PREGONERO_OIDC_CLIENT_SECRET_FILE" in found(lost)["sign_in"].sentence


def test_production_says_who_may_enter_with_a_password_alone(
    settings: Settings, small: SmallHouse
) -> None:
    assert "second_factor" not in found(settings)
    _all(small.app, Institution, mode="production")
    check = found(settings)["second_factor"]
    assert (check.state, check.facts["rule"], check.facts["having"]) == ("ok", "central", 0)
    lax = settings.model_copy(update={"second_factor": "optional"})
    assert found(lax)["second_factor"].state == "warn"


def _silent(app: App) -> None:
    _all(app, Worker, beat_at=app.clock().replace(year=2020))


def _hushed(app: App) -> None:
    with app.read() as session:
        now = db.read_clock(session.connection())
    _all(app, Worker, beat_at=now - timedelta(minutes=3))


def _mixed(app: App) -> None:
    _all(app, Worker, version="0.0.1")
    recovery.enrol(app)


def _unlinked(app: App) -> None:
    entry = app.entry(doctor_actor(), "x", "y", 1)
    early = dataclasses.replace(entry, at=entry.at.replace(year=2020))
    with app.write() as session:
        app.note(session, early)


def _tripped(app: App) -> None:
    now = app.clock()
    row = Breaker(scope="account:7", state="open", window_at=now, probe_at=now, updated_at=now)
    with app.write() as session:
        session.add(row)


def _alarmed(app: App) -> None:
    value = json.dumps({"sentence": "No hay lugar.", "since": app.clock().isoformat()})
    with app.write() as session:
        facts.add(session, "alarm.disk:una", value, at=app.clock())


def _slowed(app: App) -> None:
    Alarms(app).sound("sender:1", subject="Lento", sentence="Va más despacio.", halts=False)


def _real(app: App) -> None:
    _all(app, Institution, mode="production")


def doctor_actor() -> Any:
    from publisher.app import SYSTEM

    return SYSTEM


def _all(app: App, model: type[SQLModel], **values: Any) -> None:
    with app.write() as session:
        session.execute(update(model).values(**values))


def test_an_anchor_older_than_a_day_and_a_half_is_a_failure(
    settings: Settings, small: SmallHouse, tmp_path: Path
) -> None:
    anchored = settings.model_copy(update={"anchors": str(tmp_path / "a.json")})
    never = found(anchored)
    assert (never["anchor"].state, never["anchor_place"].state) == ("fail", "warn")
    assert "nunca" in never["anchor"].sentence
    app = dataclasses.replace(small.app, settings=anchored)
    for hours, state in ((35, "ok"), (37, "fail")):
        at = datetime.now(UTC) - timedelta(hours=hours)
        anchors.send(dataclasses.replace(app, clock=lambda at=at: at), SYSTEM)
        assert found(anchored)["anchor"].state == state, hours
    (tmp_path / "a.json").unlink()
    anchors.send(app, SYSTEM)
    assert "monte la unidad" in found(anchored)["anchor"].sentence


def test_a_real_installation_without_an_anchor_is_warned(
    settings: Settings, small: SmallHouse
) -> None:
    assert "anchors" not in found(settings)
    _real(small.app)
    assert found(settings)["anchors"].state == "warn"


@pytest.mark.parametrize(
    ("spoil", "name", "state", "words"),
    [
        (_silent, "workers", "fail", "ningún publicador"),
        (_hushed, "worker", "warn", "calló hace 3 min"),
        (_mixed, "versions", "warn", "0.0.1"),
        (_unlinked, "audit", "fail", "1 asientos"),
        (_tripped, "breaker", "warn", "la cuenta 7"),
        (_alarmed, "alarm", "fail", "No hay lugar"),
        (_slowed, "alarm", "warn", "más despacio"),
        (_real, "address", "fail", "no es pública"),
    ],
)
def test_an_ailment_is_told_with_its_step(
    small: SmallHouse,
    settings: Settings,
    spoil: Callable[[App], None],
    name: str,
    state: str,
    words: str,
) -> None:
    spoil(small.app)
    check = found(settings)[name]
    assert check.state == state
    assert words in check.sentence


@pytest.mark.parametrize(
    ("values", "name", "state"),
    [
        ({"state": "sending", "lease_until": 2020, "owner": "w"}, "deliveries", "fail"),
        ({"state": "unknown", "unknown_since": 2020}, "deliveries", "fail"),
        ({"next_at": 2020, "not_after": 2020}, "deliveries", "fail"),
        ({"next_at": 2020, "not_after": 2099}, "deliveries", "ok"),
        ({"state": "held", "hold_reason": "late"}, "decisions", "warn"),
    ],
)
def test_what_is_stuck_and_what_waits_for_a_person_are_told_apart(
    small: SmallHouse, settings: Settings, values: dict[str, Any], name: str, state: str
) -> None:
    small.approved(account_ids=small.account_ids("x"))
    then = small.app.clock()
    _all(
        small.app,
        Delivery,
        **{
            key: then.replace(year=value) if isinstance(value, int) else value
            for key, value in values.items()
        },
    )
    assert found(settings)[name].state == state


def test_another_installations_key_or_a_missing_one_is_told(
    small: SmallHouse, settings: Settings, tmp_path: Path
) -> None:
    key_file(tmp_path / "otra" / "kek.key")
    for path in (tmp_path / "otra" / "kek.key", tmp_path / "no-existe"):
        checks = found(settings.model_copy(update={"kek_file": path}))
        assert checks["key"].state == "fail"
        assert "store" not in checks


@pytest.mark.parametrize("version", ["0000", "9999"])
def test_another_version_of_the_database_is_told(
    small: SmallHouse, settings: Settings, version: str
) -> None:
    with small.app.write() as session:
        session.execute(text(f"UPDATE alembic_version SET version_num = '{version}'"))
    assert version in found(settings)["schema"].sentence


def test_a_store_of_somebody_else_and_one_that_is_away_are_told(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    (settings.data_dir / "media").mkdir()
    (settings.data_dir / "media" / ".pregonero").write_text("otra")
    assert "otra instalación" in found(settings)["store"].sentence
    away = settings.model_copy(update={"media_url": "nada://x"})
    assert found(away)["store"].facts["reason"] == "url"


def test_a_clock_that_differs_from_the_databases_is_told(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not settings.url.startswith("postgresql"):
        assert found(settings)["clock"].state == "ok"
        return
    plain = db.read_clock
    for seconds, state in ((2, "warn"), (60, "fail"), (-60, "fail")):
        monkeypatch.setattr(
            db, "read_clock", lambda at, by=seconds: plain(at) + timedelta(seconds=by)
        )
        assert found(settings)["clock"].state == state


def test_it_makes_nothing_where_there_is_nothing(tmp_path: Path) -> None:
    checks = found(Settings(data_dir=tmp_path))
    assert (checks["folder"].state, checks["database"].state) == ("ok", "fail")
    assert list(tmp_path.iterdir()) == []
    assert found(Settings(data_dir=tmp_path / "no"))["folder"].state == "fail"
    nobody = Settings(data_dir=tmp_path, database_url="postgresql://127.0.0.1:1/x")
    assert found(nobody)["database"].state == "fail"
    assert found(Settings(data_dir=tmp_path, database_url="nada://x"))["database"].state == "fail"


def test_the_command_prints_lines_or_json_and_its_status_says_whether_all_is_well(
    small: SmallHouse,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("publisher.logs.configure_logs", lambda *_: None)
    monkeypatch.setenv("PREGONERO_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("PREGONERO_DATABASE_URL", settings.database_url)
    assert run(["doctor"]) == 0
    assert "Todo en orden." in capsys.readouterr().out
    assert run(["doctor", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is True
    assert {check["name"] for check in told["checks"]} >= {"database", "worker", "store"}
    _silent(small.app)
    assert run(["doctor"]) == 1
    out = capsys.readouterr().out
    assert "FALLA  No hay ningún publicador" in out
    assert "→ Arránquelo" in out
