"""What each network needs before an absent post may be sent again; offline."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import pytest

from connectors.contract import Part
from connectors.registry import CONNECTORS, load
from tests.connectors.bench import endpoints

TEXT, PICTURE = Part(text="Inscripciones abiertas"), Part(text=" ")
COMMENT = Part(text="Informes", kind="comment", position=1)
NOW = int(time.time())
CASES = [
    ("x", TEXT, {}, "fenced"),
    ("x", PICTURE, {}, "canary"),
    ("x_oauth2", TEXT, {}, "fenced"),
    ("x", Part(text="Sigue", kind="reply", position=1), {}, "fenced"),
    ("facebook", COMMENT, {}, "person"),
    ("instagram", COMMENT, {"container": "17", "at": NOW}, "person"),
    ("facebook", TEXT, {"photos": ["1"]}, "canary"),
    ("instagram", TEXT, {"container": "17", "at": NOW}, "fenced"),
    ("instagram", TEXT, {"container": "17", "at": NOW - 24 * 3600}, "canary"),
    ("instagram", TEXT, {}, "canary"),
    ("instagram_private", TEXT, {}, "person"),
    ("facebook_assisted", TEXT, {}, "person"),
    ("instagram_assisted", TEXT, {}, "person"),
    ("x_assisted", TEXT, {}, "person"),
]


@pytest.mark.parametrize(("key", "part", "handle", "needs"), CASES)
def test_what_an_absence_needs(key: str, part: Part, handle: Mapping[str, Any], needs: str) -> None:
    connector = load(key, endpoints("http://127.0.0.1:9"))
    assert connector.absence(part, handle) == needs


def test_every_connector_is_among_the_cases() -> None:
    assert {key for key, *_ in CASES} == set(CONNECTORS)
