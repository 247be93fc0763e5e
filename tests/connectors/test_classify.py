from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import instagrapi.exceptions as private_errors
import pytest
import requests
import tweepy
from requests.structures import CaseInsensitiveDict

from connectors import instagrapi_client, texts, x_client
from connectors.classify import Case, Step, explain, find_row, judge
from connectors.errors import (
    ConnectorError,
    CredentialRejected,
    NotConfigured,
    NotSent,
    OutcomeUnknown,
    Refused,
    Throttled,
    Unavailable,
)
from connectors.graph import GraphFault, container_fault, read_reply
from connectors.graph import facts_of as graph_facts
from connectors.transport import AddressRefused, DeadlinePassed, SecondWrite, Shot
from connectors.verdicts import COMMENT, TABLES, Facts, Row

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)


def case(network: str, step: Step, shot: Shot | None = None) -> Case:
    return Case(network=network, step=step, now=NOW, shot=shot, secrets=("plantedtoken",))


def x(status: int, text: str = "", kind: str = "") -> Facts:
    return Facts(status=status, text=text, kind=kind)


def graph(
    code: int, sub: int | None = None, *, status: int = 400, transient: bool = False
) -> Facts:
    return Facts(status=status, code=code, subcode=sub, transient=transient)


def private(kind: str, text: str = "", status: int | None = None) -> Facts:
    return Facts(status=status, kind=kind, text=text)


PROBLEM = "https://api.twitter.com/2/problems/"
C, R, T, U, Q = CredentialRejected, Refused, Throttled, Unavailable, OutcomeUnknown

