"""Public vectors (Wycheproof) through the vault's own wrappers."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.vault.vectors import OURS, refused, shape, vectors
from vault import primitives
from vault.errors import Tampered

DOCUMENT = Path(__file__).parents[2] / "docs" / "cifrado.md"


def test_aes_gcm_vectors_hold_and_other_sizes_are_refused_by_design() -> None:
    checked = refused = 0
    for group, case in vectors("aes_gcm_test.json"):
        key, nonce, aad, message = (
            bytes.fromhex(case[part]) for part in ("key", "iv", "aad", "msg")
        )
        whole = bytes.fromhex(case["ct"] + case["tag"])
        if shape(group) != OURS:
            with pytest.raises(ValueError, match="AES-256-GCM takes"):
                primitives.decrypt(key, nonce, whole, aad)
            refused += 1
        elif case["result"] == "valid":
            assert primitives.encrypt(key, nonce, message, aad) == whole
            assert primitives.decrypt(key, nonce, whole, aad) == message
            checked += 1
        else:
            with pytest.raises(Tampered):
                primitives.decrypt(key, nonce, whole, aad)
            checked += 1
    assert (checked, refused) == (66, 250)


def test_the_document_lists_each_shape_that_is_refused_by_design() -> None:
    rows = re.findall(r"^\| (\d+) \| ([\d, ]+) \| (\d+) \|$", DOCUMENT.read_text(), re.MULTILINE)
    told = Counter({int(key): int(n) for key, _, n in rows})
    nonces = {int(key): {int(one) for one in listed.split(",")} for key, listed, _ in rows}
    found: Counter[int] = Counter()
    for (key, nonce, _), n in refused().items():
        found[key] += n
        assert nonce in nonces[key]
    assert told == found


def test_hmac_vectors_hold() -> None:
    checked = 0
    for group, case in vectors("hmac_sha256_test.json"):
        mac = primitives.Mac(bytes.fromhex(case["key"])).hex(bytes.fromhex(case["msg"]))
        same = mac[: group["tagSize"] // 4] == case["tag"]
        assert same is (case["result"] == "valid"), case["tcId"]
        checked += 1
    assert checked == 174


def test_hkdf_vectors_hold() -> None:
    checked = 0
    for _, case in vectors("hkdf_sha256_test.json"):
        key, salt, info = (bytes.fromhex(case[part]) for part in ("ikm", "salt", "info"))
        if case["result"] == "valid":
            out = primitives.hkdf(key, info, salt=salt, length=case["size"])
            assert out.hex() == case["okm"]
        else:
            with pytest.raises(ValueError, match="larger"):
                primitives.hkdf(key, info, salt=salt, length=case["size"])
        checked += 1
    assert checked == 86


def test_ed25519_vectors_hold() -> None:
    checked = 0
    for group, case in vectors("ed25519_test.json"):
        public = bytes.fromhex(group["publicKey"]["pk"])
        holds = primitives.signature_holds(
            public, bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"])
        )
        assert holds is (case["result"] == "valid"), case["tcId"]
        checked += 1
    assert checked == 151


def test_our_own_signature_verifies_with_its_public_key_only() -> None:
    signature = primitives.sign(b"s" * 32, b"mensaje")
    assert primitives.signature_holds(primitives.public_key(b"s" * 32), b"mensaje", signature)
    assert not primitives.signature_holds(primitives.public_key(b"t" * 32), b"mensaje", signature)
