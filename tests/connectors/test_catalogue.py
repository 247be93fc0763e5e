"""The error catalogue, a row a test: the sandbox says it, the SDK carries it, we understand it.

``test_classify`` judges the rows alone; here each goes over HTTP through the real SDK.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from connectors import refusals, texts
from connectors.contract import Credential, MediaItem, Part, Receipt, Staged
from connectors.errors import ConnectorError, OutcomeUnknown, Refused
from connectors.registry import load
from connectors.sandbox.testing import RunningSandbox, running_sandbox
from connectors.verdicts import COMMENT, Facts
from tests.connectors.bench import endpoints
from tests.connectors.suite import ConnectorSuite
from tests.connectors.test_classify import ROWS
from tests.connectors.test_facebook import TestFacebook as Facebook
from tests.connectors.test_instagram import TestInstagram as Instagram
from tests.connectors.test_instagram_private import TestInstagramPrivate as Private
from tests.connectors.test_x import TestX as X

SUITES: dict[str, type[ConnectorSuite]] = {s.key: s for s in (X, Facebook, Instagram, Private)}
ITEM = MediaItem(sha256="a" * 64, kind="image", mime="image/jpeg", width=800, height=800, size=9)
PART = Part(text="Hola", media=())
HANDLES: dict[str, dict[str, Any]] = {
    "x": {},
    "facebook": {},
    "instagram": {"container": "17"},
    "instagram_private": {"uploads": [{"id": "1", "width": 800, "height": 800}]},
}

# instagrapi's exception → what makes the library raise it
PRIVATE: dict[str, tuple[int, dict[str, Any]]] = {
    "ClientThrottledError": (429, {"message": "slow down"}),
    "RateLimitError": (400, {"error_type": "rate_limit_error", "message": "no"}),
    "PleaseWaitFewMinutes": (400, {"message": "Please wait a few minutes before you try again."}),
    "LoginRequired": (403, {"message": "login_required"}),
    "ClientUnauthorizedError": (401, {"message": "no"}),
    "BadPassword": (400, {"error_type": "bad_password", "message": "no"}),
    "TwoFactorRequired": (400, {"two_factor_info": {"username": "a"}, "message": ""}),
    "AccountSuspended": (
        400,
        {
            "message": "challenge_required",
            "challenge": {"url": "https://i.example/accounts/suspended/"},
        },
    ),
    "FeedbackRequired": (400, {"message": "feedback_required", "feedback_message": "no"}),
    "SentryBlock": (400, {"error_type": "sentry_block", "message": "no"}),
    "ProxyAddressIsBlocked": (400, {"message": "The username you entered does not belong"}),
    "ClientNeedsUpgradeError": (400, {"error_type": "needs_upgrade", "message": "old"}),
    "ChallengeRequired": (400, {"message": "challenge_required"}),
    "UnknownError": (400, {"message": "checkpoint_required"}),
    "VideoTooLongException": (400, {"message": "VideoTooLongException"}),
    "InvalidTargetUser": (400, {"message": "Invalid target user"}),
}


def said(network: str, facts: Facts) -> dict[str, Any] | None:
    """Return the reply that says ``facts`` in the network's own shape; None if no reply does."""
    if network == "x":
        if facts.kind == "media_failed":
            return None  # the SDK's own finding in a success
        if facts.kind.partition(":")[0] in {"code", "refresh", "request", "access"}:
            return None  # said of a way in, never of a post: ``test_x_login`` meets each
        body: dict[str, Any] = {"title": "Error", "detail": facts.text, "status": facts.status}
        return {"status": facts.status, "body": {**body, "type": facts.kind or "about:blank"}}
    if network == "instagram_private":
        known = PRIVATE.get(facts.kind)
        if facts.kind == "UnknownError" and "checkpoint" not in facts.text:
            known = (400, {"message": facts.text})
        if facts.kind == "ClientError" and facts.text:
            known = (400, {"message": facts.text})
            if "needs_reupload" not in facts.text:
                known = (418, {"message": facts.text})
        return {"status": known[0], "body": {**known[1], "status": "fail"}} if known else None
    if facts.kind == "film":
        return None  # told by the film itself, in a success
    if facts.kind == "film":
        return None  # found in a film's state, in a success
    if facts.kind == "container":
        return {"status": 200, "body": {"id": "17", "status_code": "ERROR", "status": facts.text}}
    error: dict[str, Any] = {"message": "said", "type": "OAuthException"}
    error |= {"code": facts.code} if facts.code is not None else {}
    error |= {"error_subcode": facts.subcode} if facts.subcode else {}
    error |= {"is_transient": True} if facts.transient else {}
    return {"status": facts.status, "body": {"error": error} if facts.code is not None else {}}


