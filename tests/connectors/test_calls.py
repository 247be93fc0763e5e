from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import requests

from connectors.calls import call, content_of
from connectors.contract import Credential, MediaItem
from connectors.errors import (
    ConnectorError,
    NotConfigured,
    NotSent,
    OutcomeUnknown,
    Refused,
    Unavailable,
)
from connectors.transport import Shot
from connectors.verdicts import Facts
from tests.connectors.pictures import picture

SECRET = "zq.planted~secret"
CREDENTIAL = Credential("1", {"page_token": SECRET, "settings": f'{{"deep": ["{SECRET}-deep"]}}'})


def no_facts(_: BaseException) -> Facts | None:
    return None


def fails(error: BaseException, **more: Any) -> ConnectorError:
    def action() -> None:
        raise error

    with pytest.raises(ConnectorError) as caught:
        call("facebook", "publish", CREDENTIAL, action, more.pop("facts_of", no_facts), **more)
    return caught.value


def test_an_answer_passes() -> None:
    assert call("x", "read", CREDENTIAL, lambda: 7, no_facts) == 7


@pytest.mark.parametrize("text", [SECRET, f"{SECRET}-deep", f"far side said: {SECRET}!"])
def test_a_secret_the_far_side_echoes_is_masked(text: str) -> None:
    lost = fails(requests.ConnectionError(text), shot=Shot(0, wrote=True))
    said = fails(ValueError(), facts_of=lambda _: Facts(status=400, code=100, text=text))
    assert (type(lost), type(said)) == (OutcomeUnknown, Refused)
    for error in (lost, said):
        assert SECRET not in f"{error} {error.detail} {error!r}"
        assert "***" in error.detail


def test_nothing_of_the_sdks_exception_is_chained() -> None:
    inner = Unavailable("ours")
    inner.__context__ = requests.ConnectionError(SECRET)
    inner.__cause__ = inner.__context__
    for error in (fails(inner), fails(requests.ConnectionError(SECRET))):
        assert error.__cause__ is None
        assert error.__context__ is None


def test_an_unreadable_reply_is_no_reply() -> None:
    def broken(_: BaseException) -> Facts:
        raise KeyError("shape")

    error = fails(ValueError(), facts_of=broken, shot=Shot(0, wrote=True))
    assert type(error) is OutcomeUnknown


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_a_stop_of_the_process_is_no_error_of_the_network(stop: type[BaseException]) -> None:
    def action() -> None:
        raise stop

    with pytest.raises(stop):
        call("x", "publish", CREDENTIAL, action, no_facts)


def _broken() -> bytes:
    raise OSError("disk")


@pytest.mark.parametrize("read", [None, _broken, lambda: b""], ids=["none", "broken", "empty"])
def test_media_without_bytes_is_our_own_set_up(read: Any) -> None:
    item = picture(1)
    bare = MediaItem(
        sha256=item.sha256, kind="image", mime=item.mime, width=1, height=1, size=1, read=read
    )
    with pytest.raises(NotConfigured):
        content_of("x", bare)


def test_a_store_that_is_away_for_a_while_only_delays() -> None:
    def away() -> bytes:
        raise NotSent("unreachable", code="media.store")

    item = replace(picture(1), read=away)
    with pytest.raises(NotSent) as told:
        content_of("x", item)
    assert told.value.code == "media.store"
