from __future__ import annotations

import copy
import dataclasses
import io
import json
import logging
import pickle
import pprint
import sys
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.secret import Secret

VALUE = "contraseña-canario-9431"


def test_reveal_is_the_only_way_to_the_value() -> None:
    secret = Secret(VALUE)
    shown = [
        repr(secret),
        str(secret),
        f"{secret}",
        f"{secret:>40}",
        f"{secret!r}",
        "%s" % secret,  # noqa: UP031
        pprint.pformat({"a": [secret]}),
        repr(dataclasses.make_dataclass("D", ["s"])(secret)),
    ]
    assert all(VALUE not in text for text in shown)
    assert secret.reveal() == VALUE
    assert not hasattr(secret, "__dict__")


def test_nothing_serialises_or_copies_a_secret() -> None:
    secret = Secret(VALUE)
    for attempt in (pickle.dumps, copy.copy, copy.deepcopy, json.dumps):
        with pytest.raises(TypeError) as caught:
            attempt(secret)  # type: ignore[operator]
        assert VALUE not in str(caught.value)
    assert VALUE not in json.dumps({"s": secret}, default=str)
    with pytest.raises(TypeError):
        {secret}  # noqa: B018


def test_a_traceback_with_locals_and_a_log_at_debug_do_not_show_it() -> None:
    def fails(secret: Secret) -> None:
        raise RuntimeError(f"no se pudo con {secret}")

    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logger = logging.getLogger("tests.vault.secret")
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        fails(Secret(VALUE))
    except RuntimeError:
        error = sys.exc_info()[1]
        assert error is not None
        logger.exception("falló %s", Secret(VALUE))
        report = traceback.TracebackException.from_exception(error, capture_locals=True)
        text = "".join(report.format())
    logger.removeHandler(handler)
    assert "Secret(***)" in text
    assert VALUE not in text
    assert VALUE not in stream.getvalue()


def test_a_secret_does_not_change() -> None:
    secret = Secret(VALUE)
    with pytest.raises(AttributeError):
        secret._value = "otra"
    with pytest.raises(AttributeError):
        del secret._value


@given(st.text(), st.text())
def test_secrets_are_equal_as_their_values_and_never_equal_to_text(a: str, b: str) -> None:
    try:
        (a + b).encode()
    except UnicodeEncodeError:
        return
    assert (Secret(a) == Secret(b)) is (a == b)
    assert Secret(a) != a
    assert bool(Secret(a)) is bool(a)
