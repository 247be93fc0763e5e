from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from openpyxl import load_workbook

from publisher import institution, people
from publisher.app import SYSTEM, Actor
from publisher.errors import Forbidden, Invalid
from publisher.models import Plantel
from tests.support.house import House


def cells(file: institution.ExportFile) -> list[list[Any]]:
    if file.name.endswith(".csv"):
        return list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    sheet = load_workbook(io.BytesIO(file.content)).worksheets[0]
    return [list(row) for row in sheet.iter_rows(values_only=True)]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("kind", ["planteles", "personas", "cuentas"])
def test_what_is_exported_comes_back_unchanged(
    house: House, admin: Actor, kind: str, form: Any
) -> None:
    house.actor("DIRP", 1, '=HIPERVINCULO("http://x")')
    house.actor("COOR", name="'Ángela Ñáñez")
    with house.app.write() as session:
        session.get_one(Plantel, 2).name = "+Plantel, con «comas»; y punto"

    file = institution.export(house.app, admin, kind, form)

    back = institution.preview(house.app, admin, kind, file.content, file.name)
    assert {row.outcome for row in back.rows} == {"unchanged"}
    assert len(back.rows) == {"planteles": 77, "personas": 3, "cuentas": 231}[kind]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_no_exported_cell_begins_a_formula(house: House, admin: Actor, form: Any) -> None:
    for name in ("=1+1", "+52 1", "-3", "@suma", "＝1", " =2"):
        with house.app.write() as session:
            session.get_one(Plantel, 1).name = name
        rows = cells(institution.export(house.app, admin, "planteles", form))
        assert rows[1][1] == f"'{name}"


def test_no_hash_or_password_is_exported(house: House, admin: Actor) -> None:
    made = people.create_person(house.app, SYSTEM, email="o@example.mx", name="O")

    text = institution.export(house.app, admin, "personas", "csv").content.decode("utf-8-sig")

    assert "o@example.mx" in text
    assert "argon2" not in text
    assert made.password not in text


def test_a_plantel_s_people_export_only_their_own(house: House) -> None:
    director = house.actor("DIRP", 2)

    planteles = cells(institution.export(house.app, director, "planteles", "csv"))
    cuentas = cells(institution.export(house.app, director, "cuentas", "csv"))

    assert [row[0] for row in planteles[1:]] == ["P02"]
    assert {row[0] for row in cuentas[1:]} == {"P02"}
    with pytest.raises(Forbidden):
        institution.export(house.app, director, "personas", "csv")


def test_whoever_has_no_role_exports_nothing(house: House) -> None:
    nobody = people.actor_for(house.app, house.person())

    for kind in ("planteles", "cuentas", "personas"):
        with pytest.raises(Forbidden):
            institution.export(house.app, nobody, kind)


def test_a_template_has_the_headers_and_nothing_else() -> None:
    file = institution.template("cuentas", "xlsx")

    assert cells(file) == [["plantel", "red", "conector", "cuenta", "id_externo", "direccion"]]
    with pytest.raises(Invalid):
        institution.template("llaves")
