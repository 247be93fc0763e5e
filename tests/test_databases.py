"""The databases that tests get are real, empty and their own."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, inspect, text

from tests.support.postgres import PostgresServer


@pytest.mark.parametrize("round_number", [1, 2])
def test_each_test_has_an_empty_database_of_its_own(engine: Engine, round_number: int) -> None:
    assert inspect(engine).get_table_names() == []
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE plantel (nombre TEXT)"))
        connection.execute(text("INSERT INTO plantel VALUES ('Peñón')"))
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT upper(nombre) FROM plantel")) in {"PEÑÓN", "PEñóN"}


@pytest.mark.postgres
def test_the_postgresql_is_a_real_one_with_locks_and_notifications(postgres_url: str) -> None:
    from publisher.db import make_engine

    engine = make_engine(postgres_url)
    with engine.begin() as connection:
        version = connection.scalar(text("SELECT current_setting('server_version_num')::int"))
        connection.execute(text("CREATE TABLE turno (id int)"))
        connection.execute(text("SELECT id FROM turno FOR UPDATE SKIP LOCKED"))
        connection.execute(text("NOTIFY despierta"))
    engine.dispose()
    assert version >= 160000


@pytest.mark.postgres
def test_a_database_is_copied_from_a_template(postgres_server: PostgresServer) -> None:
    from publisher.db import make_engine

    template = postgres_server.create_database()
    filled = make_engine(postgres_server.url(template))
    with filled.begin() as connection:
        connection.execute(text("CREATE TABLE molde (id int)"))
    filled.dispose()
    copy = postgres_server.create_database(template)
    engine = make_engine(postgres_server.url(copy))
    assert inspect(engine).get_table_names() == ["molde"]
    engine.dispose()
    postgres_server.drop_database(copy)
    postgres_server.drop_database(template)
