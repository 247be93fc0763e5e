"""The control API under ``/_sandbox``: what tests and the demo order and read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from connectors.sandbox import graph_login, texts
from connectors.sandbox.faults import BadFault, parse
from connectors.sandbox.instagram_private_login import STEPS
from connectors.sandbox.platform import Platform
from connectors.sandbox.records import NETWORKS, Account, Post, iso
from connectors.sandbox.state import State

SECRETS = (
    "consumer_key",
    "consumer_secret",
    "access_token_secret",
    "expires_at",
    "scopes",
    "password",
    "login",
    "login_code",
)
TOKENS = ("token", "access_token", "page_token", "sessionid")
TRUE = ("1", "true", "si", "sí")
FASTEST = 100_000


class BadRequest(ValueError):
    """A control request that cannot be understood; the text is a Spanish sentence."""


async def _json(request: Request) -> Any:
    try:
        return json.loads(await request.body())
    except ValueError:
        raise BadRequest(texts.BODY_NOT_JSON) from None


def read_accounts(body: Any) -> list[Account]:
    """Read accounts from JSON: a list, or ``{"accounts": […]}``. Raises ``BadRequest``."""
    if isinstance(body, Mapping):
        body = body.get("accounts")
    if not isinstance(body, list) or not all(isinstance(item, Mapping) for item in body):
        raise BadRequest(texts.ACCOUNTS_NOT_A_LIST)
    return [_read_account(item) for item in body]


def _read_account(item: Mapping[str, Any]) -> Account:
    token = next((item[name] for name in TOKENS if item.get(name)), None)
    network = str(item.get("network", ""))
    missing = [name for name in ("network", "external_id", "handle") if not item.get(name)]
    missing += [] if token else ["token"]
    if missing:
        raise BadRequest(texts.account_lacks(", ".join(missing)))
    if network not in NETWORKS:
        raise BadRequest(texts.unknown_network(network))
    if str(item.get("login") or "") not in STEPS:
        raise BadRequest(texts.unknown_login(str(item["login"]), ", ".join(filter(None, STEPS))))
    return Account(
        network=network,
        external_id=str(item["external_id"]),
        handle=str(item["handle"]).lstrip("@"),
        name=str(item.get("name") or item["handle"]),
        connector=str(item.get("connector") or network),
        token=str(token),
        secrets={name: str(item[name]) for name in SECRETS if item.get(name)},
    )


def read_engagement(body: Any) -> list[dict[str, Any]]:
    """Read what people did with posts: ``network``, ``id`` and figures. Raises ``BadRequest``."""
    items = body if isinstance(body, list) else [body]
    if not all(isinstance(i, Mapping) and i.get("network") and i.get("id") for i in items):
        raise BadRequest(texts.ENGAGEMENT)
    return [dict(item) for item in items]


def read_speed(body: Any) -> float:
    """Read how many times faster windows pass: a number, or ``{"speed": …}``."""
    value = body.get("speed") if isinstance(body, Mapping) else body
    if isinstance(value, bool) or not isinstance(value, int | float) or not 1 <= value <= FASTEST:
        raise BadRequest(texts.BAD_SPEED)
    return float(value)


def account_view(account: Account) -> dict[str, Any]:
    """Return an account as JSON, without its secrets."""
    return {
        "network": account.network,
        "external_id": account.external_id,
        "handle": account.handle,
        "name": account.name,
        "connector": account.connector,
        "revoked": account.revoked,
    }


def post_view(state: State, post: Post) -> dict[str, Any]:
    """Return a visible post as JSON."""
    account = state.account(post.network, post.account)
    return {
        "network": post.network,
        "account": post.account,
        "handle": account.handle if account else "",
        "id": post.id,
        "text": post.text,
        "link": post.link,
        "form": post.form,
        "parent": post.parent,
        "replies": post.replies,
        "media_digests": [item.sha256 for item in post.media],
        "alt_texts": [item.alt_text for item in post.media],
        "created": iso(post.created),
    }


def _engagement(state: State) -> Route:
    async def put(request: Request) -> Response:
        for item in read_engagement(await _json(request)):
            state.engage(str(item["network"]), str(item["id"]), item)
        return Response(status_code=204)

    return Route("/_sandbox/engagement", put, methods=["PUT"])


def _speed(state: State) -> list[Route]:
    async def get(_: Request) -> Response:
        return JSONResponse({"speed": state.speed})

    async def put(request: Request) -> Response:
        state.speed = read_speed(await _json(request))
        return JSONResponse({"speed": state.speed})

    return [Route("/_sandbox/speed", get), Route("/_sandbox/speed", put, methods=["PUT"])]


def _codes(state: State) -> Route:
    async def get(_: Request) -> Response:
        waiting = [
            {"network": "instagram", "account": account, "kind": kind, "code": code}
            for account, (kind, code) in state.codes.items()
        ]
        return JSONResponse(waiting)

    return Route("/_sandbox/codes", get)


def _system_tokens(state: State) -> Route:
    async def issue(request: Request) -> Response:
        body = await _json(request)
        asked = body.get("pages") if isinstance(body, Mapping) else None
        known = [a.external_id for a in state.accounts() if a.network == "facebook"]
        pages = [str(page) for page in asked] if isinstance(asked, list) else known
        return JSONResponse({"access_token": graph_login.system_token(state, pages)})

    return Route("/_sandbox/tokens/system", issue, methods=["POST"])


def routes(state: State, platform: Platform) -> list[Route]:
    """Return the control API's routes."""

    async def get_posts(request: Request) -> Response:
        query = request.query_params
        posts = state.posts(query.get("network"), query.get("account"), newest_first=False)
        return JSONResponse([post_view(state, post) for post in posts])

    async def get_requests(_: Request) -> Response:
        return JSONResponse(state.requests())

    async def get_faults(_: Request) -> Response:
        return JSONResponse(platform.book.bodies())

    async def put_faults(request: Request) -> Response:
        platform.order(parse(await _json(request)))
        return JSONResponse(platform.book.bodies())

    async def get_accounts(_: Request) -> Response:
        return JSONResponse([account_view(a) for a in state.accounts()])

    async def put_accounts(request: Request) -> Response:
        state.register(read_accounts(await _json(request)))
        return JSONResponse([account_view(a) for a in state.accounts()])

    async def revoke(request: Request) -> Response:
        body = await _json(request)
        body = body if isinstance(body, Mapping) else {}
        account = str(body.get("account") or body.get("external_id") or "")
        found = [state.account(str(body.get("network", "")), account)]
        found += state.by_token(str(body.get("token", "")))
        tokens = {a.token for a in found if a is not None}
        if not tokens:
            return JSONResponse({"error": texts.UNKNOWN_TOKEN}, 404)
        for token in tokens:
            state.revoke(token)
        return Response(status_code=204)

    async def reset(request: Request) -> Response:
        everything = request.query_params.get("all", "").lower() in TRUE
        state.reset(everything=everything)
        platform.order([])
        return Response(status_code=204)

    return [
        Route("/_sandbox/posts", get_posts),
        Route("/_sandbox/requests", get_requests),
        Route("/_sandbox/faults", get_faults),
        Route("/_sandbox/faults", put_faults, methods=["PUT"]),
        *_speed(state),
        _codes(state),
        Route("/_sandbox/accounts", get_accounts),
        Route("/_sandbox/accounts", put_accounts, methods=["PUT"]),
        _engagement(state),
        _system_tokens(state),
        Route("/_sandbox/tokens/revoke", revoke, methods=["POST"]),
        Route("/_sandbox", reset, methods=["DELETE"]),
    ]


async def refused(_: Request, error: Exception) -> Response:
    """Answer a control request that cannot be understood."""
    return JSONResponse({"error": str(error)}, 400)


HANDLERS: dict[Any, Any] = {BadRequest: refused, BadFault: refused}
