from __future__ import annotations

import pytest

from connectors.calls import secrets_of
from connectors.contract import Credential
from connectors.redaction import DETAIL_MAX, detail, redact

TOKEN = "plantedtoken0123456789"


@pytest.mark.parametrize(
    "text",
    [
        f"GET /v26.0/me?fields=id&access_token={TOKEN}&limit=2",
        f"{{'access_token': '{TOKEN}'}}",
        f'{{"access_token": "{TOKEN}"}}',
        f"Authorization: Bearer {TOKEN}",
        f"{{'Authorization': 'Bearer {TOKEN}'}}",
        f'oauth_token="{TOKEN}", oauth_signature="{TOKEN}"',
        f"client_secret={TOKEN}",
        f"sessionid={TOKEN}; ds_user_id=1",
        f"authorization: {TOKEN}",
        f"access_token%3D{TOKEN}",
    ],
)
def test_what_looks_like_a_token_is_masked(text: str) -> None:
    assert TOKEN not in redact(text)
    assert "***" in redact(text)


def test_a_known_secret_is_masked_wherever_it_stands() -> None:
    assert redact("oops a/b+c= and a%2Fb%2Bc%3D", ["a/b+c="]) == "oops *** and ***"


def test_ordinary_words_stay() -> None:
    text = "Missing message: the token has expired, see bearer of news"
    assert redact(text) == text


def test_a_detail_is_short() -> None:
    assert len(detail("a" * 9_999)) == DETAIL_MAX


def test_secrets_inside_a_json_field_are_known() -> None:
    credential = Credential("1", {"settings": '{"a": {"sessionid": "plantedsession"}, "n": 3}'})
    assert "plantedsession" in secrets_of(credential)
