"""The Graph API: whose token it is, which node is meant, and what is done there.

Pages are in ``graph_page``, Instagram's container flow in ``graph_instagram``, what is written
below a post in ``graph_comments``.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from connectors.sandbox import graph_comments, graph_instagram, graph_page
from connectors.sandbox.exchange import Ask, Call, Reply, Target
from connectors.sandbox.graph_answers import (
    bad_token,
    no_such_object,
    not_yours,
    ok,
    wanted,
    with_usage,
)
from connectors.sandbox.records import NETWORKS, Account
from connectors.sandbox.state import State

PATH = re.compile(r"^/v\d+\.\d+/(?P<node>[^/]+)(?:/(?P<edge>[^/]+))?/?$")
NETWORKS_HERE = ("facebook", "instagram")
SCOPES = {
    "facebook": ["pages_manage_posts", "pages_read_engagement", "pages_show_list"],
    "instagram": ["instagram_basic", "instagram_content_publish"],
}

Run = Callable[[Account], Reply | Awaitable[Reply]]


def token_of(call: Call) -> str:
    """Return the access token, from the header, the body or the query."""
    scheme, _, value = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() in ("bearer", "oauth") and value:
        return value.strip()
    return call.fields.get("access_token", "")


def owner_of(state: State, node: str) -> Account | None:
    """Return the account that a node is or belongs to: account, upload, container or post."""
    for network in NETWORKS_HERE:
        account = state.account(network, node)
        if account is not None:
            return account
    upload = state.upload(node)
    if upload is not None and upload.network in NETWORKS_HERE:
        return state.account(upload.network, upload.account)
    for network in NETWORKS_HERE:
        post = state.post(network, node)
        if post is not None:
            return state.account(network, post.account)
    return None


def dispatch(state: State, call: Call) -> Target:
    """Say what a call under ``/vNN.N/`` means."""
    found = PATH.match(call.path)
    node, edge = (found["node"], found["edge"] or "") if found else ("", "")
    actors = [a for a in state.by_token(token_of(call)) if a.network in NETWORKS_HERE]
    if node in ("me", "debug_token", ""):
        owner = _by_token(call, actors, edge)
        node = owner.external_id if node == "me" and owner else node
    else:
        owner = owner_of(state, node)
    actor = next((a for a in actors if a == owner), actors[0] if actors else None)
    network = owner.network if owner else actor.network if actor else "facebook"
    route, run = _route(state, call, node, edge, owner)

    def checked() -> Reply | Awaitable[Reply]:
        if actor is None:
            raise bad_token()
        if actor.revoked and node != "debug_token":
            raise bad_token(revoked=True)
        if run is None or (owner is None and node != "debug_token"):
            raise no_such_object(node)
        if owner is not None and owner not in actors and node != "debug_token":
            raise not_yours() if call.method != "GET" else no_such_object(node)
        reply = run(owner or actor)
        if isinstance(reply, Reply):
            return with_usage(reply, owner or actor)
        return _later(reply, owner or actor)

    return Target(
        network=network, route=route, account=actor.external_id if actor else None, run=checked
    )


async def _later(reply: Awaitable[Reply], account: Account) -> Reply:
    return with_usage(await reply, account)


def _by_token(call: Call, actors: list[Account], edge: str) -> Account | None:
    """Return who ``me`` is; a token of a page and its Instagram is the page, but for its edges."""
    instagram = edge in ("media", "media_publish", "stories", "content_publishing_limit")
    instagram = instagram or "username" in wanted(call.fields.get("fields", ""))
    order = sorted(actors, key=lambda a: (a.network == "instagram") != instagram)
    return order[0] if order else None


def _route(
    state: State, call: Call, node: str, edge: str, owner: Account | None
) -> tuple[str, Run | None]:
    if node == "debug_token":
        return "verify", lambda _: _debug_token(state, call)
    if owner is None:
        return "other", None
    page = owner.network == "facebook"
    if node == owner.external_id:
        edges = graph_page.ACCOUNT_EDGES if page else graph_instagram.ACCOUNT_EDGES
        found = edges.get((call.method, edge))
        if found is None:
            return "other", None
        name, handler = found
        route = name if isinstance(name, str) else name(call)
        return route, lambda account: handler(Ask(state=state, call=call, account=account))
    post = state.post(owner.network, node)
    if edge == "comments" and post is not None and not post.parent:
        rules = graph_comments.FACEBOOK if page else graph_comments.INSTAGRAM
        return graph_comments.route(rules, state, call, post)
    objects = graph_page.object_route if page else graph_instagram.object_route
    return objects(state, call, node, edge)


def _debug_token(state: State, call: Call) -> Reply:
    token = call.fields.get("input_token", "")
    found = [a for a in state.by_token(token) if a.network in NETWORKS_HERE]
    if not found:
        return ok(
            {
                "data": {
                    "error": {"code": 190, "message": "Invalid OAuth access token."},
                    "is_valid": False,
                    "scopes": [],
                }
            }
        )
    account = min(found, key=lambda a: NETWORKS.index(a.network))
    data: dict[str, Any] = {
        "app_id": "1000000000000",
        "application": "Pregonero",
        "type": "PAGE",
        "profile_id": account.external_id,
        "user_id": account.external_id,
        "is_valid": not account.revoked,
        "expires_at": 0,
        "data_access_expires_at": int(state.clock() + 90 * 86_400),
        "scopes": [scope for a in found for scope in SCOPES[a.network]],
    }
    if account.revoked:
        data["error"] = {"code": 190, "subcode": 460, "message": "The session is invalid."}
    return ok({"data": data})
