"""The master key is changed while everything runs, may be cut short anywhere, and loses nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from publisher import institution, keys
from publisher.app import SYSTEM, App, open_app
from publisher.cli import run
from tests.support.house import SmallHouse
from tests.support.key_file import key_file, key_place
from vault import ring, rotation, store
from vault.audit import By, Trail
from vault.audit_tables import AuditEntry
from vault.errors import KeyFileUnusable, KeyUnavailable
from vault.providers import Provider
from vault.secret import Secret
from vault.tables import VaultSecretVersion


@pytest.fixture
def path(small: SmallHouse) -> Path:
    """The key file in force; the house's ring finds what lies beside it, as the product's does."""
    return small.app.settings.kek_path


@pytest.fixture
def app(small: SmallHouse, path: Path) -> App:
    return reopened(small.app, path)


def reopened(app: App, path: Path) -> App:
    """Return ``app`` as another process sees it."""
    return replace(app, keyring=ring.open_ring(key_place(path), may_create=False))


def rotated(app: App) -> keys.Rotated:
    return keys.rotate(app, SYSTEM, progress=lambda _done, _total: None)


def token(app: App, account_id: int) -> str:
    with app.read() as session:
        return store.use(session, app.keyring, account_id).fields["access_token"].reveal()


def renew(app: App, account_id: int, value: str) -> None:
    institution.install_credential(
        app, SYSTEM, account_id, {"access_token": Secret(value)}, reason="Prueba"
    )


def test_a_rotation_leaves_everything_under_the_new_key_and_the_old_file_aside(
    small: SmallHouse, app: App, path: Path
) -> None:
    before = key_file(path).key_id
    made = rotated(app)
    assert made.secrets == len(small.accounts)
    assert (made.old, made.new) == (before, key_file(path).key_id)
    assert key_file(Path(made.kept)).key_id == before
    assert not key_place(path).rotating()
    found = {one.key_id: one for one in keys.list_keys(reopened(app, path))}
    assert found[made.new].in_force
    assert found[made.new].secrets == len(small.accounts)
    assert (found[made.old].state, found[made.old].secrets) == ("retired", 0)
    assert keys.prove(reopened(app, path)).whole


def test_a_process_that_runs_reads_and_seals_with_the_new_key_without_a_restart(
    small: SmallHouse, app: App, path: Path
) -> None:
    running, first = reopened(app, path), next(iter(small.accounts.values()))
    assert token(running, first) == f"token-{first}"
    made = rotated(app)
    assert token(running, first) == f"token-{first}"
    renew(running, first, "otro")
    assert token(reopened(app, path), first) == "otro"
    assert {one.key_id: one.secrets for one in keys.list_keys(app)}[made.old] == 0


@pytest.mark.parametrize("where", ["rewrap", "retire", "succeed"])
def test_a_rotation_cut_short_anywhere_is_taken_up(
    small: SmallHouse, app: App, path: Path, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_some: Any, **_more: Any) -> Any:
        raise KeyFileUnusable(path=path, cause="se cortó")

    monkeypatch.setattr(keys, "BATCH", 4)
    with monkeypatch.context() as cut:
        if where == "rewrap":
            rewrap, calls = rotation.rewrap, iter([True, True])
            cut.setattr(
                rotation,
                "rewrap",
                lambda *some, **more: rewrap(*some, **more) if next(calls, False) else die(),
            )
        else:
            cut.setattr(Provider if where == "succeed" else rotation, where, die)
        with pytest.raises(KeyFileUnusable):
            rotated(app)
    meanwhile = reopened(app, path)
    assert keys.prove(meanwhile).whole
    new = key_file(path.with_name("kek.key.nueva")).key_id
    made = rotated(meanwhile)
    assert made.new == new
    assert made.secrets == {"rewrap": len(small.accounts) - 8}.get(where, 0)
    assert keys.prove(reopened(app, path)).whole


def test_a_prepared_key_seals_nothing_until_the_rotation(
    small: SmallHouse, app: App, path: Path
) -> None:
    file = keys.prepare(app)
    assert keys.prepare(app) == file
    first = next(iter(small.accounts.values()))
    renew(reopened(app, path), first, "otro")
    assert [one.in_force for one in keys.list_keys(app)] == [True]
    assert rotated(app).new == key_file(path).key_id


def test_a_machine_without_the_new_file_says_which_key_it_misses(
    small: SmallHouse, app: App, path: Path, tmp_path: Path
) -> None:
    alone = tmp_path / "otra"
    alone.mkdir()
    copy = alone / "kek.key"
    copy.write_bytes(path.read_bytes())
    copy.chmod(0o400)
    other = reopened(app, copy)
    made = rotated(app)
    first = next(iter(small.accounts.values()))
    with pytest.raises(KeyUnavailable, match=made.new):
        token(other, first)
    with pytest.raises(KeyUnavailable, match=made.new):
        renew(other, first, "otro")
    # what was copied late is found at once
    late = alone / "kek.key.nueva"
    late.write_bytes(path.read_bytes())
    late.chmod(0o400)
    assert token(other, first) == f"token-{first}"


def test_the_audit_tells_of_the_new_key_the_wrapping_and_the_end_of_the_old(app: App) -> None:
    made = rotated(app)
    with app.read() as session:
        told = session.execute(
            select(AuditEntry.action, AuditEntry.object_id)  # type: ignore[call-overload]
            .where(AuditEntry.object_type == "key")
            .order_by(AuditEntry.at, AuditEntry.action)
        ).all()
    assert {tuple(row) for row in told} == {
        (keys.BEGUN, made.new),
        (rotation.REWRAP, made.new),
        (keys.RETIRED, made.old),
    }


def test_a_value_that_was_altered_is_named_and_not_counted(small: SmallHouse, app: App) -> None:
    first = next(iter(small.accounts.values()))
    with app.write() as session:
        session.execute(
            update(VaultSecretVersion)
            .where(VaultSecretVersion.account_id == first)  # type: ignore[arg-type]
            .values(digest="0" * 64)
        )
    found = keys.prove(app)
    assert (found.sealed - found.opened, found.failed) == (1, (f"{first}/access_token v1",))


def test_the_commands_rotate_list_and_prove(
    sqlite_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PREGONERO_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("PREGONERO_DATABASE_URL", sqlite_url)
    app = open_app(create=True)
    with app.write() as session:
        store.put(
            session,
            app.keyring,
            account_id=1,
            field="access_token",
            value=Secret("uno"),
            by=By(actor_id=None, actor="Prueba", role=""),
            now=app.clock(),
            reason="Prueba",
            trail=Trail(key=app.audit_key, new_id=app.new_id),
        )
    app.engine.dispose()
    assert run(["vault", "rotate-key", "--prepare"]) == 0
    assert run(["vault", "rotate-key", "--json"]) == 0
    made = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert made["secrets"] == 1
    assert run(["vault", "keys"]) == 0
    said = capsys.readouterr().out
    assert made["new"] in said
    assert "retirada" in said
    assert run(["vault", "prove"]) == 0
    assert "Se abrieron 1 de 1" in capsys.readouterr().out
