from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from publisher import data, institution
from publisher.app import SYSTEM
from publisher.errors import Conflict, Forbidden, Invalid, Unready
from publisher.institution import zones
from publisher.models import Account, Plantel
from tests.support.house import House, make_app


def count(house: House, model: type) -> int:
    with house.app.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_the_shipped_institution_has_77_planteles_with_three_accounts_each(house: House) -> None:
    assert (count(house, Plantel), count(house, Account)) == (77, 231)


def test_loading_again_adds_nothing_and_changes_nothing(house: House) -> None:
    with house.app.write() as session:
        session.get_one(Plantel, 1).name = "CECyTE Acuña «Nombre verdadero»"

    assert institution.load_shipped(house.app, SYSTEM) == institution.Loaded(
        planteles=0, accounts=0
    )
    with house.app.read() as session:
        assert session.get_one(Plantel, 1).name == "CECyTE Acuña «Nombre verdadero»"


def test_demo_accounts_follow_from_the_code_and_none_is_shared(house: House) -> None:
    with house.app.read() as session:
        rows = session.execute(
            select(Plantel.code, Account.network, Account.handle, Account.external_id).join(
                Account,
                Account.plantel_id == Plantel.id,  # type: ignore[arg-type]
            )
        ).all()

    assert ("P01", "x", "cecyte_p01", "900200000001") in rows
    assert ("P77", "instagram", "emsad_p77", "900300000077") in rows
    assert len({(row[1], row[3]) for row in rows}) == 231
    assert max(len(row[2]) for row in rows) <= 15


def test_production_invents_no_account(engine: Engine, tmp_path: Path) -> None:
    app, _clock = make_app(engine, tmp_path)
    with pytest.raises(Unready):
        institution.load_shipped(app, SYSTEM)
    institution.create_institution(app, name="C", short_name="C", timezone="America/Monterrey")

    assert institution.load_shipped(app, SYSTEM) == institution.Loaded(planteles=77, accounts=0)


def test_an_institution_is_created_once_and_with_a_real_zone(
    engine: Engine, tmp_path: Path
) -> None:
    app, _clock = make_app(engine, tmp_path)
    with pytest.raises(Invalid):
        institution.create_institution(app, name="C", short_name="C", timezone="America/Saltillo")
    with pytest.raises(Invalid):
        institution.create_institution(app, name=" ", short_name="C", timezone="America/Monterrey")
    institution.create_institution(app, name="C", short_name="C", timezone="America/Monterrey")

    with pytest.raises(Conflict):
        institution.create_institution(app, name="D", short_name="D", timezone="America/Monterrey")


def test_only_the_administration_loads(house: House) -> None:
    with pytest.raises(Forbidden):
        institution.load_shipped(house.app, house.actor("DIRV"))


def test_the_vocabulary_is_the_institution_s_own(engine: Engine, tmp_path: Path) -> None:
    app, _clock = make_app(engine, tmp_path)
    institution.create_institution(
        app,
        name="Municipio",
        short_name="Municipio",
        timezone="America/Mexico_City",
        vocabulary={"plantel": "dependencia"},
    )

    assert institution.word(app, "plantel") == "dependencia"
    assert institution.word(app, "evidencia") == "evidencia"
    with pytest.raises(LookupError):
        institution.word(app, "no existe")


def test_every_shipped_plantel_has_the_zone_of_its_municipality() -> None:
    rows = list(csv.DictReader(io.StringIO(data.read("planteles.csv").decode())))

    assert len(rows) == 77
    assert [row["id"] for row in rows if zones.zone_of(row["cve_inegi"]) != row["timezone"]] == []


def test_eleven_municipalities_keep_the_time_of_the_border() -> None:
    border = {code for code, zone in zones.BORDER_ZONES.items() if zone == "America/Matamoros"}

    assert len(border) == 11
    assert zones.zone_of("05030") == "America/Monterrey"
    assert zones.zone_of("14039") is None


def test_the_civic_calendar_ships() -> None:
    rows = list(csv.DictReader(io.StringIO(data.read("calendario_civico.csv").decode())))

    assert len(rows) == 68
