"""Opening an installation: every way it cannot be opened is one Spanish sentence."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from publisher import institution, migrations
from publisher.app import App, open_app
from publisher.errors import Unready
from publisher.models import Institution
from publisher.settings import Settings


def settings(folder: Path, url: str = "", **changes: object) -> Settings:
    return Settings(data_dir=folder, database_url=url, **changes)  # type: ignore[arg-type]


def create(made: Settings) -> App:
    app = open_app(made, create=True)
    institution.create_institution(
        app, name="Colegio", short_name="Colegio", timezone="America/Monterrey", mode="sandbox"
    )
    return app


def test_a_new_installation_has_a_key_of_its_own_and_every_table(
    tmp_path: Path, database_url: str
) -> None:
    app = create(settings(tmp_path, database_url))
    key = tmp_path / "kek.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o400
    assert migrations.current(app.engine) == migrations.head()
    assert app.institution.name == "Colegio"
    again = open_app(settings(tmp_path, database_url))
    assert again.institution.name == "Colegio"
    app.engine.dispose()
    again.engine.dispose()


def test_what_was_never_initialised_says_so_and_leaves_nothing_behind(tmp_path: Path) -> None:
    folder = tmp_path / "nada"
    with pytest.raises(Unready, match="pregonero init"):
        open_app(settings(folder))
    assert not folder.exists()


@pytest.mark.postgres
def test_an_empty_postgresql_database_says_so_too(tmp_path: Path, postgres_url: str) -> None:
    with pytest.raises(Unready, match="pregonero init"):
        open_app(settings(tmp_path, postgres_url))
    assert not (tmp_path / "kek.key").exists()


def test_tables_without_an_institution_say_so(tmp_path: Path) -> None:
    app = open_app(settings(tmp_path), create=True)
    with pytest.raises(Unready, match="pregonero init"):
        app.institution  # noqa: B018
    app.engine.dispose()


def test_a_set_up_cut_short_before_its_tables_is_repeated(tmp_path: Path) -> None:
    create(settings(tmp_path / "otra")).engine.dispose()
    (tmp_path / "kek.key").write_bytes((tmp_path / "otra" / "kek.key").read_bytes())
    (tmp_path / "kek.key").chmod(0o400)
    create(settings(tmp_path)).engine.dispose()
    open_app(settings(tmp_path)).engine.dispose()


@pytest.mark.parametrize("what", ["missing", "another's", "damaged", "readable by all"])
def test_a_key_that_is_not_this_database_s_is_refused(
    tmp_path: Path, database_url: str, what: str
) -> None:
    create(settings(tmp_path, database_url)).engine.dispose()
    key = tmp_path / "kek.key"
    before = key.read_bytes()
    key.unlink()
    if what == "another's":
        create(settings(tmp_path / "otra")).engine.dispose()
        key.write_bytes((tmp_path / "otra" / "kek.key").read_bytes())
    elif what == "damaged":
        key.write_bytes(before[:-9])
    elif what == "readable by all":
        key.write_bytes(before)
    if key.exists():
        key.chmod(0o444 if what == "readable by all" else 0o400)
    for create_it in (False, True):
        with pytest.raises(Unready) as caught:
            open_app(settings(tmp_path, database_url), create=create_it)
        assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://nadie@127.0.0.1:1/nada", "PREGONERO_DATABASE_URL"),
        ("sqlite:////proc/nada/pregonero.db", "pregonero init"),
        ("mysql://a@b/c", "sqlite:"),
        ("esto no es una dirección", "sqlite:"),
    ],
)
def test_a_database_that_cannot_be_used_says_so(tmp_path: Path, url: str, words: str) -> None:
    with pytest.raises(Unready, match=words):
        open_app(settings(tmp_path, url))


def test_a_password_in_the_address_is_never_said(tmp_path: Path) -> None:
    with pytest.raises(Unready) as caught:
        open_app(settings(tmp_path, "postgresql://nadie:muy-secreta@127.0.0.1:1/nada"))
    assert "muy-secreta" not in str(caught.value)


def test_a_file_that_is_no_database_says_so(tmp_path: Path) -> None:
    (tmp_path / "pregonero.db").write_text("Esto no es una base de datos. " * 200)
    with pytest.raises(Unready, match="base de datos"):
        open_app(settings(tmp_path))


def test_a_folder_that_cannot_be_written_says_which(tmp_path: Path) -> None:
    (tmp_path / "archivo").write_text("ocupado")
    for folder in (tmp_path / "archivo", Path("/proc/nada")):
        with pytest.raises(Unready, match=str(folder)):
            open_app(settings(folder), create=True)


@pytest.mark.parametrize("profile", ["production", "lab"])
def test_no_request_may_outlast_the_call_it_belongs_to(app: App, profile: str) -> None:
    app = replace(app, settings=app.settings.model_copy(update={"profile": profile}))
    patience = max(app.endpoints.read_timeout, app.endpoints.upload_timeout)
    assert patience < app.timing.call_deadline < app.timing.lease


def test_the_environment_wins_over_the_addresses_of_the_sandbox(app: App) -> None:
    with app.write() as session:
        session.get_one(Institution, 1).addresses = {
            "x": "http://127.0.0.1:1",
            "graph": "http://127.0.0.1:2",
            "media": "http://127.0.0.1:3/",
        }
    stored = replace(app)
    assert stored.endpoints.x_base_url == "http://127.0.0.1:1"
    assert stored.media_base_url == "http://127.0.0.1:3"
    assert stored.endpoints.loopback_only
    chosen = Settings(
        data_dir=app.settings.data_dir,
        x_base_url="http://127.0.0.1:9",
        media_base_url="http://127.0.0.1:8/",
    )
    other = replace(app, settings=chosen)
    assert other.endpoints.x_base_url == "http://127.0.0.1:9"
    assert other.endpoints.graph_base_url == "http://127.0.0.1:2"
    assert other.media_base_url == "http://127.0.0.1:8"


def test_the_engine_speaks_to_the_database_of_the_settings(
    tmp_path: Path, database_url: str
) -> None:
    app = create(settings(tmp_path, database_url))
    assert app.engine.url.database == make_url(database_url).database
    app.engine.dispose()
