from __future__ import annotations

import json
import os
import pickle
import stat
import threading
from pathlib import Path

import pytest

from tests.vault.conftest import ANA, NOW, House
from vault import audit, keys, store
from vault.errors import (
    KeyFileDamaged,
    KeyFileExposed,
    KeyFileMissing,
    KeyFileUnusable,
    KeyNotRegistered,
    KeyOfOtherRoot,
    KeyRegistryEmpty,
    KeyUnavailable,
    Tampered,
    WrongKey,
)
from vault.keys import FileKeyProvider, Keyring
from vault.secret import Secret


def put_one(house: House) -> None:
    with house.write() as session:
        store.put(
            session,
            house.keyring,
            account_id=1,
            field="token",
            value=Secret("valor"),
            by=ANA,
            now=NOW,
            reason="alta",
            trail=house.trail,
        )


def test_a_key_is_created_once_readable_by_its_owner_alone_and_read_back(key_path: Path) -> None:
    made = FileKeyProvider.open_or_create(key_path, may_create=True)
    again = FileKeyProvider.open_or_create(key_path, may_create=False)
    assert key_path.stat().st_mode & 0o777 == 0o400
    assert key_path.parent.stat().st_mode & 0o777 == 0o700
    assert made.key_id == again.key_id
    assert made.subkey("audit") == again.subkey("audit")
    assert [path.name for path in key_path.parent.iterdir()] == [key_path.name]


def test_starts_at_the_same_instant_agree_on_one_key(key_path: Path) -> None:
    found: list[str] = []
    gate = threading.Barrier(8)

    def start() -> None:
        gate.wait()
        found.append(FileKeyProvider.open_or_create(key_path, may_create=True).key_id)

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_no_key_is_created_beside_sealed_secrets(house: House, key_path: Path) -> None:
    put_one(house)
    key_path.unlink()
    with house.read() as session:
        sealed = keys.has_secrets(session)
    assert sealed
    with pytest.raises(KeyFileMissing) as caught:
        FileKeyProvider.open_or_create(key_path, may_create=not sealed)
    assert str(key_path) in caught.value.sentence
    assert not key_path.exists()


@pytest.mark.parametrize(
    ("mode", "uid", "gid", "path", "exposed"),
    [
        (0o440, 0, 0, "/run/credentials/pregonero-serve.service/kek.key", False),
        (0o400, 0, 0, "/run/credentials/pregonero-serve.service/kek.key", False),
        (0o444, 0, 0, "/run/credentials/pregonero-serve.service/kek.key", True),
        (0o440, 0, 7, "/run/credentials/pregonero-serve.service/kek.key", True),
        (0o440, 0, 0, "/etc/pregonero/kek.key", True),
    ],
)
def test_a_credential_of_systemd_may_show_its_access_list_as_a_group(
    mode: int, uid: int, gid: int, path: str, *, exposed: bool
) -> None:
    facts = os.stat_result((stat.S_IFREG | mode, 1, 1, 1, uid, gid, 0, 0, 0, 0))
    assert keys._is_exposed(Path(path), facts) is exposed


@pytest.mark.parametrize("mode", [0o440, 0o404, 0o420, 0o444])
def test_a_key_file_that_others_may_touch_is_refused(key_path: Path, mode: int) -> None:
    FileKeyProvider.open_or_create(key_path, may_create=True)
    key_path.chmod(mode)
    with pytest.raises(KeyFileExposed, match="chmod 400"):
        FileKeyProvider.open(key_path)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to someone else")
def test_a_key_file_of_a_stranger_is_refused(key_path: Path) -> None:
    FileKeyProvider.open_or_create(key_path, may_create=True)
    os.chown(key_path, 12345, 12345)
    with pytest.raises(KeyFileExposed):
        FileKeyProvider.open(key_path)


def test_a_damaged_key_file_is_said_to_be_damaged(key_path: Path) -> None:
    FileKeyProvider.open_or_create(key_path, may_create=True)
    body = json.loads(key_path.read_text())
    flipped = ("B" if body["kek"][0] == "A" else "A") + body["kek"][1:]
    for text in ("", "{}", "[]", "\xff", json.dumps(body | {"kek": flipped})):
        key_path.unlink()
        key_path.write_text(text)
        key_path.chmod(0o400)
        with pytest.raises(KeyFileDamaged):
            FileKeyProvider.open(key_path)


