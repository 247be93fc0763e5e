"""A comment below the account's own post, the same way on Facebook and Instagram.

Neither network refuses a repetition, and no listing of other posts tells how late a list of
comments may be: after a lost reply a comment is looked for, and its absence proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from connectors.calls import call, parent_of
from connectors.contract import Credential, Part, Receipt, Seen, Sighting
from connectors.errors import OutcomeUnknown
from connectors.graph import Graph
from connectors.graph import facts_of as graph_facts
from connectors.sighting import Page, Wanted, look, moment
from connectors.throttle import usage
from connectors.transport import once
from connectors.verdicts import COMMENT, Facts

_PAGE_SIZE = 25


@dataclass(frozen=True, kw_only=True)
class Words:
    """What a network calls a comment's text, its instant and its author, and how it is sorted.

    ``author`` is empty where the network does not name it by the account's id.
    """

    text: str
    created: str
    author: str = ""
    order: str | None = None


FACEBOOK = Words(
    text="message", created="created_time", author="from", order="reverse_chronological"
)
INSTAGRAM = Words(text="text", created="timestamp")


def send(
    network: str,
    graph: Graph,
    credential: Credential,
    part: Part,
    *,
    deadline: float,
    parent: Receipt | None,
    suffix: str = "",
) -> Receipt:
    """Make the one request that shows the comment.

    ``suffix`` is what a query adds to its post's address to lead to the comment ``{id}``.
    """
    owner = parent_of(network, part, parent)
    with once(deadline) as shot:
        reply = call(
            network,
            "publish",
            credential,
            lambda: graph.put_object(owner, "comments", message=part.text),
            facts_of,
            shot=shot,
        )
    remote_id = str(reply.get("id") or "")
    if not remote_id:
        raise OutcomeUnknown("a success without an id", code=f"{network}.no_id")
    now = datetime.now(UTC)
    return Receipt(
        remote_id=remote_id,
        permalink=_address(parent, suffix, remote_id),
        created_at=now,
        usage=usage(shot.headers, now),
    )


def find(
    network: str,
    graph: Graph,
    credential: Credential,
    part: Part,
    words: Words,
    *,
    parent: Receipt | None,
    since: datetime,
    ignore: frozenset[str],
    suffix: str = "",
) -> Sighting:
    """Look through the comments of the post for the text."""
    owner = parent_of(network, part, parent)
    wanted = Wanted(
        text=part.text, media_keys=frozenset(), since=since, known=frozenset(), ignore=ignore
    )
    pages = _pages(graph, owner, credential.external_id, words)
    found = call(network, "read", credential, lambda: look(pages, wanted, part), facts_of)
    matches = tuple(
        replace(match, permalink=_address(parent, suffix, match.remote_id))
        for match in found.matches
    )
    return replace(found, matches=matches)


def facts_of(error: BaseException) -> Facts | None:
    """Return what the network replied to a request about comments, marked as such."""
    facts = graph_facts(error)
    return replace(facts, kind=COMMENT) if facts is not None else None


def _address(parent: Receipt | None, suffix: str, remote_id: str) -> str:
    if parent is None or not parent.permalink:
        return ""
    if not suffix:
        return parent.permalink
    mark = "&" if "?" in parent.permalink else "?"
    return parent.permalink + mark + suffix.format(id=remote_id.rpartition("_")[2])


def _pages(graph: Graph, owner: str, account: str, words: Words) -> Iterator[Page]:
    names = ("id", words.text, words.created, words.author)
    args = {"fields": ",".join(filter(None, names)), "order": words.order, "limit": _PAGE_SIZE}
    given = {name: value for name, value in args.items() if value}
    for items, last in graph.pages(owner, "comments", **given):
        ours = [
            item
            for item in items
            if not words.author
            or str((item.get(words.author) or {}).get("id") or account) == account
        ]
        yield Page(
            items=tuple(
                Seen(
                    remote_id=str(item["id"]),
                    text=str(item.get(words.text) or ""),
                    permalink="",
                    created_at=moment(item.get(words.created)),
                    parent=owner,
                )
                for item in ours
            ),
            last=last,
        )
