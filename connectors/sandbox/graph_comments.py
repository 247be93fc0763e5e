"""Comments below a post, on a page and on Instagram: made by its own account, and listed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from connectors.sandbox.exchange import Ask, Call, Reply
from connectors.sandbox.graph_answers import bad_parameter, ok, wanted
from connectors.sandbox.graph_page import page_of
from connectors.sandbox.graph_shown import moment_text, permalink
from connectors.sandbox.records import Account, Post
from connectors.sandbox.state import State

Run = Callable[[Account], Reply]


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What one network calls things, and how long a comment may be."""

    network: str
    text: str
    created: str
    most: int


FACEBOOK = Rules(network="facebook", text="message", created="created_time", most=8000)
INSTAGRAM = Rules(network="instagram", text="text", created="timestamp", most=2200)


def route(rules: Rules, state: State, call: Call, post: Post) -> tuple[str, Run | None]:
    """Return route and action for the comments of ``post``."""

    def ask(account: Account) -> Ask:
        return Ask(state=state, call=call, account=account)

    if call.method == "POST":
        return "publish", lambda account: _create(rules, ask(account), post)
    if call.method == "GET":
        return "list", lambda account: _list(rules, ask(account), post)
    return "other", None


def _create(rules: Rules, ask: Ask, post: Post) -> Reply:
    text = ask.call.fields.get("message", "")
    if not text.strip():
        raise bad_parameter("The parameter message is required")
    if len(text) > rules.most:
        raise bad_parameter("Param message is too long")
    number = ask.state.new_id()
    below = post.id.rpartition("_")[2]
    made = ask.state.publish(
        network=rules.network,
        account=ask.account.external_id,
        text=text,
        parent=post.id,
        post_id=f"{below}_{number}" if rules.network == FACEBOOK.network else number,
    )
    return ok({"id": made.id})


def _list(rules: Rules, ask: Ask, post: Post) -> Reply:
    fields = wanted(ask.call.fields.get("fields", "")) or {rules.text: "", rules.created: ""}

    def show(comment: Post) -> list[dict[str, Any]]:
        known: dict[str, Any] = {
            rules.text: comment.text,
            rules.created: moment_text(comment.created),
            "permalink_url": permalink(ask.call, rules.network, comment.id),
            "username": ask.account.handle,
            "from": {"id": comment.account, "name": ask.account.name},
        }
        return [{**{name: known[name] for name in fields if known.get(name)}, "id": comment.id}]

    own = page_of(ask, show, below=post.id)
    if ask.call.fields.get("after"):
        return own
    # what people wrote stands above what the account itself did, on the first page
    value = json.loads(own.body)
    return ok({**value, "data": [*_of_people(rules, ask.state, post, fields), *value["data"]]})


def _of_people(
    rules: Rules, state: State, post: Post, fields: dict[str, str]
) -> list[dict[str, Any]]:
    rows = []
    for number, comment in enumerate(state.engagement(post)["comments"], start=1):
        known = {
            rules.text: comment.get("text", ""),
            rules.created: moment_text(post.created + number),
            "username": comment.get("author", ""),
            "from": {"name": comment.get("author", "")},
        }
        shown = {name: known[name] for name in fields if known.get(name)}
        rows.append({**shown, "id": f"{post.id}_{number}"})
    return rows[::-1]