def test_a_folder_in_place_of_the_key_gives_a_sentence(tmp_path: Path) -> None:
    with pytest.raises((KeyFileDamaged, KeyFileUnusable)):
        FileKeyProvider.open(tmp_path)
    blocked = tmp_path / "archivo"
    blocked.write_text("")
    with pytest.raises(KeyFileUnusable):
        FileKeyProvider.open_or_create(blocked / "kek", may_create=True)


def test_keys_never_show_or_pickle(key_path: Path) -> None:
    provider = FileKeyProvider.open_or_create(key_path, may_create=True)
    assert repr(provider) == f"FileKeyProvider({provider.key_id})"
    with pytest.raises(TypeError):
        pickle.dumps(provider)


def test_no_derived_value_serves_two_purposes() -> None:
    provider = FileKeyProvider(b"k" * 32, b"r" * 32)
    purposes = ("audit", "audit-link", "audit-checkpoint", "digest", "session")
    derived = {provider.subkey(purpose) for purpose in purposes}
    assert len(derived | {b"k" * 32, b"r" * 32, provider._wrap_key}) == len(purposes) + 3
    assert provider.key_check_value() != provider.root_check_value()


def test_a_wrapped_key_cut_short_is_tampering() -> None:
    provider = FileKeyProvider(b"k" * 32, b"r" * 32)
    for length in range(12 + 16 + 32):
        with pytest.raises(Tampered):
            provider.unwrap(provider.wrap(b"d" * 32, b"a")[:length], b"a")


def test_the_wrong_key_stops_the_start_before_any_row_is_touched(house: House) -> None:
    put_one(house)
    stranger = Keyring(FileKeyProvider(b"x" * 32, b"y" * 32))
    with pytest.raises(KeyNotRegistered) as caught, house.write() as session:
        keys.check_or_register(session, stranger, NOW)
    assert house.keyring.primary.key_id in caught.value.sentence
    with house.read() as session:
        assert len(session.connection().exec_driver_sql("SELECT * FROM vault_key").all()) == 1
    with house.read() as session, pytest.raises(KeyUnavailable):
        store.use(session, stranger, 1)


def test_a_key_with_a_registered_name_and_another_value_is_wrong(house: House) -> None:
    class Impostor(FileKeyProvider):
        @property
        def key_id(self) -> str:
            return house.keyring.primary.key_id

    with pytest.raises(WrongKey), house.write() as session:
        keys.check_or_register(session, Keyring(Impostor(b"x" * 32, b"y" * 32)), NOW)


def test_checking_again_changes_nothing(house: House) -> None:
    for _ in range(2):
        with house.write() as session:
            keys.check_or_register(session, house.keyring, NOW)


def test_an_emptied_key_registry_is_not_taken_for_a_new_house(house: House) -> None:
    put_one(house)
    with house.write() as session:
        session.connection().exec_driver_sql("DELETE FROM vault_key")
    with pytest.raises(KeyRegistryEmpty), house.write() as session:
        keys.check_or_register(session, house.keyring, NOW)


def test_a_successor_keeps_the_root_and_an_unrelated_key_is_refused(
    house: House, key_path: Path
) -> None:
    old = FileKeyProvider.open(key_path)
    new = old.create_successor(key_path.with_name("kek-2.json"))
    assert new.key_id != old.key_id
    assert audit.AuditKey.from_keyring(Keyring(new)).public == house.key.public
    with house.write() as session:
        keys.check_or_register(session, Keyring(new, old), NOW)
    with house.write() as session:
        keys.check_or_register(session, Keyring(new), NOW)
    stranger = FileKeyProvider(b"x" * 32, b"y" * 32)
    with pytest.raises(KeyOfOtherRoot), house.write() as session:
        keys.check_or_register(session, Keyring(stranger, old), NOW)
    with pytest.raises(KeyFileUnusable):
        old.create_successor(key_path)


def test_a_start_without_the_key_of_a_sealed_secret_is_refused(
    house: House, key_path: Path
) -> None:
    put_one(house)
    old = FileKeyProvider.open(key_path)
    new = old.create_successor(key_path.with_name("kek-2.json"))
    with house.write() as session:
        keys.check_or_register(session, Keyring(new, old), NOW)
    with pytest.raises(KeyUnavailable), house.write() as session:
        keys.check_or_register(session, Keyring(new), NOW)
