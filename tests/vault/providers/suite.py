"""What every place of the master key must do: each provider's tests inherit it.

A heir gives ``url``, and where the place is not written by the program itself, ``lay``.
"""

from __future__ import annotations

import pickle
import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine

from vault import ring
from vault.errors import KeyDamaged, KeyMissing, KeyNotRegistered, KeyPlaceFixed
from vault.keys import Keyring, MasterKey, check_or_register
from vault.providers import Provider, provider
from vault.tables import VaultKey, VaultSecretVersion

Lay = Callable[[MasterKey], None]


class ProviderSuite:
    """The tests; ``fixed`` says that nothing can be written there from here."""

    fixed = False

    @pytest.fixture
    def url(self) -> str:
        raise NotImplementedError

    @pytest.fixture
    def spoil(self) -> Callable[[], None]:
        """Damage what lies in the place."""
        raise NotImplementedError

    @pytest.fixture
    def silence(self, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
        """Let nobody answer any more."""

        def refuse(*_some: Any) -> None:
            raise AssertionError("daily work asked somebody")

        return lambda: monkeypatch.setattr(socket.socket, "connect", refuse)

    @pytest.fixture
    def place(self, url: str, tmp_path: Path) -> Provider:
        return opened(url, tmp_path)

    @pytest.fixture
    def lay(self, place: Provider) -> Lay:
        """Put a key into the place."""
        return place.keep

    def test_a_key_is_kept_and_read_back_by_another_process(
        self, url: str, lay: Lay, tmp_path: Path
    ) -> None:
        key = MasterKey.new()
        lay(key)
        again = opened(url, tmp_path).read()
        assert again is not None
        assert again.key_id == key.key_id
        assert again.key_check_value() == key.key_check_value()
        assert again.root_check_value() == key.root_check_value()
        assert again.subkey("audit") == key.subkey("audit")
        assert key.unwrap(again.wrap(b"d" * 32, b"a"), b"a") == b"d" * 32

    def test_where_there_is_none_no_key_is_made_beside_sealed_secrets(
        self, place: Provider
    ) -> None:
        with pytest.raises(KeyMissing) as caught:
            ring.open_ring(place, may_create=False)
        assert place.place in caught.value.sentence
        assert place.read() is None

    def test_first_starts_at_the_same_instant_agree_on_one_key(
        self, url: str, tmp_path: Path
    ) -> None:
        if self.fixed:
            with pytest.raises(KeyPlaceFixed, match="base64"):
                opened(url, tmp_path).create()
            return
        found: list[str] = []
        gate = threading.Barrier(4)

        def start() -> None:
            place = opened(url, tmp_path)
            gate.wait()
            found.append(ring.open_ring(place, may_create=True).primary.key_id)

        threads = [threading.Thread(target=start) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 4
        assert len(set(found)) == 1

    def test_a_key_that_did_not_seal_the_database_stops_the_start(
        self, url: str, lay: Lay, tmp_path: Path
    ) -> None:
        engine = create_engine("sqlite://")
        for table in (VaultKey, VaultSecretVersion):
            table.__table__.create(engine)  # type: ignore[attr-defined]
        lay(MasterKey.new())
        with engine.begin() as connection:
            connection.exec_driver_sql(
                "INSERT INTO vault_key VALUES ('kek-otra', '0', '0', 'active', '2026-11-22')"
            )
            with pytest.raises(KeyNotRegistered, match="kek-otra"):
                check_or_register(
                    connection,
                    ring.open_ring(opened(url, tmp_path), may_create=False),
                    datetime(2026, 11, 22, tzinfo=UTC),
                )

    def test_what_is_no_key_is_said_to_be_damaged(
        self, url: str, lay: Lay, spoil: Callable[[], None], tmp_path: Path
    ) -> None:
        lay(MasterKey.new())
        spoil()
        with pytest.raises(KeyDamaged):
            opened(url, tmp_path).read()

    def test_daily_work_asks_nobody(
        self, url: str, lay: Lay, silence: Callable[[], None], tmp_path: Path
    ) -> None:
        key = MasterKey.new()
        lay(key)
        keyring = ring.open_ring(opened(url, tmp_path), may_create=False)
        keyring.refresh()
        silence()
        sealed = keyring.primary.wrap(b"d" * 32, b"a")
        assert keyring.provider(key.key_id).unwrap(sealed, b"a") == b"d" * 32
        assert len(keyring.subkey("audit")) == 32
        assert not keyring.holds("kek-ajena")

    def test_who_runs_hears_of_a_successor_and_reads_with_both(
        self, url: str, place: Provider, lay: Lay, tmp_path: Path
    ) -> None:
        lay(MasterKey.new())
        running, clock = opened_ring(url, tmp_path)
        if self.fixed:
            with pytest.raises(KeyPlaceFixed):
                place.successor()
            return
        new = place.successor()
        assert place.successor().key_id == new.key_id
        clock[0] += 10
        running.refresh()
        assert running.holds(new.key_id)
        assert new.key_id not in {key.key_id for key in running.providers[:1]}
        assert new.root_check_value() == running.primary.root_check_value()
        old = running.primary
        where = place.succeed()
        assert old.key_id in where
        assert not place.rotating()
        late, _ = opened_ring(url, tmp_path)
        assert late.primary.key_id == new.key_id
        if place.at_hand:
            assert late.provider(old.key_id).key_id == old.key_id

    def test_a_key_that_moved_is_followed_from_its_old_place(
        self, url: str, place: Provider, lay: Lay, tmp_path: Path
    ) -> None:
        old = MasterKey.new()
        lay(old)
        target = opened(str(tmp_path / "mudanza" / "kek.key"), tmp_path)
        running, clock = opened_ring(url, tmp_path)
        new = ring.successor(place, target)
        if self.fixed:
            with pytest.raises(KeyPlaceFixed):
                place.announce(target)
            return
        place.announce(target)
        place.announce(target)
        clock[0] += 10
        running.refresh()
        assert running.holds(new.key_id)
        place.succeed()
        late, _ = opened_ring(url, tmp_path)
        assert late.primary.key_id == new.key_id
        assert place.home().url == target.url
        # and back again: a place that a key moved out of is free
        third = ring.successor(target, place)
        target.announce(place)
        clock[0] += 10
        running.refresh()
        assert running.holds(third.key_id)
        target.succeed()
        assert opened(url, tmp_path).home().url == place.url
        found = opened(target.url, tmp_path).read()
        assert found is not None
        assert found.key_id == third.key_id

    def test_nothing_shows_or_pickles_the_key(self, url: str, lay: Lay, tmp_path: Path) -> None:
        key = MasterKey.new()
        lay(key)
        place = opened(url, tmp_path)
        place.read()
        shown = f"{place!r} {place} {vars(place)} {place.place}"
        for value in key.reveal():
            assert value.hex() not in shown
            assert repr(value) not in shown
        with pytest.raises((TypeError, pickle.PicklingError, AttributeError)):
            pickle.dumps(place)


def opened(url: str, folder: Path) -> Provider:
    """Return the place as another process sees it."""
    return provider(url, folder=folder)


def opened_ring(url: str, folder: Path) -> tuple[Keyring, list[float]]:
    """Return a ring of its own, and the clock by which it looks again."""
    clock = [0.0]
    keyring = ring.open_ring(opened(url, folder), may_create=False, clock=lambda: clock[0])
    return keyring, clock
