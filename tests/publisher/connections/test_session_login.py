from __future__ import annotations

import gc
import traceback
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text, update
from sqlmodel import col

from connectors.contract import Identity
from connectors.opening import Outcome
from connectors.sandbox.testing import RunningSandbox, running_sandbox
from publisher import connections
from publisher.connections import CodeWanted, session_login
from publisher.custody import kept
from publisher.errors import Conflict, Forbidden, Invalid
from publisher.models import Account
from tests.connectors.bench import endpoints
from tests.publisher.connections.answers import account, proof, told
from tests.support import leaks
from tests.support.house import SmallHouse
from vault import envelope, store
from vault.secret import Secret

PASSWORD = "plantada-contraseña-77"
CODE = "515151"
TYPED = Secret(PASSWORD)


@pytest.fixture
def network(small: SmallHouse, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningSandbox]:
    """The sandbox behind the unofficial way; the account's risk is accepted already."""
    from connectors.registry import load

    account_id = small.accounts["SAL", "instagram"]
    with small.app.write() as session:
        session.execute(
            update(Account)
            .where(col(Account.id) == account_id)
            .values(
                external_id="4404",
                risk_accepted_at=small.clock(),
                risk_accepted_by=small.people["DIRP.SAL"].person_id,
            )
        )
    known = account(small.app, account_id)
    with running_sandbox() as sandbox:
        sandbox.register(
            {
                "network": "instagram",
                "external_id": known.external_id,
                "handle": known.handle,
                "token": "inicial",
                "password": PASSWORD,
                "login": "legacy_sms",
                "login_code": CODE,
            }
        )
        fake = small.app.connect
        assert fake is not None

        def connect(key: str) -> Any:
            return (
                load(key, endpoints(sandbox.base_url, read_timeout=9.0, upload_timeout=9.0))
                if key == "instagram_private"
                else fake(key)
            )

        small.app = replace(small.app, connect=connect)
        yield sandbox


def begin(
    small: SmallHouse, who: str = "OPER.SAL", password: Secret = TYPED
) -> CodeWanted | Identity:
    account_id = small.accounts["SAL", "instagram"]
    return connections.begin_session(
        small.app,
        small.people[who],
        account_id,
        username=account(small.app, account_id).handle,
        password=password,
    )


def asked(small: SmallHouse) -> CodeWanted:
    found = begin(small)
    assert isinstance(found, CodeWanted)
    return found


def settings_of(small: SmallHouse) -> str:
    account_id = small.accounts["SAL", "instagram"]
    with small.app.read() as session:
        used = store.use(session, small.app.keyring, account_id)
    return used.fields["settings"].reveal() if "settings" in used.fields else ""


def test_a_login_with_a_code_ends_in_a_sealed_session_and_the_account_uses_it(
    small: SmallHouse, network: RunningSandbox
) -> None:
    waiting = asked(small)
    assert waiting.sentence == "Instagram envió un código por mensaje a 0042. Escríbalo."
    again = connections.answer_session(
        small.app, small.people["OPER.SAL"], waiting.ticket, Secret("818181")
    )
    assert isinstance(again, CodeWanted)
    assert again.sentence.startswith("El código no fue correcto.")
    done = connections.answer_session(
        small.app, small.people["OPER.SAL"], again.ticket, Secret(CODE)
    )
    assert isinstance(done, Identity)
    account_id = small.accounts["SAL", "instagram"]
    assert account(small.app, account_id).connector == "instagram_private"
    assert '"sessionid"' in settings_of(small)
    assert len(told(small.app, "credential.changed")) == 3
    with small.app.read() as session:
        rows = session.execute(
            text("SELECT action, result, detail FROM audit_entry WHERE action = 'account.login'")
        ).all()
    assert [row.result for row in rows] == ["ok", "ok", "ok"]
    for secret in (PASSWORD, CODE, "818181", waiting.ticket, settings_of(small)):
        assert secret.encode() not in leaks.rows(small.app)


