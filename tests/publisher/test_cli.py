"""The command line: exit status, one Spanish sentence an error, the shape of each JSON."""

from __future__ import annotations

import io
import json
import os
import re
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text, update

from connectors.contract import Identity
from connectors.errors import CredentialRejected
from publisher import cli, connections, migrations
from publisher.cli import LATER, run
from publisher.institution import pause_account
from publisher.models import Account, Designation, ExternalIdentity
from publisher.people import FactorMissing, check_factor
from publisher.texts import cli as texts
from tests.publisher.test_sealing import unlinked
from tests.support.factors import proven
from tests.support.house import SmallHouse
from tests.support.networks import Fault
from vault import memory

ROOT = Path(__file__).parents[2]
ENGLISH = re.compile(
    r"\b(error|usage|missing|option|argument|invalid|try|traceback)\b", re.IGNORECASE
)


class Said:
    """What one command answered."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err

    @property
    def json(self) -> Any:
        assert len(self.out.splitlines()) == 1, self.out
        return json.loads(self.out)


@pytest.fixture
def say(
    tmp_path: Path,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Any:
    """Run a command in this process, on a database of the test's own."""
    for name in list(os.environ):
        if name.startswith("PREGONERO_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PREGONERO_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("PREGONERO_DATABASE_URL", database_url)
    # this process keeps the log set-up of the other tests
    monkeypatch.setattr("publisher.logs.configure_logs", lambda *_: None)

    def said(*arguments: str) -> Said:
        capsys.readouterr()
        status = run(list(arguments))
        captured = capsys.readouterr()
        return Said(status, captured.out, captured.err)

    return said


@pytest.fixture
def stamped(small: SmallHouse) -> SmallHouse:
    """The small house with the version that a migrated database has."""
    with small.app.engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(
            text("INSERT INTO alembic_version VALUES (:head)"), {"head": migrations.head()}
        )
        # a command's clock is the real one, whatever year these tests run
        connection.execute(update(Designation).values(starts_at=datetime(2026, 1, 1, tzinfo=UTC)))
    return small


INIT = ("init", "--name", "Colegio", "--email", "Ada@Example.mx", "--person", "Ada Luz")


def test_init_creates_the_institution_once_and_says_its_password_once(say: Any) -> None:
    first = say(*INIT, "--planteles", "--json")
    assert first.status == 0
    assert first.json["created"] is True
    assert first.json["email"] == "ada@example.mx"
    assert len(first.json["password"]) >= 12
    again = say("init", "--json")
    assert (again.status, again.json) == (0, {"created": False})
    assert say("init").out.strip() == texts.UPGRADED
    people = say("people", "list", "--json").json["people"]
    assert [(row["email"], row["roles"]) for row in people] == [("ada@example.mx", ["ADM"])]
    assert say("audit", "verify").status == 0


def test_a_wrong_mail_creates_nothing_and_a_half_made_one_is_finished(say: Any) -> None:
    bad = say("init", "--name", "Colegio", "--email", "nada", "--person", "Ada")
    assert bad.status == 1
    assert "nada" in bad.err
    assert say("people", "list").status == 1
    zone = say(*INIT, "--timezone", "Marte/Norte")
    assert zone.status == 1
    assert say(*INIT).status == 0


def test_init_without_anybody_to_ask_is_misuse(say: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    said = say("init")
    assert said.status == 2
    assert texts.NO_ANSWER in said.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("nada",),
        ("--nada",),
        ("demo", "--nada"),
        ("demo", "--posts", "0"),
        ("demo", "--posts", "muchas"),
        ("demo", "--due-in", "-1"),
        ("deliveries",),
        ("deliveries", "nada"),
        ("deliveries", "list", "--state", "nada"),
        ("deliveries", "list", "--limit"),
        ("deliveries", "resume", "uno"),
        ("deliveries", "resume", "1"),
        ("accounts", "pause", "1"),
        ("export", "cosas", "x.csv"),
        ("export", "planteles"),
        ("import", "planteles"),
        ("people", "password"),
        ("people", "unlink"),
        ("people", "factor", "a@b.mx"),
        ("sandbox", "--port", "70000"),
        ("audit", "verify", "sobra"),
        ("audit", "export"),
        ("audit", "export", "--to", "x", "--from", "0"),
    ],
)
def test_misuse_is_status_2_and_one_spanish_sentence(say: Any, arguments: tuple[str, ...]) -> None:
    said = say(*arguments)
    assert said.status == 2
    assert said.out == ""
    assert not ENGLISH.search(said.err)
    if arguments != ("deliveries",):
        assert len(said.err.splitlines()) == 1
        assert said.err.startswith("No se entiende la orden: ")
        assert "--help»." in said.err