CASES = [
    pytest.param(network, facts, row, staging, publishing, answer, id=f"{network}-{n}-{row}")
    for n, (network, facts, row, staging, publishing) in enumerate(ROWS)
    if (answer := said(network, facts)) is not None and facts.status != 200
]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with running_sandbox() as running:
        for suite in SUITES.values():
            running.register(suite.registration)
        yield running


def publish(
    sandbox: RunningSandbox, network: str, part: Part = PART, parent: Receipt | None = None
) -> object:
    """Make the visible request of a part that is staged already."""
    suite = SUITES[network]
    connector = load(network, endpoints(sandbox.base_url, read_timeout=5.0))
    if network == "instagram_private":
        part = Part(text="Hola", media=(ITEM,))
    return connector.publish(
        Credential(suite.account, suite.fields),
        part,
        Staged(handle=HANDLES[network]),
        deadline=time.monotonic() + 10,
        parent=parent,
    )


def comment(sandbox: RunningSandbox, network: str) -> object:
    """Make the visible request of a first comment."""
    parent = Receipt(remote_id=f"{SUITES[network].account}_1", permalink="")
    return publish(sandbox, network, Part(text="Informes", kind="comment", position=1), parent)


def ask_container(sandbox: RunningSandbox, network: str) -> object:
    """Ask for the state of a container that is being prepared."""
    suite = SUITES[network]
    return load(network, endpoints(sandbox.base_url)).stage(
        Credential(suite.account, suite.fields),
        PART,
        {"container": "17", "sources": [], "at": time.time()},
    )


@pytest.mark.parametrize(("network", "facts", "row", "staging", "publishing", "answer"), CASES)
def test_a_code_said_by_the_network_means_what_the_catalogue_says(
    network: str,
    facts: Facts,
    row: str,
    staging: type[ConnectorError],
    publishing: type[ConnectorError],
    answer: dict[str, Any],
    sandbox: RunningSandbox,
) -> None:
    container = facts.kind == "container"
    route = "*/17" if container else "*/comments" if facts.kind == COMMENT else "publish"
    sandbox.put_faults({"network": "*", "route": route, "fault": "answer", "answer": answer})
    ask = ask_container if container else publish if facts.kind != COMMENT else comment
    with pytest.raises(ConnectorError) as caught:
        ask(sandbox, network)
    error = caught.value
    assert type(error) is (staging if container else publishing)
    if row:
        assert error.code == f"{network}.{row}"
    if row and not isinstance(error, OutcomeUnknown):
        assert error.sentence == texts.error(network, row)
    assert error.listed == (bool(row) or not (400 <= (error.http_status or 0) < 500))


def test_nearly_every_row_goes_over_the_wire() -> None:
    told = {(case.values[0], case.values[2]) for case in CASES if case.values[2]}
    missing = {(e.network, e.name) for e in refusals.entries()} - told
    # what the SDK finds in a success, what it says without a reply, and what is said of ways in
    ways_in = {("x", name) for name in ("renewal_refused", "application", "code_refused")}
    assert missing == {("x", "media_failed")} | ways_in


def test_the_catalogue_tells_each_row_with_its_step() -> None:
    rows = refusals.entries()
    assert len(rows) > 70
    for row in rows:
        assert row.signs
        assert row.meaning in texts.VERDICTS.values()
        assert row.sentence.endswith(".")
        # a sentence for people has the step that mends it, after its cause
        assert any(mark in row.sentence for mark in (";", ". ", ",")), row.sentence


def test_numbers_in_a_row_are_written_as_a_range() -> None:
    (permission,) = [
        e for e in refusals.entries() if (e.network, e.name) == ("facebook", "permission")
    ]
    assert permission.signs == "código 10, 200–299"


def test_an_answer_without_its_status_is_refused(sandbox: RunningSandbox) -> None:
    for fault in ({"fault": "answer"}, {"fault": "drop", "answer": {"status": 400}}):
        with pytest.raises(ValueError, match="answer"):
            sandbox.put_faults(fault)


def test_an_answer_may_come_after_the_post_is_public(sandbox: RunningSandbox) -> None:
    sandbox.reset()
    sandbox.put_faults(
        {
            "fault": "accept-then-answer",
            "answer": {"status": 400, "body": {"error": {"code": 100, "message": "no"}}},
        }
    )
    with pytest.raises(Refused):
        publish(sandbox, "facebook")
    assert len(sandbox.posts()) == 1
