from __future__ import annotations

import json

import pytest

from publisher.cli import vault as command
from publisher.custody import changes, duties
from publisher.texts import custody as texts
from tests.support.house import SmallHouse
from vault import custody
from vault.secret import Secret

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What is listed is tried on both databases where it is read: here it is only printed."""

PASSWORD = "Nadie-Debe-Leerme-5"


@pytest.fixture
def kept(small: SmallHouse, monkeypatch: pytest.MonkeyPatch) -> SmallHouse:
    """One account of Saltillo with its password, one with a duty; the commands work on it."""
    changes.record(
        small.app,
        small.operador(),
        small.accounts["SAL", "x"],
        {custody.PASSWORD: Secret(PASSWORD)},
        cause="rotation",
        reason="Alta",
    )
    with small.app.write() as session:
        duties.oblige(
            session, small.app, small.accounts["TOR", "x"], "envelope", 1, now=small.clock()
        )
    small.clock.pass_(hours=25)

    class Installation:
        def __enter__(self) -> object:
            return small.app

        def __exit__(self, *_: object) -> None:
            return None

    monkeypatch.setattr(command, "installation", Installation)
    return small


def test_custody_is_listed_with_who_holds_what_and_no_value(
    kept: SmallHouse, capsys: pytest.CaptureFixture[str]
) -> None:
    command.custody_(json=True)
    out = capsys.readouterr().out
    assert PASSWORD not in out
    told = {row["id"]: row for row in json.loads(out)["accounts"]}
    assert len(told) == 9
    mine = told[kept.accounts["SAL", "x"]]
    assert (mine["custodian"], mine["holds"], mine["stage"]) == (
        "Persona OPER.SAL",
        ["login_password"],
        "registrada",
    )
    assert told[kept.accounts["TOR", "x"]]["late"] is True


def test_people_read_it_as_a_table_with_the_most_pressing_word_of_each(
    kept: SmallHouse, capsys: pytest.CaptureFixture[str]
) -> None:
    command.custody_(json=False)
    out = capsys.readouterr().out
    line = {
        code: next(one for one in out.splitlines() if f" x_{code} " in one)
        for code in ("sal", "tor", "acu")
    }
    assert texts.STAGES["registrada"] in line["sal"]
    assert texts.OVERDUE in line["tor"]
    assert texts.UNKEPT in line["acu"]
    assert "custodia, dirección, Vinculación" in line["acu"]
    assert PASSWORD not in out


def test_what_is_owed_alone_is_listed_when_asked_for(
    kept: SmallHouse, capsys: pytest.CaptureFixture[str]
) -> None:
    command.custody_(owed=True, json=True)
    assert len(json.loads(capsys.readouterr().out)["accounts"]) == 9
