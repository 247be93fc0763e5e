"""The sandbox's page of X as a person goes through it."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import requests


def agree(address: str, account: str, *, decide: str = "si") -> dict[str, str]:
    """Decide on the page at ``address`` as ``account``; return what leads back to us."""
    page = requests.get(address, timeout=5)
    assert page.status_code == 200, page.text
    form = {"account": account, "decide": decide}
    answer = requests.post(address, data=form, allow_redirects=False, timeout=5)
    assert answer.status_code == 302, answer.text
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))
