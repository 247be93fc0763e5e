"""The chain's end is kept each day where nobody here can undo it, and verify reads it back."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, select
from sqlmodel import col

from publisher.app import SYSTEM, App
from publisher.auditing import anchors, places
from publisher.auditing.targets import BucketTarget, FileTarget, MailTarget, parse
from publisher.errors import Forbidden, Unready
from publisher.models import Notice
from publisher.sealing import seal
from publisher.settings import Settings, load_settings
from tests.publisher.notices.test_notices import MailServer, server  # noqa: F401 - a fixture
from tests.support import s3
from tests.support.house import SmallHouse, make_app
from vault.audit_tables import AuditEntry
from vault.verify import verify

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what the database has no part in."""


@pytest.fixture(scope="module")
def buckets() -> Iterator[s3.S3]:
    """A local S3 server."""
    with s3.serve() as running:
        yield running


def anchoring(small: SmallHouse, anchors: str, **changes: Any) -> App:
    """The house's App with these targets."""
    settings = Settings(data_dir=small.app.settings.data_dir, anchors=anchors, **changes)
    return replace(small.app, settings=settings)


def problems(app: App, anchor: Path) -> tuple[str, ...]:
    seal(app, wait=True)
    with app.read() as session:
        return verify(session, app.audit_key, now=app.clock(), anchor=anchor).problems


def told(app: App) -> list[str]:
    with app.read() as session:
        return list(
            session.scalars(select(col(Notice.subject)).where(col(Notice.kind) == "anchor"))
        )


def entries(app: App) -> list[tuple[str, str]]:
    chosen = select(col(AuditEntry.object_id), col(AuditEntry.result)).where(
        col(AuditEntry.action) == "audit.anchored"
    )
    with app.read() as session:
        return [tuple(row) for row in session.execute(chosen.order_by(col(AuditEntry.at)))]


