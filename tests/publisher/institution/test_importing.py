from __future__ import annotations

import pytest
from sqlalchemy import func, select

from publisher import data, institution, people
from publisher.app import SYSTEM, Actor
from publisher.errors import Conflict, Forbidden, Invalid
from publisher.models import Account, Designation, Person, Plantel
from tests.support.house import House

HEAD = "clave;nombre;tipo;municipio;clave_inegi;zona_horaria"
ACUNA = "P01;CECyTE Acuña;CECyTE;Acuña;05002;America/Matamoros"


def file(*lines: str, head: str = HEAD) -> bytes:
    return "\n".join((head, *lines)).encode("windows-1252")


def only_error(house: House, admin: Actor, kind: str, content: bytes) -> tuple[str, str]:
    [row] = institution.preview(house.app, admin, kind, content, "a.csv").rows
    assert row.outcome == "error"
    [error] = row.errors
    return error.column, error.sentence


def test_the_shipped_file_itself_changes_nothing(still: House, asker: Actor) -> None:
    seen = institution.preview(still.app, asker, "planteles", data.read("planteles.csv"), "p.csv")

    assert seen.count("unchanged") == 77
    assert seen.ignored == ("source",)


def test_a_preview_tells_each_row_s_fate_and_writes_nothing(still: House, asker: Actor) -> None:
    content = file(
        ACUNA,
        "P02;CECyTE Acuña «Venustiano Carranza»;CECyTE;Acuña;5002;",
        "Z01;CECyTE Nuevo Saltillo;CECyTE;Saltillo;05030;",
        "Z02;;CECyTE;Saltillo;99999;",
    )

    seen = institution.preview(still.app, asker, "planteles", content, "a.csv")

    assert [row.outcome for row in seen.rows] == ["unchanged", "updated", "created", "error"]
    assert seen.rows[1].changes == (
        institution.Change(
            column="nombre",
            before="CECyTE Acuña 01 (nombre provisional)",
            after="CECyTE Acuña «Venustiano Carranza»",
        ),
    )
    assert {error.column for error in seen.rows[3].errors} == {"nombre", "clave_inegi"}
    with still.app.read() as session:
        assert session.scalar(select(func.count()).select_from(Plantel)) == 77


def test_an_import_is_all_or_nothing(house: House, admin: Actor) -> None:
    content = file("Z01;Nuevo;CECyTE;Saltillo;05030;", "Z02;;CECyTE;Saltillo;05030;")

    with pytest.raises(Invalid, match="Hay 1 renglón con errores"):
        institution.apply(house.app, admin, "planteles", content, "a.csv")

    with house.app.read() as session:
        assert session.scalar(select(func.count()).select_from(Plantel)) == 77


def test_an_import_does_what_its_preview_said(house: House, admin: Actor) -> None:
    content = file("Z01;Nuevo;CECyTE;Saltillo;05030;")
    seen = institution.preview(house.app, admin, "planteles", content, "a.csv")

    done = institution.apply(house.app, admin, "planteles", content, "a.csv", expected=seen.digest)

    assert done == seen
    again = institution.preview(house.app, admin, "planteles", content, "a.csv")
    assert again.count("unchanged") == 1
    with pytest.raises(Conflict, match="cambiaron"):
        institution.apply(house.app, admin, "planteles", content, "a.csv", expected=seen.digest)


def test_a_missing_zone_follows_from_the_municipality(house: House, admin: Actor) -> None:
    content = file(
        "Z01;Frontera norte;CECyTE;Piedras Negras;05025;", "Z02;Centro;CECyTE;Saltillo;5030;"
    )
    institution.apply(house.app, admin, "planteles", content, "a.csv")

    with house.app.read() as session:
        zones = dict(
            session.execute(
                select(Plantel.code, Plantel.timezone).where(Plantel.code.in_(["Z01", "Z02"]))  # type: ignore[attr-defined]
            ).all()
        )
    assert zones == {"Z01": "America/Matamoros", "Z02": "America/Monterrey"}


@pytest.mark.parametrize(
    ("line", "column", "sentence"),
    [
        (
            "P01;CECyTE Acuña;CECyTE;Acuña;05002;America/Monterrey",
            "zona_horaria",
            "America/Matamoros, no",
        ),
        ("P01;CECyTE Acuña;CECyTE;Saltillo;05030;", "clave", "nunca cambia de significado"),
        ("Z01;CECyTE Acuña;CECyTE;Acuña;05002;", "nombre", "ya lo tiene la clave P01"),
        ("Z 1;Nuevo;CECyTE;Acuña;05002;", "clave", "no es una clave"),
        ("Z01;Nuevo;CECyTE;Guadalajara;14039;", "zona_horaria", "escríbala"),
        ("Z01;Nuevo;CECyTE;Guadalajara;14039;America/Nada", "zona_horaria", "no es una zona"),
        ("Z01;Nuevo;CECyTE;Nada;33001;", "clave_inegi", "clave INEGI"),
        ("Z01;" + "N" * 121 + ";CECyTE;Acuña;05002;", "nombre", "a lo más 120"),
    ],
)
def test_each_wrong_plantel_row_names_its_column_and_says_why(
    still: House, asker: Actor, line: str, column: str, sentence: str
) -> None:
    found = only_error(still, asker, "planteles", file(line))

    assert found[0] == column
    assert sentence in found[1]


