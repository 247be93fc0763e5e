"""What a leased delivery needs to go out: each refusal on the rows as they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import delete, update
from sqlmodel import col

from publisher import rulebook
from publisher.app import SYSTEM
from publisher.delivery import dossier, jobs
from publisher.delivery.jobs import Job, Refusal
from publisher.editorial.content import MediaUse
from publisher.manual import document
from publisher.models import Finding, Pause, PostMedia, Target, Variant
from tests.publisher.delivery.desk import Desk, lease_due
from vault.tables import VaultSecret, VaultSecretVersion


def load(desk: Desk) -> tuple[list[Job], list[Refusal]]:
    with desk.app.write() as session:
        leases = lease_due(session.connection(), 9, owner="w1", now=desk.now, timing=desk.timing)
        return jobs.load_jobs(desk.app, session, leases, now=desk.now)


def refusal(desk: Desk) -> str:
    able, refused = load(desk)
    assert able == []
    (one,) = refused
    assert one.sentence
    return one.reason


def change_text(desk: Desk, id_: int) -> None:
    post_id = desk.row(id_).post_id
    desk.write(
        lambda s: s.execute(
            update(Variant).where(col(Variant.post_id) == post_id).values(text="Otro texto")
        )
    )


def drop_target(desk: Desk, id_: int) -> None:
    post_id = desk.row(id_).post_id
    desk.write(lambda s: s.execute(delete(Target).where(col(Target.post_id) == post_id)))


def close_account(desk: Desk, id_: int) -> None:
    # between claim and begin: claim itself takes active accounts only
    desk.change_account(desk.row(id_).account_id, external_id="otra")


def drop_secret(desk: Desk, id_: int) -> None:
    account_id = desk.row(id_).account_id
    for model in (VaultSecretVersion, VaultSecret):
        desk.write(lambda s, m=model: s.execute(delete(m).where(col(m.account_id) == account_id)))


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (change_text, "approval"),
        (drop_target, "approval"),
        (close_account, "approval"),
        (lambda desk, id_: desk.void(id_), "approval"),
        (drop_secret, "credential"),
        (lambda desk, id_: desk.spoil_secret(desk.row(id_).account_id), "configuration"),
        (lambda desk, id_: desk.change(id_, not_after=desk.now - timedelta(seconds=1)), "late"),
    ],
    ids=["text", "target", "account", "voided", "no-secret", "spoilt-secret", "late"],
)
def test_what_changed_since_the_approval_is_refused(
    desk: Desk, harm: Callable[[Desk, int], None], reason: str
) -> None:
    ids = desk.due()
    harm(desk, ids[0])
    assert refusal(desk) == reason


def test_an_untouched_delivery_is_admitted_with_its_credential_and_content(desk: Desk) -> None:
    desk.due("x", "facebook")
    able, refused = load(desk)
    assert refused == []
    assert {job.connector for job in able} == {"x", "facebook"}
    for job in able:
        assert job.credential["access_token"] == f"token-{job.lease.account_id}"
        assert job.secret_version == 1
        assert job.last_part
        assert "token-" not in repr(job)


@pytest.mark.parametrize(
    ("state", "reason"), [("paused", "account"), ("reauth", "credential"), ("closed", "account")]
)
def test_an_account_that_changed_after_the_claim_is_refused(
    desk: Desk, state: str, reason: str
) -> None:
    ids = desk.due()
    with desk.app.write() as session:
        leases = lease_due(session.connection(), 9, owner="w1", now=desk.now, timing=desk.timing)
    desk.change_account(desk.row(ids[0]).account_id, state=state)
    _, (refused,) = desk.write(lambda s: jobs.load_jobs(desk.app, s, leases, now=desk.now))
    assert refused.reason == reason


def test_a_stop_gives_the_lease_back(desk: Desk) -> None:
    desk.due()
    with desk.app.write() as session:
        leases = lease_due(session.connection(), 9, owner="w1", now=desk.now, timing=desk.timing)
        by = desk.small.directora.person_id
        session.add(Pause(plantel_id=None, reason="Contingencia", by=by, at=desk.now))
        session.flush()
        _, (refused,) = jobs.load_jobs(desk.app, session, leases, now=desk.now)
    assert refused.reason == "release"


def test_persons_in_the_image_need_their_consent_at_the_send_too(desk: Desk) -> None:
    media = (MediaUse(media_id=desk.small.medium(), alt_text="Patio", credit="Propia"),)
    ids = desk.due("instagram", media=media)
    post_id = desk.row(ids[0]).post_id
    desk.write(
        lambda s: s.execute(
            update(PostMedia)
            .where(col(PostMedia.post_id) == post_id)
            .values(persons_in_image=True, consent_ref="")
        )
    )
    assert refusal(desk) == "consent"


def test_a_veda_that_the_review_did_not_know_holds_the_post(desk: Desk) -> None:
    ids = desk.due()
    add_window(desk, first=0, last=0)
    desk.run(desk.engine())
    row = desk.row(ids[0])
    assert (row.state, row.hold_reason) == ("held", "veda")
    assert "Proceso de prueba" in row.reason
    assert desk.networks.posts == []


@pytest.mark.parametrize(("first", "last"), [(-3, -1), (1, 3)])
def test_a_veda_of_other_days_holds_nothing(desk: Desk, first: int, last: int) -> None:
    desk.due()
    add_window(desk, first=first, last=last)
    desk.run(desk.engine())
    assert len(desk.networks.posts) == 1


def test_a_post_that_was_judged_with_its_veda_goes_out(desk: Desk) -> None:
    ids = desk.due()
    add_window(desk, first=0, last=0)
    row = desk.row(ids[0])
    finding = Finding(
        post_id=row.post_id,
        revision=row.revision,
        rule=dossier.VEDA_RULE,
        severity="warn",
        explanation="Periodo electoral.",
    )
    desk.write(lambda s: s.add(finding))
    desk.run(desk.engine())
    assert len(desk.networks.posts) == 1


def add_window(desk: Desk, *, first: int, last: int) -> None:
    """Put a manual in force whose only window is so many days from the plantel's today."""
    today = desk.now.date()
    text = document.dump(rulebook.in_force(desk.app))
    start, end = today + timedelta(days=first), today + timedelta(days=last)
    head = text.index('"periodos" = [')
    tail = text.index("]", head)
    name = "Proceso de prueba"
    window = f'{{ nombre = "{name}", inicio = {start}, fin = {end}, fuente = "Prueba" }}'
    changed = document.load(f'{text[:head]}"periodos" = [{window}{text[tail:]}')
    with desk.app.write() as session:
        rulebook.add(desk.app, session, SYSTEM, changed, in_force_from=desk.now)