@pytest.mark.parametrize(
    "bad",
    [
        "ancla.json",
        "http://example.mx/ancla",
        "file://otra/ancla.json",
        "mailto:nadie",
        "mailto:a@b.mx?subject=x",
        "s3://cubeta",
        "s3://cubeta?retain=0",
        "s3://cubeta?retain=muchos",
        "s3://cubeta?retain=30&mode=ninguno",
        "s3://cubeta?retain=30&otra=1",
        "s3://CUBETA?retain=30",
        "/a/b.json nada",
    ],
)
def test_a_target_that_makes_no_sense_stops_the_start(
    bad: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREGONERO_ANCHORS", bad)
    with pytest.raises(Unready, match="PREGONERO_ANCHORS"):
        load_settings()


def test_targets_are_files_mails_and_buckets_each_once() -> None:
    found = parse(
        "/mnt/a.json file:///mnt/mi%20disco/b.json mailto:a@b.mx mailto:a@b.mx"
        " s3://cubeta/x/y/?retain=400&mode=governance&region=mx&endpoint=http://127.0.0.1:9"
    )
    assert [type(one) for one in found] == [FileTarget, FileTarget, MailTarget, BucketTarget]
    assert (found[0].path, found[1].path) == (Path("/mnt/a.json"), Path("/mnt/mi disco/b.json"))
    bucket = found[3]
    assert (bucket.bucket, bucket.prefix, bucket.retain) == ("cubeta", "x/y/", 400)
    assert (bucket.mode, bucket.endpoint) == ("GOVERNANCE", "http://127.0.0.1:9")
    assert parse("") == ()


def test_each_day_one_anchor_goes_to_each_place_and_an_hour_passes_after_a_failure(
    small: SmallHouse, tmp_path: Path
) -> None:
    good, bad = tmp_path / "a.json", tmp_path / "no" / "b.json"
    app = anchoring(small, f"{good} {bad}")
    assert [one.ok for one in anchors.anchor_due(app)] == [True, False]
    assert anchors.anchor_due(app) == ()
    small.clock.pass_(minutes=59)
    assert anchors.anchor_due(app) == ()
    small.clock.pass_(minutes=1)
    assert [one.target for one in anchors.anchor_due(app)] == [str(bad)]
    bad.parent.mkdir()
    small.clock.pass_(hours=1)
    assert [one.ok for one in anchors.anchor_due(app)] == [True]
    small.clock.pass_(hours=22)
    assert [one.target for one in anchors.anchor_due(app)] == [str(good)]
    assert [row.ok for row in anchors.history(app, SYSTEM)] == [True, True, False, False, True]
    assert problems(app, good) == problems(app, bad) == ()
    assert [result for _, result in entries(app)].count("failed") == 2
    assert len(json.loads(good.read_text())["checkpoints"]) == 2
    # ADM and AUD hear of the same failure once
    assert told(app) == ["No se pudo anclar la bitácora"] * 2


def test_a_sending_cut_short_is_no_success_and_is_made_again(
    small: SmallHouse, tmp_path: Path
) -> None:
    app = anchoring(small, str(tmp_path / "a.json"))
    with (
        mock.patch.object(places, "keep", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        anchors.anchor_due(app)
    assert [(row.ok, row.sentence) for row in anchors.history(app, SYSTEM)] == [
        (False, "El envío se interrumpió.")
    ]
    small.clock.pass_(hours=1)
    assert [one.ok for one in anchors.anchor_due(app)] == [True]


def test_two_workers_anchor_once(small: SmallHouse, tmp_path: Path) -> None:
    app, made = anchoring(small, str(tmp_path / "a.json")), []
    together = threading.Barrier(3)

    def work() -> None:
        together.wait()
        made.extend(anchors.anchor_due(app))

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.ok for one in made] == [True]


@ON_SQLITE
def test_a_file_that_is_gone_or_contradicts_the_chain_is_never_made_anew(
    small: SmallHouse, tmp_path: Path
) -> None:
    path = tmp_path / "a.json"
    app = anchoring(small, str(path))
    anchors.anchor_due(app)
    whole = path.read_text()
    path.unlink()
    small.clock.pass_(days=1)
    assert "monte la unidad" in anchors.anchor_due(app)[0].sentence
    assert not path.exists()
    path.write_text(whole.replace('"head": "', '"head": "ab'))
    forged = path.read_text()
    small.clock.pass_(hours=1)
    assert "no concuerda" in anchors.anchor_due(app)[0].sentence
    assert path.read_text() == forged
    path.unlink()
    assert anchors.begin(app, SYSTEM, path).ok
    small.clock.pass_(days=1)
    assert anchors.anchor_due(app)[0].ok
    assert problems(app, path) == ()
    # ADM and AUD of both, the two holders of DIRV of the second only
    assert (
        sorted(told(app))
        == ["El ancla contradice la bitácora"] * 4 + ["No se pudo anclar la bitácora"] * 2
    )


@ON_SQLITE
def test_an_e_mail_brings_the_anchor_and_verify_reads_it_attached_or_whole(
    small: SmallHouse,
    server: MailServer,  # noqa: F811
    tmp_path: Path,
) -> None:
    app = anchoring(
        small,
        "mailto:auditoria@example.mx",
        smtp_url=SecretStr(server.url),
        mail_from="avisos@example.mx",
    )
    assert [one.ok for one in anchors.anchor_due(app)] == [True]
    (recipient, raw), (message,) = server.received[0], server.messages()
    assert "auditoria@example.mx" in recipient
    assert str(message["Subject"]).startswith("Ancla de la bitácora: eslabón ")
    (attached,) = message.iter_attachments()  # type: ignore[attr-defined]
    (tmp_path / "adjunto.json").write_bytes(attached.get_payload(decode=True))
    (tmp_path / "correo.eml").write_bytes(raw)
    for name in ("adjunto.json", "correo.eml"):
        assert problems(app, tmp_path / name) == ()
    head = json.loads((tmp_path / "adjunto.json").read_text())["checkpoints"][0]["head"]
    assert head in message.get_body().get_content()  # type: ignore[attr-defined]
    server.close()
    small.clock.pass_(days=1)
    assert "no tomó el ancla" in anchors.anchor_due(app)[0].sentence
    without = anchoring(small, "mailto:auditoria@example.mx")
    small.clock.pass_(hours=1)
    assert "PREGONERO_SMTP_URL" in anchors.anchor_due(without)[0].sentence


@ON_SQLITE
def test_a_bucket_retains_each_anchor_and_one_that_does_not_lock_is_none(
    small: SmallHouse, buckets: s3.S3, tmp_path: Path
) -> None:
    client = places._client(
        parse(f"s3://nada?retain=1&endpoint={buckets.endpoint}")[0]  # type: ignore[arg-type]
    )
    name = buckets.bucket()
    locked = f"{name}-candado"
    client.create_bucket(Bucket=locked, ObjectLockEnabledForBucket=True)
    where = f"retain=400&endpoint={buckets.endpoint}"
    app = anchoring(
        small, f"s3://{locked}/anclas?{where} s3://{name}?{where} s3://no-existe?{where}"
    )
    good, lockless, missing = anchors.anchor_due(app)
    assert good.ok
    assert "no retiene lo que guarda" in lockless.sentence
    assert "NoSuchBucket" in missing.sentence
    (kept,) = client.list_object_versions(Bucket=locked)["Versions"]
    assert kept["Key"].startswith("anclas/2026/ancla-20261123T150000Z-")
    with pytest.raises(Exception, match="AccessDenied"):
        client.delete_object(Bucket=locked, Key=kept["Key"], VersionId=kept["VersionId"])
    body = client.get_object(Bucket=locked, Key=kept["Key"])["Body"].read()
    (tmp_path / "objeto.json").write_bytes(body)
    assert problems(app, tmp_path / "objeto.json") == ()
    client.close()


@ON_SQLITE
def test_a_sandbox_sends_no_anchor_beyond_this_machine(
    small: SmallHouse, network_attempts: list[str]
) -> None:
    app = anchoring(
        small,
        "mailto:a@b.mx s3://cubeta?retain=9&endpoint=https://s3.example.mx s3://otra?retain=9",
        smtp_url=SecretStr("smtps://correo.example.mx"),
    )
    assert {one.sentence for one in anchors.anchor_due(app)} == {
        "Esta base de datos es de práctica: no sale nada de esta máquina."
    }
    assert network_attempts == []


@ON_SQLITE
def test_only_who_may_verify_the_audit_anchors_it_and_sees_where_it_is(
    small: SmallHouse, tmp_path: Path
) -> None:
    app = anchoring(small, str(tmp_path / "a.json"))
    for verb in (anchors.send, anchors.standings, anchors.history):
        for label in ("OPER.SAL", "DIRP.SAL", "COOR"):
            with pytest.raises(Forbidden):
                verb(app, small.people[label])
        verb(app, small.people["AUD"])
    (stood,) = anchors.standings(app, SYSTEM)
    assert stood.kept is not None
    assert not stood.is_stale(small.clock.pass_(hours=36))
    assert stood.is_stale(small.clock.pass_(minutes=1))
    with pytest.raises(Unready, match="PREGONERO_ANCHORS"):
        anchors.send(small.app, SYSTEM)


@ON_SQLITE
def test_an_empty_chain_is_not_anchored(engine: Engine, tmp_path: Path) -> None:
    app, _ = make_app(engine, tmp_path, anchors=str(tmp_path / "a.json"))
    assert anchors.anchor_due(app) == ()
    assert anchors.history(app, SYSTEM) == ()
