"""Photos as they are kept: rows, audit, files and who may."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from publisher import db
from publisher.app import SYSTEM, Actor
from publisher.errors import Forbidden, NotFound, Unready
from publisher.media import accept, pictures, read_bytes, store, thumbnail
from publisher.media.upload import display_name
from publisher.models import Media, Rendition
from tests.publisher.media.photos import files, one_plantel, opened, photo, upload
from tests.support.house import House
from vault.audit_tables import AuditEntry


def test_an_upload_leaves_rows_and_one_audit_entry(both: House) -> None:
    actor = both.actor("OPER", 1)
    received = photo()
    info = upload(both, actor, received, name="C:\\fotos\\Graduación.jpg")
    with both.app.read() as session:
        row = session.get(Media, info.id)
        assert row is not None
        assert (row.plantel_id, row.kind, row.mime) == (1, "image", "image/jpeg")
        assert (row.sha256, row.width, row.height) == (info.sha256, 400, 300)
        assert (row.file_name, row.uploaded_by) == ("Graduación.jpg", actor.person_id)
        assert session.scalar(select(func.count()).select_from(Rendition)) == 3
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "media.accept")).one()
        assert (entry.object_id, entry.plantel_id) == (str(info.id), 1)
        assert entry.before_digest == store.digest(received)
        assert entry.after_digest == info.sha256


def test_the_same_image_twice_is_the_same_medium_and_one_entry(both: House) -> None:
    first = upload(both, both.actor("OPER", 1), photo(), name="una.jpg")
    again = upload(both, both.actor("OPER", 1), photo(), name="otra.jpg")
    assert again == first
    with both.app.read() as session:
        entries = select(func.count()).where(AuditEntry.action == "media.accept")
        assert session.scalar(entries) == 1


def test_two_people_who_upload_the_same_at_once_share_the_medium(both: House) -> None:
    actor = both.actor("OPER", 1)
    with ThreadPoolExecutor(4) as pool:
        infos = list(pool.map(lambda _: upload(both, actor, photo()), range(4)))
    assert len(set(infos)) == 1


def test_work_is_done_before_the_write_transaction_opens(
    small: House, operator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []

    def watch(function: Any) -> Any:
        def watched(*arguments: Any) -> Any:
            seen.append(db.in_transaction())
            return function(*arguments)

        return watched

    monkeypatch.setattr("publisher.media.pictures.process", watch(pictures.process))
    monkeypatch.setattr("publisher.media.upload.write_all", watch(store.write_all))
    upload(small, operator, photo())
    assert seen == [False, False]


def test_only_who_drafts_for_the_plantel_may_upload(small: House, operator: Actor) -> None:
    auditor = small.actor("AUD")
    for actor, plantel in ((auditor, 1), (SYSTEM, 1), (operator, 2)):
        with pytest.raises(Forbidden):
            accept(small.app, actor, plantel_id=plantel, file_name="a.jpg", data=photo())
    with pytest.raises(NotFound):
        accept(small.app, small.actor("COOR"), plantel_id=99, file_name="a.jpg", data=photo())


def test_a_files_name_is_only_shown() -> None:
    assert display_name("../../etc/passwd") == "passwd"
    assert display_name("C:\\a\\Foto 1.JPG") == "Foto 1.JPG"
    assert display_name("a\0b\nc\u202egpj.exe") == "abcgpj.exe"
    assert len(display_name("ñ" * 500 + ".jpg")) == 120


def test_a_changed_file_is_never_given_back_and_a_new_upload_mends_it(
    small: House, operator: Actor
) -> None:
    info = upload(small, operator, photo())
    (path,) = files(small)
    assert path.name == info.sha256
    assert path.stat().st_mode & 0o077 == 0
    path.write_bytes(path.read_bytes()[:-1] + b"\0")
    with pytest.raises(Unready, match="huella"):
        read_bytes(small.app, info.sha256)
    upload(small, operator, photo())
    assert store.digest(read_bytes(small.app, info.sha256)) == info.sha256


@pytest.mark.parametrize("name", ["0" * 64, "/../kek.key", "", "A" * 64])
def test_what_the_store_does_not_hold_is_not_found(small: House, name: str) -> None:
    (small.app.settings.data_dir / "media").mkdir()
    assert (small.app.settings.data_dir / "kek.key").exists()
    for read in (read_bytes, lambda app, sha: thumbnail(app, sha, 100)):
        with pytest.raises(NotFound):
            read(small.app, name)


def test_a_write_that_fails_leaves_no_file_and_no_row(
    small: House, operator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(Unready, match="almacén"):
        upload(small, operator, photo())
    assert files(small) == []


def test_any_store_that_fsspec_reaches_will_do(sqlite_url: str, tmp_path: Path) -> None:
    engine = db.make_engine(sqlite_url)
    house = one_plantel(engine, tmp_path, media_url="memory://cubeta")
    info = upload(house, house.actor("OPER", 1), photo())
    assert opened(read_bytes(house.app, info.sha256)).size == (400, 300)
    assert files(house) == []
    engine.dispose()


def test_a_thumbnail_is_small_cached_and_never_enlarged(small: House, operator: Actor) -> None:
    info = upload(small, operator, photo(1200, 900))
    made = thumbnail(small.app, info.sha256, 300)
    assert opened(made).size == (360, 270)
    for path in files(small):
        path.unlink()
    assert thumbnail(small.app, info.sha256, 350) == made
    tiny = upload(small, operator, photo(50, 40))
    assert opened(thumbnail(small.app, tiny.sha256, 700)).size == (50, 40)
