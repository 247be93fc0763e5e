"""The five places of the master key, each against the one suite, and what only one of them has."""

from __future__ import annotations

import json
import os
from base64 import b64encode
from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from typing import Any

import botocore.session  # type: ignore[import-untyped]
import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from tests.vault.providers.suite import Lay, ProviderSuite, opened, opened_ring
from vault import ring
from vault.errors import (
    KeyDamaged,
    KeyOfOtherRoot,
    KeyPlaceOther,
    KeyPlaceTaken,
    KeyPlaceUnknown,
    KeyProblem,
    KeyRingSilent,
    KeyServiceSilent,
    PassphraseMissing,
    PassphraseWeak,
    PassphraseWrong,
)
from vault.keys import MasterKey
from vault.providers import covers, form, outside, provider
from vault.secret import Secret

PASSPHRASE = "seis palabras al azar bien ñoñas"


class MemoryBackend(KeyringBackend):
    """A keyring of the test's own; ``locked`` refuses as a real one without a session does."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked("locked")
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.held[service, username]


@pytest.fixture
def backend() -> Any:
    before, own = keyring.get_keyring(), MemoryBackend()
    keyring.set_keyring(own)
    yield own
    keyring.set_keyring(before)


@pytest.fixture
def passphrase_file(tmp_path: Path) -> Path:
    path = tmp_path / "frase"
    path.write_text(PASSPHRASE + "\n")
    path.chmod(0o400)
    return path


@pytest.fixture(scope="module")
def kms_url(service: str) -> str:
    client = botocore.session.get_session().create_client(
        "kms", region_name="us-east-1", endpoint_url=service
    )
    key = client.create_key()["KeyMetadata"]["KeyId"]
    return f"awskms:///{key}?region=us-east-1&endpoint={service}"


def tamper(path: Path) -> None:
    """Change the last byte of what is sealed in ``path``."""
    body = json.loads(path.read_text())
    body["ct"] = ("A" if body["ct"][0] != "A" else "B") + body["ct"][1:]
    path.chmod(0o600)
    path.write_text(json.dumps(body))
    path.chmod(0o400)


class TestFile(ProviderSuite):
    @pytest.fixture
    def url(self, tmp_path: Path) -> str:
        return (tmp_path / "llaves" / "kek.key").as_uri()

    @pytest.fixture
    def spoil(self, tmp_path: Path) -> Callable[[], None]:
        def spoil() -> None:
            path = tmp_path / "llaves" / "kek.key"
            path.chmod(0o600)
            path.write_bytes(path.read_bytes()[:-20])
            path.chmod(0o400)

        return spoil


class TestPassphrase(ProviderSuite):
    @pytest.fixture
    def url(self, tmp_path: Path, passphrase_file: Path) -> str:
        return f"passphrase://{tmp_path}/kek.frase?from={passphrase_file}"

    @pytest.fixture
    def spoil(self, tmp_path: Path) -> Callable[[], None]:
        def spoil() -> None:
            path = tmp_path / "kek.frase"
            body = json.loads(path.read_text())
            path.chmod(0o600)
            path.write_text(json.dumps(body | {"lock": body["lock"] | {"m": 2**40}}))
            path.chmod(0o400)

        return spoil

    @pytest.fixture
    def silence(self, passphrase_file: Path) -> Callable[[], None]:
        return passphrase_file.unlink

    def test_another_passphrase_opens_nothing(
        self, url: str, lay: Lay, passphrase_file: Path, tmp_path: Path
    ) -> None:
        lay(MasterKey.new())
        passphrase_file.chmod(0o600)
        passphrase_file.write_text(PASSPHRASE.replace("ñ", "n"))
        with pytest.raises(PassphraseWrong, match="acentos"):
            ring.open_ring(opened(url, tmp_path), may_create=False)

    def test_the_stored_cost_is_argon2id_of_64_mib_three_passes_and_four_lanes(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, passphrase_file: Path
    ) -> None:
        monkeypatch.undo()
        place = opened(f"passphrase://{tmp_path}/caro?from={passphrase_file}", tmp_path)
        key = place.create()
        lock = json.loads((tmp_path / "caro").read_text())["lock"]
        assert (lock["m"], lock["t"], lock["p"]) == (65_536, 3, 4)
        monkeypatch.setattr(covers, "MEMORY_KIB", 64)
        again = opened(place.url, tmp_path).read()
        assert again is not None
        assert again.key_id == key.key_id

    def test_a_short_passphrase_makes_no_key(self, url: str, passphrase_file: Path) -> None:
        passphrase_file.chmod(0o600)
        passphrase_file.write_text("catorce_letras")
        with pytest.raises(PassphraseWeak, match="15"):
            opened(url, passphrase_file.parent).create()

    def test_a_file_of_the_passphrase_that_others_read_is_refused(
        self, url: str, lay: Lay, passphrase_file: Path, tmp_path: Path
    ) -> None:
        lay(MasterKey.new())
        passphrase_file.chmod(0o444)
        with pytest.raises(KeyProblem, match="chmod 400"):
            opened(url, tmp_path).read()

    def test_who_sits_at_the_terminal_types_a_new_one_twice_and_an_old_one_once(
        self, tmp_path: Path
    ) -> None:
        asked: list[str] = []

        def ask(place: str) -> Secret:
            asked.append(place)
            return Secret(PASSPHRASE)

        url = f"passphrase://{tmp_path}/kek.frase"
        key = provider(url, folder=tmp_path, ask=ask).create()
        assert len(asked) == 2
        again = provider(url, folder=tmp_path, ask=ask).read()
        assert again is not None
        assert again.key_id == key.key_id
        assert len(asked) == 3
        with pytest.raises(PassphraseMissing, match="from="):
            provider(url, folder=tmp_path).read()

    def test_a_new_passphrase_typed_differently_the_second_time_makes_no_key(
        self, tmp_path: Path
    ) -> None:
        given = iter([Secret(PASSPHRASE), Secret(PASSPHRASE + "!")])
        place = provider(
            f"passphrase://{tmp_path}/kek.frase", folder=tmp_path, ask=lambda _place: next(given)
        )
        with pytest.raises(PassphraseWrong):
            place.create()
        assert not (tmp_path / "kek.frase").exists()


class TestEnvironment(ProviderSuite):
    fixed = True

    @pytest.fixture
    def url(self) -> str:
        return "env:PREGONERO_LLAVE_DE_PRUEBA"

    @pytest.fixture
    def lay(self, monkeypatch: pytest.MonkeyPatch) -> Lay:
        def lay(key: MasterKey) -> None:
            monkeypatch.setenv(
                "PREGONERO_LLAVE_DE_PRUEBA", b64encode(form.bare(key)).decode() + "\n"
            )

        return lay

    @pytest.fixture
    def spoil(self, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
        return lambda: monkeypatch.setenv(
            "PREGONERO_LLAVE_DE_PRUEBA", os.environ["PREGONERO_LLAVE_DE_PRUEBA"][8:]
        )

    def test_it_warns(self, url: str, tmp_path: Path) -> None:
        assert "PREGONERO_LLAVE_DE_PRUEBA" in opened(url, tmp_path).warning
        assert not opened(str(tmp_path / "kek.key"), tmp_path).warning

    def test_an_old_key_is_found_by_the_end_of_its_variable(
        self, url: str, lay: Lay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        old = MasterKey.new()
        lay(old.successor())
        ending = old.key_id.removeprefix("kek-").upper()
        monkeypatch.setenv(
            f"PREGONERO_LLAVE_DE_PRUEBA_ANTERIOR_{ending}", b64encode(form.bare(old)).decode()
        )
        assert opened_ring(url, tmp_path)[0].holds(old.key_id)


class TestKeyring(ProviderSuite):
    @pytest.fixture
    def url(self, backend: MemoryBackend) -> str:
        return "keyring:pregonero/llave"

    @pytest.fixture
    def spoil(self, backend: MemoryBackend) -> Callable[[], None]:
        return lambda: backend.held.update({("pregonero", "llave"): "no es base64 !"})

    @pytest.fixture
    def silence(self, backend: MemoryBackend) -> Callable[[], None]:
        return lambda: setattr(backend, "locked", True)

    def test_a_locked_keyring_is_said(
        self, url: str, lay: Lay, backend: MemoryBackend, tmp_path: Path
    ) -> None:
        lay(MasterKey.new())
        backend.locked = True
        with pytest.raises(KeyRingSilent, match="KeyringLocked"):
            opened(url, tmp_path).read()

    def test_one_that_forgets_at_once_is_none(
        self, url: str, backend: MemoryBackend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(backend, "set_password", lambda *_some: None)
        with pytest.raises(KeyRingSilent):
            opened(url, tmp_path).create()


class TestAwsKms(ProviderSuite):
    @pytest.fixture
    def url(self, kms_url: str) -> str:
        return kms_url

    @pytest.fixture
    def spoil(self, tmp_path: Path) -> Callable[[], None]:
        return lambda: tamper(tmp_path / "kek.kms")

    def test_the_service_is_asked_once_to_open_and_never_for_a_successor(
        self, url: str, lay: Lay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        lay(MasterKey.new())
        calls: list[str] = []
        call = covers.Kms._call

        def counted(self: covers.Kms, operation: str, **parameters: Any) -> dict[str, Any]:
            calls.append(operation)
            return call(self, operation, **parameters)

        monkeypatch.setattr(covers.Kms, "_call", counted)
        running, clock = opened_ring(url, tmp_path)
        assert calls == ["decrypt"]
        new = opened(url, tmp_path).successor()
        del calls[:]
        clock[0] += 10
        running.refresh()
        assert running.provider(new.key_id).key_id == new.key_id
        assert calls == []

    def test_what_the_file_holds_opens_under_that_key_and_context_alone(
        self, url: str, lay: Lay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        lay(MasterKey.new())
        monkeypatch.setattr(covers, "_CONTEXT", {"pregonero": "otra cosa"})
        with pytest.raises(KeyServiceSilent, match=r"InvalidCiphertext|AccessDenied"):
            opened(url, tmp_path).read()

    def test_a_service_that_does_not_answer_is_said_in_a_sentence(
        self, url: str, lay: Lay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        lay(MasterKey.new())
        monkeypatch.setattr("time.sleep", lambda _seconds: None)
        dead = url.partition("endpoint=")[0] + "endpoint=http://127.0.0.1:9"
        with pytest.raises(KeyServiceSilent, match=r"no hubo respuesta de 127\.0\.0\.1"):
            opened(dead, tmp_path).read()

    def test_only_an_address_beyond_this_machine_counts_as_outside(self, url: str) -> None:
        assert outside(url) == ""
        assert outside("awskms:///k?region=us-east-1") == "kms.us-east-1.amazonaws.com"
        assert outside("file:///k") == ""


@pytest.mark.parametrize(("source", "target"), list(permutations(range(5), 2)))
def test_a_successor_passes_from_any_place_to_any_other(
    source: int,
    target: int,
    tmp_path: Path,
    passphrase_file: Path,
    kms_url: str,
    backend: MemoryBackend,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    urls = (
        (tmp_path / "kek.key").as_uri(),
        f"passphrase://{tmp_path}/kek.frase?from={passphrase_file}",
        "keyring:pregonero/llave",
        kms_url,
        "env:PREGONERO_LLAVE_DE_PRUEBA",
    )

    def given(key: MasterKey) -> None:
        monkeypatch.setenv("PREGONERO_LLAVE_DE_PRUEBA", b64encode(form.bare(key)).decode())

    one, other = opened(urls[source], tmp_path), opened(urls[target], tmp_path)
    old = MasterKey.new()
    if source == 4:
        given(old)
    else:
        one.keep(old)
    if target == 4:
        given(old.successor())
    new = ring.successor(one, other)
    assert new.key_id != old.key_id
    assert new.root_check_value() == old.root_check_value()
    # cut short here and begun again
    again = ring.successor(opened(urls[source], tmp_path), opened(urls[target], tmp_path))
    assert again.key_id == new.key_id
    if source != 4:
        one.announce(other)
        assert opened_ring(urls[source], tmp_path)[0].primary.key_id == old.key_id
        one.succeed()
        assert opened_ring(urls[source], tmp_path)[0].primary.key_id == new.key_id
    assert opened_ring(urls[target], tmp_path)[0].primary.key_id == new.key_id


def test_a_place_with_another_houses_key_is_left_alone(tmp_path: Path) -> None:
    mine, other = opened(str(tmp_path / "a"), tmp_path), opened(str(tmp_path / "b"), tmp_path)
    mine.create()
    theirs = other.create()
    with pytest.raises(KeyOfOtherRoot):
        ring.successor(mine, other)
    with pytest.raises(KeyPlaceTaken):
        other.keep(MasterKey.new())
    found = other.read()
    assert found is not None
    assert found.key_id == theirs.key_id


def test_a_rotation_begun_towards_one_place_is_not_ended_towards_another(tmp_path: Path) -> None:
    mine, second, third = (opened(str(tmp_path / name), tmp_path) for name in "abc")
    mine.create()
    ring.successor(mine, second)
    mine.announce(second)
    ring.successor(mine, third)
    for wrong in (lambda: mine.announce(third), mine.successor):
        with pytest.raises(KeyPlaceOther, match="/b"):
            wrong()


def test_places_that_send_to_each_other_for_ever_end_in_a_sentence(tmp_path: Path) -> None:
    one, other = tmp_path / "a", tmp_path / "b"
    for path, to in ((one, other), (other, one)):
        path.write_bytes(form.moved(to.as_uri()))
        path.chmod(0o400)
    for look in (opened(str(one), tmp_path).read, opened(str(one), tmp_path).home):
        with pytest.raises(KeyDamaged):
            look()


@pytest.mark.parametrize(
    ("url", "cause"),
    [
        ("vault://x", "empieza de otro modo"),
        ("file://servidor/ruta", "ruta completa"),
        ("file:", "ruta completa"),
        ("passphrase:relativa", "ruta completa"),
        ("passphrase:///x?de=/y", "«de»"),
        ("env:", "nombre"),
        ("env:CON ESPACIO", "nombre"),
        ("keyring:sólo", "nombre"),
        ("awskms:///?region=us-east-1", "región"),
        ("awskms:///llave", "región"),
        ("awskms:///llave?region=us-east-1&endpoint=http://kms.ejemplo.mx", "HTTPS"),
    ],
)
def test_a_url_that_names_no_place_says_why(url: str, cause: str, tmp_path: Path) -> None:
    with pytest.raises(KeyPlaceUnknown, match=cause) as caught:
        provider(url, folder=tmp_path)
    assert "passphrase:///" in caught.value.sentence


def test_a_sealed_key_read_under_another_cover_is_damaged(
    tmp_path: Path, passphrase_file: Path
) -> None:
    opened(f"passphrase://{tmp_path}/kek?from={passphrase_file}", tmp_path).create()
    with pytest.raises(KeyDamaged):
        opened(str(tmp_path / "kek"), tmp_path).read()