def test_a_code_twice_in_a_file_is_refused_and_two_names_may_be_swapped(
    still: House, asker: Actor
) -> None:
    twice = file(ACUNA, ACUNA.replace("P01", "p01"))
    seen = institution.preview(still.app, asker, "planteles", twice, "a.csv")
    assert [row.outcome for row in seen.rows] == ["unchanged", "error"]

    swapped = file(
        "P25;CECyTE Sabinas;CECyTE;Sabinas;05028;", "P26;CECyTE Agujita;CECyTE;Sabinas;05028;"
    )
    seen = institution.preview(still.app, asker, "planteles", swapped, "a.csv")
    assert [row.outcome for row in seen.rows] == ["updated", "updated"]


PEOPLE = "correo;nombre;funcion;plantel;cargo;desde;hasta"


def test_people_come_with_their_roles_and_without_password(house: House, admin: Actor) -> None:
    content = file(
        "Dir@Example.mx;Luis Peña;director;p01;Director;2026-01-15;31/12/2027",
        "coor@example.mx;Ana Núñez;Coordinadora;;;;",
        "solo@example.mx;Sin Función;;;;;",
        head=PEOPLE,
    )
    seen = institution.apply(house.app, admin, "personas", content, "a.csv")

    assert seen.count("created") == 3
    rows = {row.email: row for row in people.list_people(house.app, admin)}
    assert rows["dir@example.mx"].grants == (("DIRP", 1),)
    assert rows["coor@example.mx"].grants == (("COOR", None),)
    assert rows["solo@example.mx"].grants == ()
    assert not rows["dir@example.mx"].has_password
    again = institution.preview(house.app, admin, "personas", content, "a.csv")
    assert again.count("unchanged") == 3


def test_dates_are_whole_days_in_the_institution_s_zone(house: House, admin: Actor) -> None:
    content = file("d@example.mx;Luis;DIRP;P01;;2026-01-15;2027-12-31", head=PEOPLE)
    institution.apply(house.app, admin, "personas", content, "a.csv")

    with house.app.read() as session:
        held = session.scalars(select(Designation).where(Designation.role == "DIRP")).one()  # type: ignore[arg-type]
        assert held.starts_at.isoformat() == "2026-01-15T06:00:00+00:00"
        assert held.ends_at is not None
        assert held.ends_at.isoformat() == "2028-01-01T06:00:00+00:00"


def test_the_administration_s_import_leaves_naming_operators_to_the_director(
    house: House, admin: Actor
) -> None:
    content = file("o@example.mx;Olga;operador;P01;;;", head=PEOPLE)

    seen = institution.apply(house.app, admin, "personas", content, "a.csv")

    assert "la hace la dirección del plantel" in seen.rows[0].notes[0]
    [olga] = [row for row in people.list_people(house.app, admin) if row.name == "Olga"]
    assert olga.grants == ()
    by_command = institution.apply(house.app, SYSTEM, "personas", content, "a.csv")
    assert by_command.count("updated") == 1
    assert people.actor_for(house.app, olga.id).grants == (("OPER", 1),)


def test_one_person_may_have_a_row_for_each_role(house: House, admin: Actor) -> None:
    content = file(
        "d@example.mx;Luis Peña;DIRP;P01;;;", "d@example.mx;Luis Peña;DIRP;P02;;;", head=PEOPLE
    )
    institution.apply(house.app, admin, "personas", content, "a.csv")

    with house.app.read() as session:
        assert session.scalar(select(func.count()).where(Person.email == "d@example.mx")) == 1  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("line", "column", "sentence"),
    [
        ("ana;Ana;COOR;;;;", "correo", "no es un correo"),
        ("a@example.mx;;COOR;;;;", "nombre", "Falta el nombre"),
        ("a@example.mx;Ana;REY;;;;", "funcion", "Las funciones son"),
        ("a@example.mx;Ana;DIRP;;;;", "plantel", "indique cuál"),
        ("a@example.mx;Ana;COOR;P01;;;", "plantel", "no es de un plantel"),
        ("a@example.mx;Ana;DIRP;P99;;;", "plantel", "clave P99"),
        ("a@example.mx;Ana;COOR;;;2026-13-01;", "desde", "no es una fecha"),
        ("a@example.mx;Ana;COOR;;;2027-01-02;2027-01-01", "hasta", "posterior"),
    ],
)
def test_each_wrong_person_row_names_its_column_and_says_why(
    still: House, asker: Actor, line: str, column: str, sentence: str
) -> None:
    found = only_error(still, asker, "personas", file(line, head=PEOPLE))

    assert found[0] == column
    assert sentence in found[1]