def test_only_the_person_who_began_answers_and_only_from_that_session(
    small: SmallHouse, network: RunningSandbox
) -> None:
    waiting, mine = asked(small), small.people["OPER.SAL"]
    for other in (small.people["DIRP.SAL"], replace(mine, session_ref="otra")):
        with pytest.raises(Conflict, match="ya no está abierto"):
            connections.answer_session(small.app, other, waiting.ticket, Secret(CODE))
    found = connections.answer_session(small.app, mine, waiting.ticket, Secret(CODE))
    assert isinstance(found, Identity)
    with pytest.raises(Conflict):
        connections.answer_session(small.app, mine, waiting.ticket, Secret(CODE))


def test_after_ten_minutes_or_once_left_a_login_is_forgotten(
    small: SmallHouse, network: RunningSandbox
) -> None:
    mine = small.people["OPER.SAL"]
    waiting = asked(small)
    small.clock.jump(minutes=10)
    with pytest.raises(Conflict):
        connections.answer_session(small.app, mine, waiting.ticket, Secret(CODE))
    waiting = asked(small)
    connections.cancel_session(small.app, mine, waiting.ticket)
    with pytest.raises(Conflict):
        connections.answer_session(small.app, mine, waiting.ticket, Secret(CODE))
    first, second = asked(small), asked(small)
    with pytest.raises(Conflict):
        connections.answer_session(small.app, mine, first.ticket, Secret(CODE))
    connections.cancel_session(small.app, mine, second.ticket)
    assert session_login._half_way == {}
    gc.collect()
    assert [o for o in gc.get_objects() if isinstance(o, session_login._HalfWay)] == []


def test_what_the_network_refuses_is_said_and_nothing_is_stored(
    small: SmallHouse, network: RunningSandbox
) -> None:
    with pytest.raises(Invalid, match="no aceptó el usuario o la contraseña"):
        begin(small, password=Secret("equivocada"))
    assert settings_of(small) == ""
    waiting = asked(small)
    with pytest.raises(Invalid, match="Escriba el código"):
        connections.answer_session(small.app, small.people["OPER.SAL"], waiting.ticket, Secret(" "))
    for _ in range(2):
        connections.answer_session(small.app, small.people["OPER.SAL"], waiting.ticket, Secret("1"))
    with pytest.raises(Invalid, match="3 veces"):
        connections.answer_session(small.app, small.people["OPER.SAL"], waiting.ticket, Secret("1"))
    assert settings_of(small) == ""


def test_without_the_risk_accepted_or_the_right_nobody_is_asked(small: SmallHouse) -> None:
    with pytest.raises(Invalid, match="aceptar ese riesgo"):
        begin(small)
    with pytest.raises(Forbidden):
        begin(small, "OPER.MON" if "OPER.MON" in small.people else "AUD")
    account_id = small.accounts["SAL", "x"]
    with pytest.raises(Invalid, match="Solo las cuentas de Instagram"):
        connections.begin_session(
            small.app,
            small.people["OPER.SAL"],
            account_id,
            username="x",
            password=Secret("y"),
        )
    assert small.networks.called("verify") == []


def test_a_session_that_goes_on_from_use_to_use_is_sealed_only_where_it_matters(
    small: SmallHouse, network: RunningSandbox
) -> None:
    waiting, account_id = asked(small), small.accounts["SAL", "instagram"]
    connections.answer_session(small.app, small.people["OPER.SAL"], waiting.ticket, Secret(CODE))

    def used() -> store.Used:
        with small.app.read() as session:
            return store.use(session, small.app.keyring, account_id)

    def verify(times: int) -> None:
        opened = kept.credential(small.app, "4404", used())
        for _ in range(times):
            small.app.connector("instagram_private").verify(opened)

    verify(20)
    verify(1)
    assert used().versions["settings"] == 1

    fresh = b64encode(b'{"ds_user_id":"4404","sessionid":"inicial"}').decode()
    user = {"pk": "4404", "username": "instagram_sal"}
    renewed = {
        "network": "instagram",
        "route": "verify",
        "fault": "answer",
        "answer": {
            "status": 200,
            "body": {"user": user, "status": "ok"},
            "headers": {"ig-set-authorization": f"Bearer IGT:2:{fresh}"},
        },
    }
    network.put_faults(renewed)
    verify(3)
    assert used().versions["settings"] == 2
    assert '"inicial"' in settings_of(small)
    with small.app.read() as session:
        rows = session.execute(
            text("SELECT detail FROM audit_entry WHERE action = 'credential.renewed'")
        ).all()
    assert [row.detail for row in rows] == ['{"versions": {"settings": 2}}']

    # the daily look settles what it saw, also where the look itself carried the session on
    small.clock.jump(minutes=5)
    network.put_faults(
        {
            **renewed,
            "answer": {
                **renewed["answer"],
                "headers": {  # type: ignore[dict-item]
                    "x-ig-set-www-claim": "hmac.otra"
                },
            },
        }
    )
    connections.verify_accounts(small.app, small.coordinador, [account_id])
    assert used().versions["settings"] == 3
    looked_at = proof(small.app, account_id).looked_at
    assert looked_at == small.clock()


