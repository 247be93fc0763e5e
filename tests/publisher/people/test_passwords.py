from __future__ import annotations

import math
import re
import sys

import pytest

from publisher.errors import Invalid
from publisher.people import leaked, passwords

OWN = ["María Ñáñez Ortiz", "maria.nanez@example.mx", "Colegio de Pruebas de Coahuila"]


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "cost", passwords.TESTING)


@pytest.mark.parametrize(
    "password",
    [
        "corta123",
        "x" * 129,
        "contraseña123",
        "Contraseña-Segura1",
        "password1234",
        "PASSWORD!!!!",
        "123456789012",
        "qwertyuiop12",
        "abcdefghijkl",
        "aaaaaaaaaaaa",
        "ababababababab",
        "perrito7perrito7",
        "MariaNanez2026",
        "maria.nanez@example.mx",
        "Ñáñez-Ortiz-26",
        "coahuila2026!!",
        "ColegioDePruebas1",
    ],
)
def test_a_guessable_password_is_refused(password: str) -> None:
    with pytest.raises(Invalid) as refused:
        passwords.check_chosen(password, personal=OWN)
    assert refused.value.field == "password"


@pytest.mark.parametrize(
    "password",
    [
        "tres tristes tigres rayados",
        "x" + "á9-K" * 3 + "vw!",
        "ventana-lago-motor-sur",
        "ñ" * 3 + "d4TrzPq81w",
    ],
)
def test_no_composition_rule_refuses_a_long_one(password: str) -> None:
    passwords.check_chosen(password, personal=OWN)


@pytest.mark.parametrize(
    "password",
    [
        "whosyourdaddy",
        "WhosYourDaddy!",
        "lost4815162342",
        "Kláster-2026-26",
        "¡¡starwars1977!!",
        "st4rw4rs-1977-77",
        "LytgHjgTnhJdcr",
        "nightcrawler",
    ],
)
def test_a_leaked_password_is_refused_however_it_is_dressed(password: str) -> None:
    with pytest.raises(Invalid, match="robadas") as refused:
        passwords.check_chosen(password, personal=OWN)
    assert refused.value.field == "password"
    assert password not in str(refused.value)


@pytest.mark.parametrize(
    "password",
    ["dragon verde lluvia", "mi starwars preferida", "motor-sur-lago", "sunshineventana"],
)
def test_a_leaked_word_inside_a_phrase_is_no_reason_to_refuse_it(password: str) -> None:
    passwords.check_chosen(password, personal=OWN)


def test_the_leaked_list_is_whole_and_its_package_stays_out_of_memory() -> None:
    listed = set(leaked._listed())

    assert len(listed) == 30_000
    assert all(word == passwords._plain(word) for word in listed)
    assert "zxcvbn" not in sys.modules


def test_a_generated_password_has_at_least_sixty_bits_and_no_look_alikes() -> None:
    made = passwords.generate()

    assert re.fullmatch(r"[2-9a-hjkmnp-z]{4}(-[2-9a-hjkmnp-z]{4}){3}", made)
    assert 16 * math.log2(len(passwords._ALPHABET)) >= 60
    assert len({passwords.generate() for _ in range(200)}) == 200


def test_accents_typed_in_two_ways_are_the_same_password() -> None:
    stored = passwords.hash_password("ma\u00f1ana-azul-sur")

    assert passwords.verify(stored, "man\u0303ana-azul-sur")
    assert not passwords.verify(stored, "manana-azul-sur")


def test_nothing_verifies_against_nobody() -> None:
    assert not passwords.verify("", "")
    assert not passwords.verify("no es un hash", "x")


def test_production_hashes_cost_sixty_four_mebibytes_and_three_passes() -> None:
    passwords.cost = passwords.PRODUCTION
    stored = passwords.hash_password("ventana-lago-motor-sur")

    assert stored.startswith("$argon2id$v=19$m=65536,t=3,")


def test_a_hash_of_another_cost_is_outdated() -> None:
    stored = passwords.hash_password("ventana-lago-motor-sur")
    assert not passwords.outdated(stored)

    passwords.cost = passwords.Cost(memory=128, passes=1)
    assert passwords.outdated(stored)
