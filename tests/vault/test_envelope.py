from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vault import envelope, primitives
from vault.envelope import Place, Sealed
from vault.errors import Tampered
from vault.keys import MasterKey
from vault.secret import Secret

KEY = MasterKey(b"k" * 32, b"r" * 32)
OTHER = MasterKey(b"o" * 32, b"r" * 32)
PLACE = Place(tenant="pregonero", account_id=12, field="token", version=3)
VALUE = Secret("EAAG-señal-🐦")


def test_what_is_sealed_opens_in_its_place() -> None:
    sealed = Sealed.from_json(envelope.seal(KEY, PLACE, VALUE).to_json())
    assert envelope.open_sealed(KEY, PLACE, sealed) == VALUE


def test_each_sealing_has_its_own_data_key_and_nonce() -> None:
    a, b = envelope.seal(KEY, PLACE, VALUE), envelope.seal(KEY, PLACE, VALUE)
    assert a.ciphertext != b.ciphertext
    assert a.commitment != b.commitment
    assert a.nonce != b.nonce


@pytest.mark.parametrize(
    "change",
    [{"tenant": "otro"}, {"account_id": 13}, {"field": "password"}, {"version": 2}],
)
def test_a_value_moved_to_another_place_does_not_open(change: dict[str, object]) -> None:
    sealed = envelope.seal(KEY, PLACE, VALUE)
    with pytest.raises(Tampered):
        envelope.open_sealed(KEY, PLACE._replace(**change), sealed)  # type: ignore[arg-type]


def test_the_inner_layer_alone_also_knows_its_place() -> None:
    sealed = envelope.seal(KEY, PLACE, VALUE)
    elsewhere = PLACE._replace(account_id=13)
    dek = KEY.unwrap(sealed.wrapped_dek, envelope._aad(PLACE, KEY.key_id))
    moved = sealed._replace(wrapped_dek=KEY.wrap(dek, envelope._aad(elsewhere, KEY.key_id)))
    with pytest.raises(Tampered):
        envelope.open_sealed(KEY, elsewhere, moved)


def test_another_key_does_not_open_even_under_the_first_ones_name() -> None:
    sealed = envelope.seal(KEY, PLACE, VALUE)
    with pytest.raises(Tampered):
        envelope.open_sealed(OTHER, PLACE, sealed)
    with pytest.raises(Tampered):
        envelope.open_sealed(OTHER, PLACE, sealed._replace(kek_id=OTHER.key_id))


def test_a_data_key_that_is_not_the_committed_one_is_refused() -> None:
    sealed = envelope.seal(KEY, PLACE, VALUE)
    aad = envelope._aad(PLACE, KEY.key_id)
    dek = b"d" * 32
    inner = primitives.encrypt(dek, sealed.nonce, b"otro valor", aad + sealed.commitment)
    forged = sealed._replace(wrapped_dek=KEY.wrap(dek, aad), ciphertext=inner)
    with pytest.raises(Tampered):
        envelope.open_sealed(KEY, PLACE, forged)


def test_none_of_ten_thousand_flipped_bits_opens() -> None:
    sealed = envelope.seal(KEY, PLACE, Secret("código de recuperación " * 52))
    flipped = 0
    for name in ("wrapped_dek", "commitment", "nonce", "ciphertext"):
        whole = bytearray(getattr(sealed, name))
        for bit in range(len(whole) * 8):
            whole[bit // 8] ^= 1 << bit % 8
            with pytest.raises(Tampered):
                envelope.open_sealed(KEY, PLACE, sealed._replace(**{name: bytes(whole)}))
            whole[bit // 8] ^= 1 << bit % 8
            flipped += 1
    assert flipped >= 10_000


def test_no_value_opens_in_the_place_of_another_account_field_or_version() -> None:
    places = [
        Place(tenant="pruebas", account_id=account, field=field, version=version)
        for account in range(1, 11)
        for field in ("login_password", "login_user", "access_token")
        for version in (1, 2, 3)
    ]
    sealed = {place: envelope.seal(KEY, place, Secret(repr(place))) for place in places}
    for own, other in itertools.permutations(places, 2):
        with pytest.raises(Tampered):
            envelope.open_sealed(KEY, own, sealed[other])
    for place in places:
        assert envelope.open_sealed(KEY, place, sealed[place]) == Secret(repr(place))


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_changed_character_of_the_stored_form_opens_as_something_else(
    data: st.DataObject,
) -> None:
    stored = envelope.seal(KEY, PLACE, VALUE).to_json()
    at = data.draw(st.integers(0, len(stored) - 1))
    other = data.draw(st.characters(min_codepoint=32, max_codepoint=126))
    changed = stored[:at] + other + stored[at + 1 :]
    try:
        opened = envelope.open_sealed(KEY, PLACE, Sealed.from_json(changed))
    except Tampered:
        return
    # Base64 ignores the last bits of a padded group: then it is the same envelope.
    assert Sealed.from_json(changed) == Sealed.from_json(stored)
    assert opened == VALUE


@given(st.text() | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps))
def test_rubbish_in_the_column_is_tampering_not_a_crash(stored: str) -> None:
    with pytest.raises(Tampered):
        Sealed.from_json(stored)


def test_rewrapping_changes_the_key_and_leaves_the_value_sealed_as_it_was() -> None:
    sealed = envelope.seal(KEY, PLACE, VALUE)
    fresh = envelope.rewrap(KEY, OTHER, PLACE, sealed)
    assert fresh.kek_id == OTHER.key_id
    assert (fresh.origin, fresh.ciphertext) == (KEY.key_id, sealed.ciphertext)
    assert envelope.open_sealed(OTHER, PLACE, fresh) == VALUE
    with pytest.raises(Tampered):
        envelope.open_sealed(KEY, PLACE, fresh)
    with pytest.raises(Tampered):
        envelope.open_sealed(OTHER, PLACE, fresh._replace(origin=OTHER.key_id))


def test_opening_under_an_opaque_error_shows_no_plaintext() -> None:
    sealed = envelope.seal(KEY, PLACE, VALUE)
    with pytest.raises(Tampered) as caught:
        envelope.open_sealed(OTHER, PLACE, sealed)
    assert VALUE.reveal() not in repr(caught.value)
    assert caught.value.sentence.startswith("Un secreto sellado")
    assert VALUE.reveal() not in sealed.to_json()