def test_whoever_used_an_older_credential_seals_nothing_over_the_newer(
    small: SmallHouse, network: RunningSandbox
) -> None:
    waiting, account_id = asked(small), small.accounts["SAL", "instagram"]
    connections.answer_session(small.app, small.people["OPER.SAL"], waiting.ticket, Secret(CODE))
    with small.app.read() as session:
        used = store.use(session, small.app.keyring, account_id)
    one, other = (kept.credential(small.app, "4404", used) for _ in range(2))
    one.changed({"settings": "la primera"})
    other.changed({"settings": "la segunda"})
    assert settings_of(small) == "la primera"
    one.changed({"settings": "la tercera"})
    assert settings_of(small) == "la tercera"
    small.app.engine.dispose()
    broken = replace(small.app, clock=lambda: 1 / 0)
    kept.credential(broken, "4404", used).changed({"settings": "nada"})
    assert settings_of(small) == "la tercera"


def test_no_traceback_with_locals_of_a_login_that_breaks_shows_what_was_typed_or_opened(
    small: SmallHouse, network: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> object:
        raise ZeroDivisionError("en medio")

    mine, told = small.people["OPER.SAL"], list[str]()

    def attempt(code: Secret | None = None) -> None:
        try:
            if code:
                connections.answer_session(small.app, mine, waiting.ticket, code)
            else:
                begin(small)
        except (ZeroDivisionError, Invalid, Conflict) as error:
            seen = traceback.TracebackException.from_exception(error, capture_locals=True)
            told.append("".join(seen.format()))

    waiting = asked(small)
    attempt(Secret("919191"))
    with monkeypatch.context() as patched:
        patched.setattr(type(small.app), "note", fail)
        attempt()
    with monkeypatch.context() as patched:
        patched.setattr(envelope, "seal", fail)
        attempt(Secret(CODE))
    assert len(told) == 2, told
    # the last is how every session of the sandbox ends
    for secret in (PASSWORD, CODE, "919191", "%3A12"):
        assert secret not in "".join(told)
    assert "en medio" in told[1]


class Scripted:
    """A login that says what it was told to."""

    def __init__(self, *outcomes: Outcome) -> None:
        self.outcomes = list(outcomes)
        self.closed = False

    def begin(self, username: str, password: str) -> Outcome:
        return self.outcomes.pop(0)

    def answer(self, code: str) -> Outcome:
        return self.outcomes.pop(0)

    def close(self) -> None:
        self.closed = True


def test_a_process_keeps_so_many_logins_and_no_more(
    small: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_login, "MOST", 2)
    made = [Scripted() for _ in range(3)]
    for number, login in enumerate(made):
        half = session_login._HalfWay(
            login=login,
            account_id=number,
            person_id=1,
            session_ref="s",
            reason="",
            until=small.clock() + timedelta(minutes=1),
        )
        session_login._keep(small.app, half, f"billete-{number}")
    assert [login.closed for login in made] == [True, False, False]
    assert "billete" not in repr(session_login._half_way["billete-2"])
    session_login._half_way.clear()
