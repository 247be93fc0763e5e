from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from connectors.errors import CredentialRejected, Unavailable
from publisher import connections
from publisher.app import App
from publisher.connections import renewal, upkeep
from publisher.connections.looks import Subject, subjects
from publisher.delivery import stopping
from tests.publisher.connections.answers import Answers, answering, proof, token, told
from tests.support.house import SmallHouse
from tests.support.networks import Fault


@pytest.fixture
def answers(small: SmallHouse) -> Answers:
    small.app, answers = answering(small)
    return answers


def keep_up_all(small: SmallHouse) -> int:
    """Run the worker's job until nothing is due; returns how many were looked at."""
    total = 0
    while found := connections.keep_up(small.app):
        total += found
    return total


def test_each_account_is_looked_at_once_a_day_from_its_second_day_on(
    small: SmallHouse, answers: Answers
) -> None:
    assert keep_up_all(small) == 0
    small.clock.pass_(days=1, minutes=1)
    assert keep_up_all(small) == 9
    assert keep_up_all(small) == 0
    small.clock.pass_(days=1)
    assert keep_up_all(small) == 9


def test_nothing_is_asked_or_renewed_while_everything_is_stopped(
    small: SmallHouse, answers: Answers
) -> None:
    small.clock.pass_(days=2)
    stopping.stop(small.app, small.directora, plantel_id=None, reason="Se restauró un respaldo")
    assert keep_up_all(small) == 0
    assert not small.networks.called("verify")


def test_what_another_worker_is_looking_at_is_left_to_it_until_its_claim_runs_out(
    small: SmallHouse, answers: Answers
) -> None:
    small.clock.pass_(days=2)
    assert connections.keep_up(small.app, stopping=lambda: True) == 0
    assert keep_up_all(small) == 0
    with small.app.write() as session:
        # another had found it due at the same moment
        assert not upkeep._claim(session, small.accounts["SAL", "x"], small.clock.now)
    small.clock.pass_(minutes=16)
    assert keep_up_all(small) == 9


def test_people_are_warned_at_14_7_and_1_days_and_once_each(
    small: SmallHouse, answers: Answers
) -> None:
    answers.ends["x100"] = small.clock.now + timedelta(days=20)
    for days in (4, 1, 1, 1, 6, 1, 5, 1):
        small.clock.pass_(days=days, minutes=1)
        keep_up_all(small)
    subjects_ = told(small.app, "account.expiring")
    assert len(subjects_) == 3 * 7
    assert [line.rpartition("vence ")[2] for line in dict.fromkeys(subjects_)] == [
        "en 13 días",
        "en 6 días",
        "hoy",
    ]


def test_a_network_that_is_away_does_not_keep_people_from_being_warned(
    small: SmallHouse, answers: Answers
) -> None:
    answers.ends["x100"] = small.clock.now + timedelta(days=20)
    small.clock.pass_(days=2)
    keep_up_all(small)
    small.clock.pass_(days=12)
    small.networks.order("x", "verify", *[Fault(Unavailable())] * 3)
    keep_up_all(small)
    assert len(told(small.app, "account.expiring")) == 7


def test_a_token_is_renewed_in_time_and_sealed_before_it_is_used(
    small: SmallHouse, answers: Answers
) -> None:
    account_id = small.accounts["SAL", "x"]
    answers.ends["x100"] = small.clock.now + timedelta(days=9)
    answers.renewal_at = small.clock.now + timedelta(days=3)
    small.clock.pass_(days=2)
    keep_up_all(small)
    assert answers.renewed == []
    small.clock.pass_(days=1, minutes=1)
    answers.proven.clear()
    keep_up_all(small)
    assert answers.renewed == ["renovado-1"]
    assert token(small.app, account_id) == "renovado-1"
    assert "renovado-1" in answers.proven
    assert f"token-{account_id}" not in answers.proven
    with small.app.read() as session:
        entries = repr(session.execute(text("SELECT * FROM audit_entry")).all())
    assert "credential.renewed" in entries
    assert "renovado-1" not in entries
    assert len(told(small.app, "custody.token")) == 4  # custodian, director, two coordinators


def test_a_refused_renewal_keeps_the_old_secret_and_the_look_tells(
    small: SmallHouse, answers: Answers
) -> None:
    account_id = small.accounts["SAL", "x"]
    answers.ends["x100"] = small.clock.now + timedelta(days=9)
    answers.renewal_at = small.clock.now
    small.clock.pass_(days=2)
    keep_up_all(small)
    refused = CredentialRejected(code="x.token")
    small.networks.order("x", "renew", Fault(refused))
    small.clock.pass_(days=1)
    keep_up_all(small)
    assert token(small.app, account_id) == f"token-{account_id}"
    assert proof(small.app, account_id).outcome == "ok"
    assert proof(small.app, account_id).renewing_until is None


def test_two_machines_renew_an_account_once(small: SmallHouse, answers: Answers) -> None:
    account_id = small.accounts["SAL", "x"]
    answers.ends["x100"] = small.clock.now + timedelta(days=9)
    answers.renewal_at = small.clock.now
    connections.verify_accounts(small.app, small.coordinador, [account_id])
    seen = subject_of(small.app, account_id)

    assert renewal._take(small.app, seen, small.clock.now)
    assert renewal.renew(small.app, seen, now=small.clock.now).subject == seen
    assert answers.renewed == []
    small.clock.pass_(minutes=11)
    renewed = renewal.renew(small.app, seen, now=small.clock.now).subject
    assert renewed.credential["access_token"] == "renovado-1"
    # whoever still holds the old values has come too late
    assert renewal.renew(small.app, seen, now=small.clock.now).subject == seen
    assert answers.renewed == ["renovado-1"]


def subject_of(app: App, account_id: int) -> Subject:
    with app.read() as session:
        return subjects(session, app, [account_id])[0]
