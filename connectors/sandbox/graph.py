"""The Graph API: whose token it is, which node is meant, and what is done there.

Pages are in ``graph_page``, Instagram's container flow in ``graph_instagram``, what is written
below a post in ``graph_comments``.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from connectors.sandbox import (
    graph_comments,
    graph_films,
    graph_instagram,
    graph_login,
    graph_page,
    graph_tokens,
)
from connectors.sandbox.exchange import Ask, Call, Reply, Target
from connectors.sandbox.graph_answers import (
    bad_token,
    expired_token,
    no_such_object,
    not_yours,
    wanted,
    with_usage,
)
from connectors.sandbox.graph_tokens import debug_token, is_app_token, is_over
from connectors.sandbox.records import Account
from connectors.sandbox.state import State

PATH = re.compile(r"^/v\d+\.\d+/(?P<node>[^/]+)(?:/(?P<edge>[^/]+))?/?$")
NETWORKS_HERE = ("facebook", "instagram")

PAGE_EDGES = {**graph_page.ACCOUNT_EDGES, **graph_films.ACCOUNT_EDGES}

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
    entrance = _entrance(state, call, node, edge)
    if entrance is not None:
        return entrance
    if node in ("me", "debug_token", ""):
        owner = _by_token(call, actors, edge)
        node = owner.external_id if node == "me" and owner else node
    else:
        owner = owner_of(state, node)
    actor = next((a for a in actors if a == owner), actors[0] if actors else None)
    network = owner.network if owner else actor.network if actor else "facebook"
    route, run = _route(state, call, node, edge, owner)

    def checked() -> Reply | Awaitable[Reply]:
        if actor is None and not (node == "debug_token" and is_app_token(token_of(call))):
            raise bad_token()
        if actor is not None and node != "debug_token":
            if actor.revoked:
                raise bad_token(revoked=True)
            if is_over(state, actor):
                raise expired_token()
        if run is None or (owner is None and node != "debug_token"):
            raise no_such_object(node)
        if owner is not None and owner not in actors and node != "debug_token":
            raise not_yours() if call.method != "GET" else no_such_object(node)
        who = owner or actor
        if who is None:
            return debug_token(state, call)
        reply = run(who)
        return with_usage(reply, who) if isinstance(reply, Reply) else _later(reply, who)

    return Target(
        network=network, route=route, account=actor.external_id if actor else None, run=checked
    )


def _entrance(state: State, call: Call, node: str, edge: str) -> Target | None:
    """Say what a call means that asks for a token, or has a person's; None for all others."""
    if node == "oauth":
        return graph_tokens.dispatch(state, call, edge)
    if (node, edge) == ("dialog", "oauth"):
        return graph_login.dispatch(state, call)
    if (node, edge) == ("me", "accounts") and graph_login.is_person(state, token_of(call)):
        return graph_login.accounts(state, token_of(call))
    return None


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
        return "verify", lambda _: debug_token(state, call)
    if owner is None:
        return "other", None
    page = owner.network == "facebook"
    if node == owner.external_id:
        edges = PAGE_EDGES if page else graph_instagram.ACCOUNT_EDGES
        found = edges.get((call.method, edge))
        if found is None:
            return "other", None
        name, handler = found
        route = name if isinstance(name, str) else name(call)
        return route, lambda account: handler(Ask(state=state, call=call, account=account))
    post = state.post(owner.network, node) or (graph_films.post_of(state, node) if page else None)
    if edge == "comments" and post is not None and not post.parent:
        rules = graph_comments.FACEBOOK if page else graph_comments.INSTAGRAM
        return graph_comments.route(rules, state, call, post)
    film = graph_films.object_route(state, call, node, edge) if page else None
    if film is not None:
        return film
    objects = graph_page.object_route if page else graph_instagram.object_route
    return objects(state, call, node, edge)
