from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from vault import onetime

RFC_SEED = b"12345678901234567890"
"""Appendix B of RFC 6238; its codes have eight digits, of which ours are the last six."""


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_vectors_of_rfc_6238_hold(seconds: int, code: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    assert onetime.code_at(RFC_SEED, onetime.step_at(at)) == code[-6:]
    assert onetime.matching_step(RFC_SEED, code[-6:], at=at, after=0) == seconds // 30


@pytest.mark.parametrize(
    ("off", "accepted"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)]
)
def test_a_telephone_may_be_one_step_off(off: int, accepted: bool) -> None:
    at = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
    code = onetime.code_at(RFC_SEED, onetime.step_at(at + timedelta(seconds=off)))
    assert (onetime.matching_step(RFC_SEED, code, at=at, after=0) is not None) is accepted


def test_a_step_that_served_is_refused_and_so_is_every_older_one() -> None:
    at = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
    now = onetime.step_at(at)
    for step, accepted in ((now - 1, False), (now, False), (now + 1, True)):
        code = onetime.code_at(RFC_SEED, step)
        found = onetime.matching_step(RFC_SEED, code, at=at, after=now)
        assert (found == step) is accepted


def test_a_seed_is_of_one_person_and_one_salt() -> None:
    key = b"k" * 32
    seeds = {onetime.seed(key, person, salt) for person in (1, 11) for salt in ("", "1", "aa")}
    assert len(seeds) == 6
    assert all(len(seed) == onetime.SEED_BYTES for seed in seeds)


def test_what_is_typed_may_have_spaces_dashes_and_capitals() -> None:
    assert onetime.typed(" 123 456 ") == onetime.typed("123-456") == "123456"
    assert onetime.typed("\uff11\uff12\uff13456") == "123456"
    assert onetime.recovery_digest(b"k", 1, "ABCDE 23456") == onetime.recovery_digest(
        b"k", 1, "abcde-23456"
    )
    assert onetime.recovery_digest(b"k", 1, "abcde") != onetime.recovery_digest(b"k", 2, "abcde")


def test_the_address_of_the_qr_code_is_what_applications_read() -> None:
    uri, key = onetime.enrolment(RFC_SEED, issuer="Pregonero: Colegio Ñ", account="ana@example.mx")
    parts = urlsplit(uri.reveal())
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert unquote(parts.path) == "/Pregonero Colegio Ñ:ana@example.mx"
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    assert query == {"secret": key.reveal(), "issuer": "Pregonero Colegio Ñ"}
    assert "+" not in parts.query
    assert key.reveal() not in repr((uri, key))


def test_ten_recovery_codes_differ_and_have_no_look_alikes() -> None:
    codes = [one.reveal() for one in onetime.new_recovery_codes()]
    assert len(set(codes)) == onetime.RECOVERY_CODES
    assert not set("".join(codes)) & set("01ilo")
    assert all(len(onetime.typed(code)) == 10 for code in codes)
