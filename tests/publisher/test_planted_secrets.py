"""Five hundred planted secrets, searched for wherever they must not be.

Each holds one marker, so one search finds any of them: as it is, in base64 at every offset, in hex,
in UTF-16, or written backwards.
"""

from __future__ import annotations

import base64
import logging
import traceback
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import structlog

from publisher import institution
from publisher.app import SYSTEM
from publisher.backup import copies
from publisher.custody import changes
from publisher.errors import PublisherError
from publisher.institution import exporting
from publisher.logs import configure_logs
from publisher.sealing import seal
from tests.support import leaks
from tests.support.house import SmallHouse
from vault import envelope, export, proof, store
from vault.checkpoints import Signer
from vault.secret import Secret

MARKER = "PLANTADO"
ROUNDS = 10


def forms() -> list[bytes]:
    """Return the marker in every form in which it could hide."""
    plain = MARKER.encode()
    shifted = [base64.b64encode(b"\0" * n + plain + b"\0\0\0") for n in range(3)]
    # the marks at both ends also depend on the neighbours
    hidden = [shifted[0][:10], shifted[1][2:12], shifted[2][3:13]]
    turned = [MARKER.encode("utf-16-le"), plain.hex().encode(), plain[::-1], plain.lower()]
    return [plain, *hidden, *turned]


FORMS = forms()


def shown(body: bytes) -> list[str]:
    """Return a little of the surroundings of each form found in ``body``."""
    return [repr(body[max(0, at - 60) : at + 60]) for form in FORMS if (at := body.find(form)) >= 0]


def letters(number: int) -> str:
    """Write a number with the letters of base32."""
    return "".join("ABCDEFGHIJ"[int(digit)] for digit in f"{number:04}")


def fields(number: Iterator[int]) -> dict[str, Secret]:
    """Return one new value for each field that people hold."""
    return {
        "login_user": Secret(f"{MARKER}.usuario.{next(number)}"),
        "login_password": Secret(f"{MARKER}-clave/+ñ-{next(number)}"),
        "login_totp_seed": Secret(f"{MARKER}{letters(next(number))}" + "Q" * 8),
        "login_recovery_codes": Secret(f"{MARKER}-{next(number)}\n{MARKER}-otro"),
        "login_recovery_mail": Secret(f"{MARKER}{next(number)}@example.mx"),
    }


@pytest.fixture
def planted(small: SmallHouse) -> int:
    """Plant them: tokens and what people hold, over many versions; return how many."""
    number = count()
    rounds = ROUNDS if small.app.engine.dialect.name == "sqlite" else ROUNDS // 5
    for code in small.planteles:
        for network in ("facebook", "instagram", "x"):
            account = small.accounts[code, network]
            for _ in range(rounds):
                changes.record(
                    small.app,
                    small.operador(code),
                    account,
                    fields(number),
                    cause="rotation",
                    reason="Cambio de prueba",
                )
            for _ in range(6):
                token = {"access_token": Secret(f"{MARKER}-token-{next(number)}")}
                institution.install_credential(
                    small.app, SYSTEM, account, token, reason="Renovación de prueba"
                )
    seal(small.app)
    return next(number)


def test_five_hundred_secrets_are_nowhere_in_clear(
    small: SmallHouse, planted: int, tmp_path: Path
) -> None:
    assert planted >= (500 if small.app.engine.dialect.name == "sqlite" else 140)
    with small.app.read() as session:
        proven = proof.open_all(session, small.app.keyring)
    assert proven.whole
    assert proven.sealed >= planted

    out = tmp_path / "fuera"
    out.mkdir()
    with small.app.read() as session:
        signer = Signer.from_keyring(small.app.keyring)
        export.write(session, signer, out / "bitacora", now=small.clock())
    for kind in ("planteles", "cuentas", "personas"):
        made = exporting.export(small.app, small.people["ADM"], kind, "csv")
        (out / made.name).write_bytes(made.content)
    copies.make(small.app, out / "respaldo")

    assert shown(leaks.rows(small.app)) == []
    assert shown(leaks.files(tmp_path)) == []


@pytest.mark.parametrize("form", FORMS)
def test_the_search_finds_a_secret_in_each_of_its_forms(form: bytes) -> None:
    for offset in range(3):
        assert shown(b"x" * offset + base64.b64encode(b"y" * offset + MARKER.encode() + b"zzz"))
    assert shown(b"....." + form + b".....")


class Broken(Exception):
    """Whatever may happen in the middle of an act."""


def test_no_traceback_with_locals_and_no_log_at_debug_shows_one(
    small: SmallHouse,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    account = small.accounts["SAL", "x"]
    log = tmp_path / "todo.log"
    configure_logs("DEBUG")
    handler = logging.FileHandler(log)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)

    def record(**other: Secret) -> object:
        given = fields(count()) | other
        return changes.record(
            small.app, small.operador(), account, given, cause="rotation", reason="Prueba"
        )

    def install() -> object:
        token = {"access_token": Secret(f"{MARKER}-token")}
        return institution.install_credential(small.app, SYSTEM, account, token, reason="Prueba")

    def use() -> object:
        with small.app.read() as session:
            return store.use(session, small.app.keyring, account)

    def fail(*_: Any, **__: Any) -> Any:
        raise Broken("en medio")

    failures: list[str] = []

    def attempt(act: Callable[[], object]) -> None:
        try:
            act()
        except (Broken, PublisherError) as error:
            told = traceback.TracebackException.from_exception(error, capture_locals=True)
            failures.append("".join(told.format()))
            structlog.get_logger("prueba").exception("fallo", detalle=str(error))
            logging.getLogger("prueba").exception("fallo")

    try:
        attempt(record)
        attempt(install)
        attempt(lambda: record(login_totp_seed=Secret(f"{MARKER}-1-no-es-semilla")))
        attempt(lambda: record(login_password=Secret(f"{MARKER}\x07")))
        attempt(lambda: record(login_password=Secret(MARKER * 400)))
        for module, name in ((envelope, "seal"), (store, "digest")):
            with monkeypatch.context() as patched:
                patched.setattr(module, name, fail)
                attempt(partial(record, login_password=Secret(f"{MARKER}-otra")))
                attempt(install)
        with monkeypatch.context() as patched:
            patched.setattr(envelope, "open_sealed", fail)
            attempt(use)
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        handler.close()

    assert len(failures) == 8, failures
    assert [found for told in failures for found in shown(told.encode())] == []
    logged = log.read_text() + capsys.readouterr().err
    assert logged.count("en medio") >= 10
    assert shown(logged.encode()) == []