def test_every_help_is_spanish(say: Any) -> None:
    groups = {
        (): [*LATER, "init", "demo", "serve", "worker", "sandbox", "check", "import", "export"],
        ("deliveries",): ["list", "resume", "confirm", "discard"],
        ("accounts",): ["list", "connect", "login", "pause", "resume", "verify"],
        ("people",): ["list", "password", "unlink", "factor"],
        ("audit",): ["verify", "anchor", "anchors", "export", "key"],
    }
    for group, commands in groups.items():
        for command in [(), *((name,) for name in commands)]:
            said = say(*group, *command, "--help")
            assert said.status == 0
            assert said.out.startswith("Uso: pregonero")
            assert not re.search(r"Usage|Options|Commands|Show this|required|default", said.out)


@pytest.mark.parametrize("name", LATER)
def test_what_is_still_to_come_says_so(say: Any, name: str) -> None:
    for extra in ((), ("list", "--json"), ("--que", "sea")):
        said = say(name, *extra)
        assert said.status == 2
        assert said.out == ""
        assert said.err.strip() == texts.LATER.format(name=name)


@pytest.mark.parametrize(
    "arguments",
    [
        ("accounts", "list"),
        ("deliveries", "list"),
        ("people", "list"),
        ("people", "password", "a@b.mx"),
        ("audit", "verify"),
        ("accounts", "pause", "1", "--reason", "Porque sí"),
        ("export", "planteles", "x.csv"),
        ("worker",),
        ("serve", "--port", "1"),
        ("sandbox",),
    ],
)
def test_without_an_installation_each_command_says_what_to_do(
    say: Any, arguments: tuple[str, ...], tmp_path: Path
) -> None:
    said = say(*arguments)
    assert said.status == 1
    assert said.out == ""
    assert "pregonero init" in said.err
    assert not (tmp_path / "kek.key").exists()


def test_accounts_are_listed_paused_and_resumed(say: Any, stamped: SmallHouse) -> None:
    rows = say("accounts", "list", "--json").json["accounts"]
    assert len(rows) == 9
    assert rows[0] == {
        "id": stamped.accounts["ACU", "facebook"],
        "plantel": "ACU",
        "network": "facebook",
        "handle": "facebook_acu",
        "connector": "facebook",
        "state": "active",
    }
    one = str(rows[0]["id"])
    paused = say("accounts", "pause", one, "--reason", "Cambio de contraseña", "--json")
    assert paused.json == {"account": rows[0]["id"], "state": "paused"}
    assert len(say("accounts", "list", "--state", "paused", "--json").json["accounts"]) == 1
    table = say("accounts", "list", "--state", "paused").out
    assert table.splitlines()[0].split() == [
        "número",
        "plantel",
        "red",
        "cuenta",
        "conector",
        "estado",
    ]
    assert say("accounts", "resume", one).status == 0
    assert say("accounts", "list", "--state", "paused").out.strip() == texts.EMPTY
    assert say("accounts", "pause", "987", "--reason", "Cambio de contraseña").status == 1