def test_rows_of_one_person_are_judged_together(still: House, asker: Actor) -> None:
    content = file(
        "a@example.mx;Ana;ADM;;;;",
        "a@example.mx;Ana;DIRV;;;;",
        "b@example.mx;Berta;COOR;;;;",
        "b@example.mx;Otra;AUD;;;;",
        "b@example.mx;Berta;COOR;;;;",
        head=PEOPLE,
    )
    seen = institution.preview(still.app, asker, "personas", content, "a.csv")

    assert [row.outcome for row in seen.rows] == ["created", "error", "created", "error", "error"]
    assert "no puede reunir" in seen.rows[1].errors[0].sentence
    assert "otro nombre" in seen.rows[3].errors[0].sentence


ACCOUNTS = "plantel;red;conector;cuenta;id_externo;direccion"


def test_an_account_of_a_new_plantel_is_created_and_later_updated(
    house: House, admin: Actor
) -> None:
    institution.apply(
        house.app, admin, "planteles", file("Z01;Nuevo;CECyTE;Saltillo;05030;"), "a.csv"
    )
    first = file("Z01;Twitter;;@cecyte_nuevo;123456;", head=ACCOUNTS)
    later = file("Z01;x;x;cecyte_z01;123456;https://x.com/cecyte_z01", head=ACCOUNTS)

    assert institution.apply(house.app, admin, "cuentas", first, "a.csv").count("created") == 1
    assert institution.apply(house.app, admin, "cuentas", later, "a.csv").count("updated") == 1
    with house.app.read() as session:
        account = session.scalars(select(Account).where(Account.external_id == "123456")).one()  # type: ignore[arg-type]
        assert (account.network, account.handle) == ("x", "cecyte_z01")


def test_an_account_enters_assisted_mode_and_leaves_it_by_its_connector(
    house: House, admin: Actor
) -> None:
    ways = [
        ("asistido", "x_assisted"),
        ("", "x_assisted"),
        ("x", "x"),
        ("x_assisted", "x_assisted"),
    ]
    for written, connector in ways:
        row = file(f"P01;x;{written};cecyte_p01;900200000001;", head=ACCOUNTS)
        done = institution.apply(house.app, admin, "cuentas", row, "a.csv")
        assert done.count("error") == 0
        with house.app.read() as session:
            account = session.scalars(
                select(Account).where(Account.external_id == "900200000001")  # type: ignore[arg-type]
            ).one()
        assert account.connector == connector


@pytest.mark.parametrize(
    ("line", "column", "sentence"),
    [
        ("P99;x;;a;1;", "plantel", "clave P99"),
        ("P01;tiktok;;a;1;", "red", "No existe la red"),
        ("P01;x;facebook;cecyte_p01;900200000001;", "conector", "para x"),
        ("P01;instagram;instagram_private;cecyte_p01;900300000001;", "conector", "riesgo"),
        ("P01;x;;con espacio;900200000001;", "cuenta", "no es un nombre"),
        ("P01;x;;a;12345;", "id_externo", "Reemplazar cuenta"),
        ("P01;x;;cecyte_p01;900200000001;http://x.com/a", "direccion", "https://"),
    ],
)
def test_each_wrong_account_row_names_its_column_and_says_why(
    still: House, asker: Actor, line: str, column: str, sentence: str
) -> None:
    found = only_error(still, asker, "cuentas", file(line, head=ACCOUNTS))

    assert found[0] == column
    assert sentence in found[1]


def test_one_account_belongs_to_one_plantel(house: House, admin: Actor) -> None:
    institution.apply(
        house.app, admin, "planteles", file("Z01;Nuevo;CECyTE;Saltillo;05030;"), "a.csv"
    )

    column, sentence = only_error(
        house, admin, "cuentas", file("Z01;x;;a;900200000001;", head=ACCOUNTS)
    )

    assert column == "id_externo"
    assert "CECyTE Acuña" in sentence


@pytest.mark.parametrize("role", ["DIRV", "COOR", "DIRP", "OPER", "AUD"])
@pytest.mark.parametrize("kind", ["planteles", "personas", "cuentas"])
def test_only_the_administration_imports(still: House, role: str, kind: str) -> None:
    actor = still.actor(role, 1 if role in {"DIRP", "OPER"} else None)

    with pytest.raises(Forbidden):
        institution.preview(still.app, actor, kind, file(ACUNA), "a.csv")
    with pytest.raises(Forbidden):
        institution.apply(still.app, actor, kind, file(ACUNA), "a.csv")


def test_what_cannot_be_imported_says_so(still: House, asker: Actor) -> None:
    with pytest.raises(Invalid, match="No se puede importar"):
        institution.preview(still.app, asker, "llaves", file(ACUNA), "a.csv")
