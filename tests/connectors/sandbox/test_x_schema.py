"""Bodies that X refuses before it looks at what they mean, each in its own shape."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connectors.sandbox import x_schema
from connectors.sandbox.exchange import Call, Refusal


def call(body: Any, kind: str = "application/json") -> Call:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Call(method="POST", path="/2/tweets", headers={"content-type": kind}, body=data)


def refusal(body: Any, model: Any = x_schema.Post, kind: str = "application/json") -> Any:
    with pytest.raises(Refusal) as refused:
        x_schema.read(call(body, kind), model)
    reply = refused.value.reply
    assert reply.status == 400
    told = json.loads(reply.body)
    assert (told["title"], told["status"]) == ("Invalid Request", 400)
    assert told["type"].endswith("/2/problems/invalid-request")
    return told["errors"]


def test_what_tweepy_and_we_send_fits() -> None:
    body = {
        "text": "hola",
        "media": {"media_ids": ["1", "2"], "tagged_user_ids": ["3"]},
        "reply": {"in_reply_to_tweet_id": "4"},
        "reply_settings": "following",
    }
    read = x_schema.read(call(body), x_schema.Post)
    assert (read.text, read.media and read.media.media_ids) == ("hola", ["1", "2"])


@pytest.mark.parametrize(
    ("body", "parameter", "words"),
    [
        ({"text": "a", "idempotency_key": "b"}, "idempotency_key", "$.idempotency_key: is not def"),
        ({"text": 7}, "text", "$.text: integer found, string expected"),
        ({"media": {"media_ids": []}}, "media.media_ids", "minimum of 1 items"),
        ({"media": {"media_ids": list("12345")}}, "media.media_ids", "maximum of 4 items"),
        ({"media": {"media_ids": [12]}}, "media.media_ids", "media_ids[0]: integer found, string"),
        ({"media": {"media_ids": ["x"]}}, "media.media_ids", "regex pattern ^[0-9]{1,19}$"),
        ({"media": {}}, "media.media_ids", "is missing but it is required"),
        ({"media": ["1"]}, "media", "$.media: array found, object expected"),
        ({"reply": {"in_reply_to_tweet_id": 5}}, "reply.in_reply_to_tweet_id", "integer found"),
        ({"text": "a", "reply_settings": "all"}, "reply_settings", "[following, mentionedUsers,"),
        ({"text": "a", "nullcast": "yes"}, "nullcast", "string found, boolean expected"),
        (["a"], "body", "$: array found, object expected"),
    ],
)
def test_what_does_not_fit_is_named_with_its_place(body: Any, parameter: str, words: str) -> None:
    (error,) = refusal(body)
    assert list(error["parameters"]) == [parameter]
    assert words in error["message"]


def test_every_error_of_a_body_is_told_at_once() -> None:
    assert len(refusal({"text": 1, "media": {"media_ids": [2]}, "x": 3})) == 3


def test_a_body_that_is_no_json_or_not_said_to_be_is_refused() -> None:
    assert "not valid JSON" in refusal(b"{")[0]["message"]
    assert "application/json" in refusal({"text": "a"}, kind="text/plain")[0]["message"]


@pytest.mark.parametrize(
    ("model", "body", "parameter"),
    [
        (x_schema.Initialize, {"media_type": "image/jpeg"}, "total_bytes"),
        (x_schema.Initialize, {"media_type": "image/jpeg", "total_bytes": "9"}, "total_bytes"),
        (
            x_schema.Initialize,
            {"media_type": "image/jpeg", "total_bytes": 9, "media_category": "photo"},
            "media_category",
        ),
        (x_schema.Metadata, {"id": "1"}, "metadata"),
        (
            x_schema.Metadata,
            {"id": "1", "metadata": {"alt_text": {"text": "a" * 1001}}},
            "metadata.alt_text.text",
        ),
    ],
)
def test_uploads_and_alternative_texts_have_schemas_too(
    model: Any, body: Any, parameter: str
) -> None:
    (error,) = refusal(body, model)
    assert list(error["parameters"]) == [parameter]