# (network, what the network says, row, while staging, at the visible request)
ROWS: list[tuple[str, Facts, str, type[ConnectorError], type[ConnectorError]]] = [
    ("x", x(400, "", "refresh:invalid_request"), "renewal_refused", C, C),
    ("x", x(401, "", "refresh:unauthorized_client"), "application", C, C),
    ("x", x(403, "", "request:http_403"), "application", C, C),
    ("x", x(400, "", "code:invalid_request"), "code_refused", R, R),
    ("x", x(401, "", "access:http_401"), "code_refused", R, R),
    ("x", x(401), "token", C, C),
    ("x", x(402), "no_credits", C, C),
    ("x", x(429), "throttled", T, T),
    ("x", x(429, "Usage cap exceeded", f"{PROBLEM}usage-capped"), "usage_capped", T, T),
    ("x", x(403, "with duplicate content."), "duplicate", R, R),
    ("x", x(403, "", f"{PROBLEM}client-forbidden"), "forbidden_app", C, C),
    ("x", x(403, "", f"{PROBLEM}not-authorized-for-resource"), "forbidden_app", C, C),
    ("x", x(403, "Your account is suspended"), "account_locked", C, C),
    ("x", x(403, "this account is temporarily locked"), "account_locked", C, C),
    ("x", x(403, "reply to a Tweet that is deleted or not visible"), "parent_gone", U, U),
    ("x", x(403, "not allowed to post a video longer than 20 minutes"), "video_too_long", R, R),
    ("x", x(400, "", f"{PROBLEM}invalid-request"), "invalid", R, R),
    ("x", x(413), "too_large", R, R),
    ("x", x(400, "BadImage", "media_failed"), "media_failed", R, R),
    ("x", x(403, "something new"), "", U, Q),
    ("x", x(404), "", U, Q),
    ("x", x(500), "", U, Q),
    ("x", x(503), "", U, Q),
    ("x", x(302), "", U, Q),
    *[
        (network, graph(code, sub), name, C, C)
        for network in ("facebook", "instagram")
        for code, sub, name in (
            (190, 458, "app_removed"),
            (190, 459, "checkpoint"),
            (190, 460, "password_changed"),
            (190, 463, "token_expired"),
            (190, 464, "unconfirmed"),
            (190, 467, "token"),
            (190, None, "token"),
            (102, None, "token"),
        )
    ],
    *[
        row
        for network in ("facebook", "instagram")
        for row in (
            (network, replace(graph(10), kind=COMMENT), "comment_permission", R, R),
            (network, replace(graph(200), kind=COMMENT), "comment_permission", R, R),
            (network, replace(graph(100, 33), kind=COMMENT), "parent_gone", U, U),
        )
    ],
    ("facebook", graph(10), "permission", C, C),
    ("facebook", graph(200), "permission", C, C),
    ("facebook", graph(299), "permission", C, C),
    ("facebook", graph(368), "blocked", C, C),
    *[("facebook", graph(code), "throttled", T, T) for code in (4, 17, 32, 341, 613, 80001, 80002)],
    ("facebook", graph(32, transient=True), "throttled", T, T),
    ("facebook", Facts(status=429), "throttled", T, T),
    ("facebook", graph(1), "transient", U, Q),
    ("facebook", graph(2), "transient", U, Q),
    ("facebook", graph(99, transient=True), "transient", U, Q),
    ("facebook", graph(506), "duplicate", R, R),
    ("facebook", graph(1500), "bad_link", R, R),
    ("facebook", graph(324), "bad_image", R, R),
    ("facebook", graph(352), "bad_video", R, R),
    ("facebook", graph(6000), "bad_video", R, R),
    ("facebook", graph(100, 1363128), "bad_video", R, R),
    ("facebook", Facts(status=400, kind="film", text="Resolution too low"), "bad_video", R, R),
    ("facebook", graph(100), "invalid", R, R),
    ("facebook", graph(100, status=500), "invalid", R, Q),
    ("facebook", graph(12345), "", U, Q),
    ("facebook", Facts(status=500), "", U, Q),
    ("facebook", Facts(status=200), "", U, Q),
    ("instagram", graph(25, 2207050), "restricted", C, C),
    ("instagram", graph(24, 2207006), "permission", C, Q),
    ("instagram", graph(10), "permission", C, C),
    ("instagram", graph(368), "blocked", C, C),
    ("instagram", graph(9, 2207042), "quota", T, Q),
    ("instagram", graph(4, 2207051), "spam", R, Q),
    *[("instagram", graph(code), "throttled", T, Q) for code in (4, 17, 80002)],
    ("instagram", Facts(status=429), "throttled", T, Q),
    ("instagram", graph(9007, 2207027), "not_ready", U, U),
    ("instagram", graph(1, 2207027), "not_ready", U, U),
    ("instagram", graph(24, 2207008), "container_lost", U, Q),
    ("instagram", graph(-2, 2207003), "transient", U, Q),
    ("instagram", graph(-1, 2207001), "transient", U, Q),
    ("instagram", graph(5, 2207032), "transient", U, Q),
    ("instagram", graph(2), "transient", U, Q),
    ("instagram", graph(99, transient=True), "transient", U, Q),
    ("instagram", graph(36000, 2207004), "image_size", R, R),
    ("instagram", graph(36001, 2207005), "image_format", R, R),
    ("instagram", graph(36003, 2207009), "image_ratio", R, R),
    ("instagram", graph(36004, 2207010), "caption", R, R),
    ("instagram", graph(352, 2207026), "bad_video", R, R),
    ("instagram", graph(9004, 2207052), "media_url", U, Q),
    ("instagram", graph(100, 2207028), "carousel", R, R),
    ("instagram", graph(100, 2207040), "tags", R, R),
    ("instagram", graph(100, 2207004), "image_size", R, R),
    ("instagram", graph(100, 2207005), "image_format", R, R),
    ("instagram", graph(100, 2207009), "image_ratio", R, R),
    ("instagram", graph(100, 2207010), "caption", R, R),
    ("instagram", graph(100, 2207026), "bad_video", R, R),
    ("instagram", graph(100, 2207052), "media_url", U, Q),
    ("instagram", graph(100), "invalid", R, R),
    ("instagram", graph(100, 2207023), "invalid", R, R),
    ("instagram", container_fault("Error code 2207026").facts, "bad_video", R, R),
    ("instagram", container_fault("Error: strange").facts, "media_failed", R, R),
    ("instagram", container_fault("Error code 2207052").facts, "media_url", R, R),
    ("instagram", graph(12345), "", U, Q),
    *[
        ("instagram_private", private(kind), "throttled", T, Q)
        for kind in ("ClientThrottledError", "RateLimitError", "PleaseWaitFewMinutes")
    ],
    *[
        ("instagram_private", private(kind), "session", C, C)
        for kind in (
            "LoginRequired",
            "ClientLoginRequired",
            "ClientUnauthorizedError",
            "BadPassword",
        )
    ],
    ("instagram_private", private("PhotoNotUpload", "login_required", 403), "session", C, Q),
    ("instagram_private", private("ClipNotUpload", "challenge_required", 400), "challenge", C, Q),
    ("instagram_private", private("PhotoNotUpload", "what", 403), "", U, Q),
    ("instagram_private", private("TwoFactorRequired"), "two_factor", C, C),
    ("instagram_private", private("AccountSuspended"), "suspended", C, C),
    ("instagram_private", private("FeedbackRequired"), "feedback", C, C),
    ("instagram_private", private("SentryBlock"), "address_blocked", C, C),
    ("instagram_private", private("ProxyAddressIsBlocked"), "address_blocked", C, C),
    ("instagram_private", private("ClientNeedsUpgradeError"), "app_too_old", C, C),
    ("instagram_private", private("ChallengeRequired"), "challenge", C, C),
    ("instagram_private", private("UnknownError", "checkpoint_required"), "challenge", C, C),
    ("instagram_private", private("ClientError", "Transcode not finished yet."), "not_ready", U, U),
    (
        "instagram_private",
        private("ClientError", "Transcode not finished yet.", 202),
        "not_ready",
        U,
        U,
    ),
    ("instagram_private", private("ClientError", "media_needs_reupload", 400), "not_ready", U, U),
    ("instagram_private", private("AlbumUnknownFormat"), "invalid", R, R),
    ("instagram_private", private("VideoTooLongException", status=400), "invalid", R, R),
    ("instagram_private", private("InvalidTargetUser", status=400), "invalid", R, R),
    ("instagram_private", private("PhotoConfigureError"), "", U, Q),
    ("instagram_private", private("UnknownError", "what"), "", U, Q),
    ("instagram_private", private("ClientError", status=502), "", U, Q),
]


