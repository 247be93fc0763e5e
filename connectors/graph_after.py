"""What Facebook and Instagram let us do with a post that is public, through ``graph``."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from connectors.after import Comment, Metrics
from connectors.calls import call
from connectors.contract import Credential, Seen, Usage
from connectors.facebook_films import FILM_FIELDS, film_seen, is_film_id
from connectors.graph import facts_of, number, total
from connectors.meta_account import MetaAccount
from connectors.sighting import moment
from connectors.transport import once

_COUNTED = (
    "id,created_time,shares",
    "reactions.summary(total_count).limit(0)",
    "comments.summary(total_count).limit(0)",
)


_COMMENT_FIELDS = "id,message,created_time,permalink_url"


class GraphAfter(MetaAccount):
    """The part that both share; each says where its posts are listed and how they read."""

    _seen_fields: ClassVar[str]
    _counted: ClassVar[tuple[str, str]]
    """The listing's edge and the fields that count."""

    @staticmethod
    @abstractmethod
    def _read_post(item: Mapping[str, Any]) -> Seen: ...

    @staticmethod
    @abstractmethod
    def _read_metrics(item: Mapping[str, Any]) -> Metrics: ...

    def see(self, credential: Credential, remote_id: str) -> Seen | None:
        """Return the post as it is public now; None if neither its id nor the listing shows it."""
        graph = self._graph(credential)
        return self._read(
            credential,
            lambda: graph.shown(
                remote_id, self._seen_fields, self._read_post, self._listing(credential)
            ),
        )

    def delete(self, credential: Credential, remote_id: str, *, deadline: float) -> None:
        """Delete the post; Instagram asks for the permission ``instagram_manage_contents``."""
        graph = self._graph(credential)
        with once(deadline) as shot:
            call(
                self.network,
                "publish",
                credential,
                lambda: graph.remove(remote_id),
                facts_of,
                shot=shot,
            )

    def metrics(self, credential: Credential, remote_ids: Collection[str]) -> Mapping[str, Metrics]:
        """Count what the account's listing counts."""
        graph, (edge, fields) = self._graph(credential), self._counted
        return self._read(
            credential,
            lambda: graph.counted(
                credential.external_id, edge, fields, frozenset(remote_ids), self._read_metrics
            ),
        )

    def _comments(
        self, credential: Credential, remote_id: str, *, fields: str, **more: Any
    ) -> list[Mapping[str, Any]]:
        graph = self._graph(credential)
        return self._read(
            credential,
            lambda: list(
                graph.get_connections(remote_id, "comments", fields=fields, **more)["data"]
            ),
        )


class FacebookAfter(GraphAfter):
    """A page's posts: they may be corrected too."""

    _counted = ("feed", ",".join(_COUNTED))

    @staticmethod
    def _read_metrics(item: Mapping[str, Any]) -> Metrics:
        return Metrics(
            likes=total(item.get("reactions")),
            comments=total(item.get("comments")),
            shares=number((item.get("shares") or {}).get("count")),
        )

    def see(self, credential: Credential, remote_id: str) -> Seen | None:
        """Return the post as it is public now; a film whose post is not known by its own id.

        A comment has fewer fields than a post: asked for one that it lacks, Graph answers nothing.
        """
        graph = self._graph(credential)
        if _is_comment(remote_id, credential):
            return self._read(
                credential,
                lambda: graph.shown(
                    remote_id, _COMMENT_FIELDS, self._read_post, self._listing(credential)
                ),
            )
        if not is_film_id(remote_id):
            return super().see(credential, remote_id)
        return self._read(
            credential,
            lambda: graph.shown(remote_id, FILM_FIELDS, film_seen, self._listing(credential)),
        )

    def edit(self, credential: Credential, remote_id: str, text: str, *, deadline: float) -> None:
        """Give the post another text; its pictures stay."""
        graph = self._graph(credential)
        name = "description" if is_film_id(remote_id) else "message"
        with once(deadline) as shot:
            call(
                self.network,
                "publish",
                credential,
                lambda: graph.amend(remote_id, **{name: text}),
                facts_of,
                shot=shot,
            )

    def comments(
        self, credential: Credential, remote_id: str, *, limit: int = 20
    ) -> tuple[Comment, ...]:
        """Return the newest comments; a page is told their authors only with more permissions."""
        items = self._comments(
            credential,
            remote_id,
            fields="id,message,created_time,from{id,name}",
            order="reverse_chronological",
            limit=limit,
        )
        return tuple(
            Comment(
                remote_id=str(item["id"]),
                author=str((item.get("from") or {}).get("name") or ""),
                text=str(item.get("message") or ""),
                created_at=moment(item.get("created_time")),
                own=_is_own(item, credential),
            )
            for item in items
        )


class InstagramAfter(GraphAfter):
    """A professional account's media; likes are missing where the account hides them."""

    _counted = ("media", "id,timestamp,like_count,comments_count")

    @staticmethod
    def _read_metrics(item: Mapping[str, Any]) -> Metrics:
        return Metrics(
            likes=number(item.get("like_count")), comments=number(item.get("comments_count"))
        )

    def comments(
        self, credential: Credential, remote_id: str, *, limit: int = 20
    ) -> tuple[Comment, ...]:
        """Return the newest comments with their authors' user names."""
        items = self._comments(
            credential, remote_id, fields="id,text,timestamp,username,from{id}", limit=limit
        )
        return tuple(
            Comment(
                remote_id=str(item["id"]),
                author=str(item.get("username") or ""),
                text=str(item.get("text") or ""),
                created_at=moment(item.get("timestamp")),
                own=_is_own(item, credential),
            )
            for item in items
        )

    def allowance(self, credential: Credential) -> tuple[Usage, ...]:
        """Return how many posts the account may make in a rolling day, and how many are left."""
        graph = self._graph(credential)
        stated = self._read(
            credential,
            lambda: graph.get_connections(
                credential.external_id, "content_publishing_limit", fields="quota_usage,config"
            )["data"][0],
        )
        most = number((stated.get("config") or {}).get("quota_total"))
        used = number(stated.get("quota_usage"))
        if not most or used is None:
            return ()
        return (Usage(scope="account", limit=most, remaining=max(0, most - used), unit="posts"),)


def _is_own(item: Mapping[str, Any], credential: Credential) -> bool:
    return str((item.get("from") or {}).get("id") or "") == credential.external_id


def _is_comment(remote_id: str, credential: Credential) -> bool:
    """Tell a comment's id from a post's: a post's begins with its page."""
    owner, joined, _ = remote_id.partition("_")
    return bool(joined) and owner != credential.external_id
