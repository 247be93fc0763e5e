from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from connectors.errors import CredentialRejected, NotConfigured, Throttled, Unavailable
from publisher.connections import standing

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("facebook.token_expired", "expired"),
        ("facebook.password_changed", "revoked"),
        ("x.token", "revoked"),
        ("instagram.checkpoint", "checkpoint"),
        ("instagram_private.challenge", "checkpoint"),
        ("facebook.permission", "permission"),
        ("x.forbidden_app", "permission"),
        ("facebook.other_account", "permission"),
        ("x.no_credits", "unreachable"),
    ],
)
def test_a_refused_credential_is_classified_by_its_code(code: str, outcome: str) -> None:
    assert standing.outcome_of(CredentialRejected(code=code)) == outcome


def test_what_says_nothing_about_the_credential_bars_nobody() -> None:
    for error in (Unavailable(), Throttled(), NotConfigured(code="transport.address_refused")):
        assert standing.outcome_of(error) == "unreachable"
    assert standing.outcome_of(NotConfigured(code="settings.field")) == "missing"
    assert not {"unreachable", "missing", "ok"} & standing.BARRING


def test_people_are_warned_14_7_and_1_days_before_once_each() -> None:
    end, warned, told = NOW + timedelta(days=20), None, []
    for hour in range(0, 20 * 24 + 1, 6):
        days = standing.warning(end, warned, now=NOW + timedelta(hours=hour))
        if days is not None:
            warned = days
            told.append((days, 20 - hour / 24))
    assert told == [(14, 14.0), (7, 7.0), (1, 1.0)]


def test_after_a_long_standstill_only_the_nearest_warning_is_given() -> None:
    assert standing.warning(NOW + timedelta(hours=20), None, now=NOW) == 1
    assert standing.warning(NOW + timedelta(hours=20), 1, now=NOW) is None
    assert standing.warning(None, None, now=NOW) is None


def test_a_new_end_is_warned_of_anew_and_one_counted_from_now_is_not() -> None:
    end = NOW + timedelta(days=5)
    assert standing.still_warned(7, before=end, after=end + timedelta(hours=3)) == 7
    assert standing.still_warned(7, before=end, after=end + timedelta(days=60)) is None


def test_the_next_look_is_in_a_day_sooner_for_a_renewal_or_after_a_failure() -> None:
    hour = timedelta(hours=1)
    assert standing.next_look("ok", None, now=NOW) == NOW + 24 * hour
    assert standing.next_look("ok", NOW + hour, now=NOW) == NOW + hour
    assert standing.next_look("ok", NOW - hour, now=NOW) > NOW
    assert standing.next_look("unreachable", None, now=NOW) == NOW + hour
