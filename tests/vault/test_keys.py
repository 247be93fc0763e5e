from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from tests.support.key_file import key_file
from tests.vault.conftest import ANA, NOW, House
from vault import audit, keys, primitives, store
from vault.errors import (
    KeyNotRegistered,
    KeyOfOtherRoot,
    KeyRegistryEmpty,
    KeyUnavailable,
    Tampered,
    WrongKey,
)
from vault.keys import Keyring, MasterKey
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


def test_keys_never_show_or_pickle(key_path: Path) -> None:
    provider = key_file(key_path)
    assert repr(provider) == f"MasterKey({provider.key_id})"
    with pytest.raises(TypeError):
        pickle.dumps(provider)


def test_no_derived_value_serves_two_purposes() -> None:
    provider = MasterKey(b"k" * 32, b"r" * 32)
    purposes = ("audit", "audit-link", "audit-checkpoint", "digest", "session")
    derived = {provider.subkey(purpose) for purpose in purposes}
    wrapping = primitives.hkdf(b"k" * 32, b"wrap")
    assert len(derived | {b"k" * 32, b"r" * 32, wrapping}) == len(purposes) + 3
    assert provider.key_check_value() != provider.root_check_value()


def test_a_wrapped_key_cut_short_is_tampering() -> None:
    provider = MasterKey(b"k" * 32, b"r" * 32)
    for length in range(12 + 16 + 32):
        with pytest.raises(Tampered):
            provider.unwrap(provider.wrap(b"d" * 32, b"a")[:length], b"a")


def test_the_wrong_key_stops_the_start_before_any_row_is_touched(house: House) -> None:
    put_one(house)
    stranger = Keyring(MasterKey(b"x" * 32, b"y" * 32))
    with pytest.raises(KeyNotRegistered) as caught, house.write() as session:
        keys.check_or_register(session, stranger, NOW)
    assert house.keyring.primary.key_id in caught.value.sentence
    with house.read() as session:
        assert len(session.connection().exec_driver_sql("SELECT * FROM vault_key").all()) == 1
    with house.read() as session, pytest.raises(KeyUnavailable):
        store.use(session, stranger, 1)


def test_a_key_with_a_registered_name_and_another_value_is_wrong(house: House) -> None:
    class Impostor(MasterKey):
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
    old = key_file(key_path)
    new = old.successor()
    assert new.key_id != old.key_id
    assert audit.AuditKey.from_keyring(Keyring(new)).public == house.key.public
    with house.write() as session:
        keys.check_or_register(session, Keyring(new, old), NOW)
    with house.write() as session:
        keys.check_or_register(session, Keyring(new), NOW)
    stranger = MasterKey(b"x" * 32, b"y" * 32)
    with pytest.raises(KeyOfOtherRoot), house.write() as session:
        keys.check_or_register(session, Keyring(stranger, old), NOW)


def test_a_start_without_the_key_of_a_sealed_secret_is_refused(
    house: House, key_path: Path
) -> None:
    put_one(house)
    old = key_file(key_path)
    new = old.successor()
    with house.write() as session:
        keys.check_or_register(session, Keyring(new, old), NOW)
    with pytest.raises(KeyUnavailable), house.write() as session:
        keys.check_or_register(session, Keyring(new), NOW)