def test_deliveries_are_listed_and_only_a_person_decides(say: Any, stamped: SmallHouse) -> None:
    post_id = stamped.approved()
    rows = say("deliveries", "list", "--json").json["deliveries"]
    assert {(row["post"], row["state"], row["local_at"]) for row in rows} == {
        (post_id, "scheduled", "2026-11-27T10:00")
    }
    assert say("deliveries", "list", "--state", "published", "--json").json == {"deliveries": []}
    assert len(say("deliveries", "list", "--limit", "1", "--json").json["deliveries"]) == 1
    pause_account(
        stamped.app, stamped.people["ADM"], stamped.accounts["SAL", "x"], reason="Se perdió"
    )
    (held,) = say("deliveries", "list", "--state", "held", "--json").json["deliveries"]
    decide = ("deliveries", "discard", str(held["id"]), "--reason", "Ya no procede esta vez")
    for email, words in (("nadie@example.mx", "nadie@"), ("oper.sal@example.mx", "función")):
        refused = say(*decide, "--as", email)
        assert refused.status == 1
        assert words in refused.err
    done = say(*decide, "--as", "DIRV@example.mx", "--json")
    assert (done.status, done.json) == (0, {"delivery": held["id"], "decision": "discarded"})


def test_a_forgotten_password_is_issued_again(say: Any, stamped: SmallHouse) -> None:
    issued = say("people", "password", "OPER.SAL@example.mx", "--json").json
    assert issued["email"] == "oper.sal@example.mx"
    assert issued["password"]
    missing = say("people", "password", "nadie@example.mx")
    assert missing.status == 1
    assert "nadie@example.mx" in missing.err


def test_an_identity_elsewhere_is_forgotten_once(say: Any, stamped: SmallHouse) -> None:
    with stamped.app.write() as session:
        who, at = stamped.operador().person_id, stamped.clock()
        session.add(ExternalIdentity(issuer="https://x", subject="s", person_id=who, linked_at=at))
    done = say("people", "unlink", "OPER.SAL@example.mx", "--json")
    assert (done.status, done.json["unlinked"]) == (0, True)
    again = say("people", "unlink", "OPER.SAL@example.mx")
    assert again.status == 1
    assert "no tiene ligada" in again.err


def test_a_lost_second_factor_is_taken_off_with_a_reason(say: Any, stamped: SmallHouse) -> None:
    who = proven(stamped.app, stamped.operador())
    why = ("--reason", "Perdió su teléfono")
    done = say("people", "factor", "OPER.SAL@example.mx", *why, "--json")
    assert (done.status, done.json["reset"]) == (0, True)
    with pytest.raises(FactorMissing):
        check_factor(stamped.app, who)
    again = say("people", "factor", "OPER.SAL@example.mx", *why)
    assert again.status == 1
    assert "no tiene activa" in again.err