def _name(value: object) -> str:
    if isinstance(value, Facts):
        return f"{value.native} {value.kind} {value.text}"[:40].strip()
    return value.__name__ if isinstance(value, type) else str(value)


@pytest.mark.parametrize(("network", "facts", "row", "staging", "publishing"), ROWS, ids=_name)
def test_a_reply_means_what_its_row_says(
    network: str,
    facts: Facts,
    row: str,
    staging: type[ConnectorError],
    publishing: type[ConnectorError],
) -> None:
    found = find_row(network, facts)
    assert (found.name if found else "") == row
    staged = judge(facts, case(network, "stage"))
    published = judge(facts, case(network, "publish"))
    assert (type(staged), type(published)) == (staging, publishing)
    assert staged.code == f"{network}.{row or facts.native}"
    assert staged.http_status == facts.status


@pytest.mark.parametrize(
    ("network", "row"), [(n, row) for n, table in TABLES.items() for row in table], ids=_name
)
def test_every_row_is_reached_by_a_case(network: str, row: Row) -> None:
    assert any(find_row(net, facts) is row for net, facts, *_ in ROWS if net == network)


@pytest.mark.parametrize(("network", "facts", "row", "staging", "publishing"), ROWS, ids=_name)
def test_no_read_ever_refuses_the_post(
    network: str, facts: Facts, row: str, staging: object, publishing: object
) -> None:
    error = judge(facts, case(network, "read"))
    assert isinstance(error, CredentialRejected | NotSent)


@pytest.mark.parametrize(("network", "facts", "row", "staging", "publishing"), ROWS, ids=_name)
def test_a_server_error_at_publication_is_always_in_doubt(
    network: str, facts: Facts, row: str, staging: object, publishing: object
) -> None:
    broken = replace(facts, status=503)
    assert type(judge(broken, case(network, "publish"))) is OutcomeUnknown


@pytest.mark.parametrize(
    ("network", "row"), [(n, row) for n, table in TABLES.items() for row in table], ids=_name
)
def test_people_are_told_what_to_do_in_spanish(network: str, row: Row) -> None:
    sentence = texts.error(network, row.name)
    assert sentence is not None
    assert sentence.endswith(".")
    assert "{" not in sentence


def test_waits_come_from_the_reply_or_from_the_table() -> None:
    told = Facts(status=429, headers={"retry-after": "60"})
    error = judge(told, case("x", "publish"))
    assert isinstance(error, Throttled)
    assert error.until == NOW + timedelta(minutes=1)
    for network, facts, wait in (
        ("x", x(429), timedelta(minutes=15)),
        ("x", x(429, "", "usage-capped"), timedelta(days=1)),
        ("facebook", graph(32), timedelta(hours=1)),
        ("instagram_private", private("RateLimitError"), timedelta(minutes=30)),
    ):
        error = judge(facts, case(network, "read"))
        assert isinstance(error, Throttled)
        assert error.until == NOW + wait


# Exceptions without a reply


@pytest.mark.parametrize(
    ("error", "wrote", "expected", "code"),
    [
        (requests.ReadTimeout("plantedtoken"), True, OutcomeUnknown, "x.no_reply"),
        (requests.ConnectionError(), False, Unavailable, "x.unreachable"),
        (AttributeError("list has no get"), True, OutcomeUnknown, "x.no_reply"),
        (KeyError("content-type"), True, OutcomeUnknown, "x.no_reply"),
        (SecondWrite(), True, OutcomeUnknown, "x.no_reply"),
        (SecondWrite(), False, Unavailable, "x.unreachable"),
        (DeadlinePassed(), False, NotSent, "transport.deadline"),
        (AddressRefused(), False, NotConfigured, "transport.address_refused"),
    ],
    ids=_name,
)
def test_without_a_reply_the_bytes_decide(
    error: Exception, wrote: bool, expected: type[ConnectorError], code: str
) -> None:
    shot = Shot(0.0, asked=True, wrote=wrote)
    found = explain(error, None, case("x", "publish", shot))
    assert type(found) is expected
    assert found.code == code
    assert "plantedtoken" not in f"{found} {found.detail}"


@pytest.mark.parametrize("step", ["stage", "read"])
def test_before_the_visible_request_a_lost_reply_may_be_repeated(step: Step) -> None:
    assert type(explain(requests.ReadTimeout(), None, case("x", step))) is Unavailable


# What the SDKs raise


def response(status: int, body: Any, **headers: str) -> requests.Response:
    made = requests.Response()
    made.status_code = status
    made.headers = CaseInsensitiveDict(headers)
    made._content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return made


def test_tweepys_exceptions_give_type_text_and_headers() -> None:
    body = {"type": f"{PROBLEM}invalid-request", "detail": "d", "errors": [{"message": "m"}, "n"]}
    facts = x_client.facts_of(tweepy.BadRequest(response(400, body, **{"x-a": "1"})))
    assert facts is not None
    assert (facts.status, facts.kind) == (400, f"{PROBLEM}invalid-request")
    assert facts.text == "d · m · n"
    assert facts.headers["x-a"] == "1"


def test_tweepys_html_reply_still_gives_its_status() -> None:
    facts = x_client.facts_of(tweepy.TwitterServerError(response(502, b"<html>")))
    assert facts == Facts(status=502)


def test_the_server_cannot_dress_up_instagrapis_exceptions() -> None:
    error = private_errors.ClientError("m", response="text", code=200, kind="LoginRequired")
    facts = instagrapi_client.facts_of(error)
    assert facts is not None
    assert (facts.status, facts.kind) == (None, "ClientError")


@pytest.mark.parametrize(
    "name",
    [
        "ClientConnectionError",
        "ClientIncompleteReadError",
        "ClientJSONDecodeError",
        "ClientRequestTimeout",
    ],
)
def test_instagrapis_lost_replies_are_no_replies(name: str) -> None:
    assert instagrapi_client.facts_of(getattr(private_errors, name)("lost")) is None


def test_every_private_kind_is_a_class_of_the_library() -> None:
    for row in TABLES["instagram_private"]:
        for kind in row.kinds:
            assert issubclass(getattr(private_errors, kind), private_errors.ClientError)


def test_graphs_error_keeps_all_it_said() -> None:
    error = {
        "message": "m",
        "code": "190",
        "error_subcode": 463,
        "is_transient": True,
        "error_user_msg": "u",
        "type": "OAuthException",
    }
    with pytest.raises(GraphFault) as caught:
        read_reply(response(400, {"error": error}))
    facts = graph_facts(caught.value)
    assert facts is not None
    assert (facts.code, facts.subcode, facts.transient) == (190, 463, True)
    assert facts.text == "m · u"


@pytest.mark.parametrize(
    "body", [{"error": "text"}, {"error": {"code": "x"}}, [1], b"<html>", b"", {"id": 1}]
)
def test_graphs_odd_failures_are_failures(body: Any) -> None:
    with pytest.raises(GraphFault) as caught:
        read_reply(response(500, body))
    assert caught.value.facts.status == 500


@pytest.mark.parametrize("body", [[1], b"<html>", b"", b"null", b'"a"'])
def test_graphs_odd_successes_are_no_successes(body: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        read_reply(response(200, body))