def test_what_is_exported_is_imported_unchanged(
    say: Any, stamped: SmallHouse, tmp_path: Path
) -> None:
    for kind in ("planteles", "personas", "cuentas"):
        file = tmp_path / f"{kind}.csv"
        out = say("export", kind, str(file), "--json")
        assert out.json == {"file": str(file), "bytes": file.stat().st_size}
        dry = say("import", kind, str(file), "--dry-run", "--json").json
        assert (dry["errors"], dry["applied"], dry["created"]) == (0, False, 0)
    file = tmp_path / "planteles.csv"
    header, *lines = file.read_text(encoding="utf-8-sig").splitlines()
    file.write_text("\n".join([header, lines[0].replace("05002", "99999")]), encoding="utf-8")
    bad = say("import", "planteles", str(file), "--json")
    assert bad.status == 1
    assert bad.json["errors"] == 1
    assert bad.json["rows"][0]["errors"][0]["sentence"]
    assert say("import", "planteles", str(file)).status == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("import", "planteles", "/no/existe.csv"), "no existe"),
        (("import", "planteles", "/proc"), "es una carpeta"),
        (("export", "planteles", "/proc/nada.csv"), "No se puede escribir /proc/nada.csv"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(
    say: Any, stamped: SmallHouse, arguments: tuple[str, ...], words: str
) -> None:
    said = say(*arguments)
    assert said.status == 1
    assert words in said.err
    assert len(said.err.splitlines()) == 1


def test_each_command_leaves_its_audit_in_the_chain(say: Any, stamped: SmallHouse) -> None:
    one = str(stamped.accounts["SAL", "x"])
    for arguments in (
        ("accounts", "pause", one, "--reason", "Cambio de contraseña"),
        ("people", "password", "oper.sal@example.mx"),
        ("accounts", "pause", "987", "--reason", "No existe"),
    ):
        say(*arguments)
        assert unlinked(stamped.app) == 0


def test_the_audit_is_exported_and_its_public_key_said(
    say: Any, stamped: SmallHouse, tmp_path: Path
) -> None:
    made = say("audit", "export", "--to", str(tmp_path / "copia"), "--json")
    assert (made.status, made.json["lines"]) == (0, made.json["last"])
    told = say("audit", "export", "--to", str(tmp_path / "otra"), "--plantel", "SAL")
    lines = (tmp_path / "otra" / "bitacora.jsonl").read_bytes().count(b"\n")
    assert told.out.startswith(f"{lines} asientos")
    key = say("audit", "key")
    assert key.out.strip().replace("-", "") == made.json["public_key"]
    assert made.json["public_key"] in told.err
    again = say("audit", "export", "--to", str(tmp_path / "copia"))
    assert (again.status, again.out) == (1, "")
    assert "ya tiene una exportación" in again.err


def test_the_audit_is_anchored_in_every_place_and_its_anchors_listed(
    say: Any, stamped: SmallHouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    none = say("audit", "anchor")
    assert (none.status, none.out) == (1, "")
    assert "PREGONERO_ANCHORS" in none.err
    good, bad = tmp_path / "otra" / "a.json", tmp_path / "no" / "b.json"
    good.parent.mkdir()
    monkeypatch.setenv("PREGONERO_ANCHORS", f"{good} {bad}")
    made = say("audit", "anchor")
    assert made.status == 1
    assert f"Anclado en {good}: eslabón " in made.out
    assert f"NO se ancló en {bad}: No se puede" in made.err
    listed = say("audit", "anchors")
    assert listed.status == 1
    assert "todavía no guarda" in listed.out
    assert "El último intento (" in listed.out
    bad.parent.mkdir()
    sent = say("audit", "anchor", "--json")
    assert (sent.status, [one["ok"] for one in sent.json["anchors"]]) == (0, [True, True])
    listed = say("audit", "anchors", "--json")
    assert (listed.status, len(listed.json["anchors"])) == (0, 4)
    assert listed.json["targets"][0]["target"] == str(good)
    assert say("audit", "verify", "--anchor", str(good)).status == 0
    one = say("audit", "anchor", "--to", str(tmp_path / "c.json"), "--json")
    assert (one.status, one.json["file"]) == (0, str(tmp_path / "c.json"))
    nowhere = say("audit", "anchor", "--to", str(tmp_path / "nada" / "c.json"))
    assert (nowhere.status, nowhere.out) == (1, "")
    assert "Revise el montaje" in nowhere.err


def test_the_audit_is_told_for_people_and_for_machines(say: Any, stamped: SmallHouse) -> None:
    good = say("audit", "verify", "--json")
    assert good.status == 0
    assert good.json["ok"] is True
    assert good.json["entries"] == good.json["links"] > 0
    with stamped.app.engine.begin() as connection:
        drop_guards(connection)
        connection.execute(text("UPDATE audit_entry SET reason = reason || '.'"))
    bad = say("audit", "verify", "--json")
    assert bad.status == 1
    assert bad.json["ok"] is False
    assert bad.json["problems"]
    people = say("audit", "verify")
    assert people.status == 1
    assert "NO es íntegra" in people.out


def drop_guards(connection: Any) -> None:
    """Do as an attacker with the database's own password would."""
    if connection.dialect.name == "sqlite":
        names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
        for (name,) in names.all():
            connection.execute(text(f'DROP TRIGGER "{name}"'))
    else:
        connection.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER ALL"))


def test_a_wrong_setting_is_one_sentence(say: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREGONERO_PORT", "muchos")
    said = say("accounts", "list")
    assert (said.status, len(said.err.splitlines())) == (1, 1)
    assert "PREGONERO_PORT" in said.err


def test_a_defect_gives_a_folio_and_no_traceback(
    say: Any, stamped: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("detalle interno")

    monkeypatch.setattr("publisher.people.list_people", broken)
    said = say("people", "list")
    assert said.status == 1
    assert re.search(r"folio [0-9a-f]{8}", said.err.splitlines()[-1])


def test_ctrl_c_is_130(say: Any, stamped: SmallHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("publisher.people.list_people", interrupted)
    assert say("people", "list").status == 130


def process(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "publisher.cli", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.processes
def test_the_log_of_a_command_is_in_the_data_folder_and_not_on_the_screen(tmp_path: Path) -> None:
    environment = {"PREGONERO_DATA_DIR": str(tmp_path)}
    assert process(*INIT, **environment).returncode == 0
    assert not (tmp_path / "logs").exists()
    # a table that is gone is a defect to the program: the detail goes to the log
    with sqlite3.connect(tmp_path / "pregonero.db") as connection:
        connection.execute("ALTER TABLE designation RENAME TO otra")
    said = process("people", "list", **environment)
    assert said.returncode == 1
    assert "Traceback" not in said.stderr
    folio = re.search(r"folio ([0-9a-f]{8})", said.stderr)
    assert folio
    logged = json.loads((tmp_path / "logs" / "pregonero.log").read_text().splitlines()[-1])
    assert logged["folio"] == folio[1]
    assert "designation" in logged["exception"]


@pytest.mark.processes
def test_help_looks_at_nothing_and_imports_no_room(tmp_path: Path) -> None:
    code = (
        "import sys; from publisher import cli; status = cli.run(['--help']); "
        "heavy = {'sqlalchemy', 'sqlmodel', 'pydantic_settings', 'structlog', 'PIL', 'fpdf',"
        " 'openpyxl', 'tweepy', 'alembic', 'apscheduler'} & set(sys.modules); "
        "print(heavy, file=sys.stderr); sys.exit(status or bool(heavy))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.processes
def test_a_reader_that_has_enough_gets_no_complaint(tmp_path: Path) -> None:
    environment = {**os.environ, "PREGONERO_DATA_DIR": str(tmp_path)}
    assert process(*INIT, "--planteles", PREGONERO_DATA_DIR=str(tmp_path)).returncode == 0
    command = (
        f"{sys.executable} -m publisher.cli people list --json | true; exit ${{PIPESTATUS[0]}}"
    )
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""


def test_main_guards_the_memory_first_and_exits_with_the_status(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done: list[str] = []
    monkeypatch.setattr(memory, "guard", lambda: done.append("guard"))  # once done it stays
    monkeypatch.setattr(cli, "run", lambda _: done.append("run") or 2)
    with pytest.raises(SystemExit) as caught:
        cli.main(["x"])
    assert caught.value.code == 2
    assert done == ["guard", "run"]


def test_a_session_is_opened_from_the_command_line_by_a_person_who_answers_the_code(
    say: Any, stamped: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter(["clave-plantada", "909090", "515151"])
    monkeypatch.setattr("typer.prompt", lambda *_, **asked: asked.get("default") or next(answers))
    until = stamped.clock()
    wanted = connections.CodeWanted(ticket="b", kind="sms", sentence="Un código.", until=until)
    got: list[str] = []

    def begin(
        _app: Any, actor: Any, account: int, *, username: str, password: Any, **_: Any
    ) -> Any:
        got.extend([actor.email, str(account), username, password.reveal()])
        return wanted

    def answer(_app: Any, _actor: Any, _ticket: str, code: Any) -> Any:
        got.append(code.reveal())
        done = Identity(external_id="1", handle="instagram_sal", name="Plantel SAL")
        return done if code.reveal() == "515151" else wanted

    monkeypatch.setattr(connections, "begin_session", begin)
    monkeypatch.setattr(connections, "answer_session", answer)
    who = stamped.people["OPER.SAL"].email
    done = say("accounts", "login", "--account", "@instagram_sal", "--as", who)
    assert (done.status, done.out.strip()) == (
        0,
        "La sesión es de Plantel SAL y quedó guardada, cifrada.",
    )
    account_id = str(stamped.accounts["SAL", "instagram"])
    assert got == [who, account_id, "instagram_sal", "clave-plantada", "909090", "515151"]
    assert "plantada" not in done.out + done.err
    assert say("accounts", "login", "--account", "x_sal", "--as", who).status == 1


def test_the_pages_of_a_system_user_are_listed_first_and_connected_when_chosen(
    say: Any, stamped: SmallHouse, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from connectors.meta_login import Granted
    from publisher.connections import choosing

    with stamped.app.read() as session:
        mine = session.get_one(Account, stamped.accounts["SAL", "facebook"])
    pages = [("facebook", mine.external_id, "Página SAL"), ("facebook", "999", "Ajena")]
    granted = tuple(
        Granted(network=network, external_id=id_, name=name, token="EAAplantado0123456789")
        for network, id_, name in pages
    )
    monkeypatch.setattr(choosing, "reached", lambda *_: granted)
    connected: list[int] = []
    monkeypatch.setattr(choosing.connect, "prove", lambda *args, **_: args[2])
    monkeypatch.setattr(choosing.connect, "install", lambda *args, **_: connected.append(args[2]))
    path = tmp_path / "token"
    path.write_text("EAAdelsistema0123456789\n")
    who = stamped.people["OPER.SAL"].email
    asked = ("accounts", "connect", "--system-token-file", str(path), "--as", who)
    exposed = say(*asked)
    assert (exposed.status, connected) == (1, [])
    path.chmod(0o600)
    listed = say(*asked)
    assert (listed.status, connected) == (0, [])
    assert "Página SAL" in listed.out
    assert "No está registrada" in listed.out
    assert say(*asked, "--account", "999999").status == 1
    assert say(*asked, "--all", "--account", str(mine.id)).status == 2
    done = say(*asked, "--all", "--json")
    assert (done.status, json.loads(done.out)["connected"], connected) == (0, 1, [mine.id])
    assert "EAA" not in exposed.out + exposed.err + listed.out + listed.err + done.out + done.err


def test_accounts_are_verified_in_one_command_whose_status_says_if_all_are_well(
    say: Any, stamped: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("publisher.app.load", lambda key, _: stamped.networks(key))
    assert say("accounts", "verify").status == 2
    assert say("accounts", "verify", "--all", "--plantel", "SAL").status == 2
    fine = say("accounts", "verify", "--all", "--json")
    assert (fine.status, fine.json["counts"]) == (0, {"ok": 9})
    expired = CredentialRejected(code="x.token_expired", sentence="Venció; renuévela.")
    stamped.networks.order("x", "verify", Fault(expired))
    bad = say("accounts", "verify", "--plantel", "SAL")
    assert bad.status == 1
    assert "x_sal (x): Vencida. Venció; renuévela." in bad.out
    assert "3 cuentas" in bad.out
    assert say("accounts", "verify", "--plantel", "NADA").status == 1
