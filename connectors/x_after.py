"""What X lets us do with a post that is public; it bills every post that is read."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from typing import Any

import tweepy

from connectors.after import Metrics
from connectors.calls import call
from connectors.contract import Credential, Seen
from connectors.errors import OutcomeUnknown
from connectors.transport import once
from connectors.x_client import Client, facts_of

LOOKUP_MAX = 100
SEEN_FIELDS = ("created_at", "entities", "attachments", "note_tweet")
_NOT_FOUND = "resource-not-found"


class XAfter(ABC):
    """Look, take down and count. X lets no application correct a post."""

    network: str

    @abstractmethod
    def _client(self, credential: Credential) -> Client: ...

    @staticmethod
    @abstractmethod
    def _read_post(tweet: Any) -> Seen: ...

    def see(self, credential: Credential, remote_id: str) -> Seen | None:
        """Return the post as X shows it, None if X says that there is none."""
        client = self._client(credential)

        def read() -> Seen | None:
            try:
                response = client.get_tweet(
                    remote_id,
                    tweet_fields=list(SEEN_FIELDS),
                    expansions=["attachments.media_keys"],
                    user_auth=client.signs,
                )
            except tweepy.NotFound:
                return None
            if response.data is not None:
                return self._read_post(response.data)
            if not any(_NOT_FOUND in str(error.get("type")) for error in response.errors):
                raise ValueError("a post that is neither there nor gone")
            return None

        return call(self.network, "read", credential, read, facts_of)

    def delete(self, credential: Credential, remote_id: str, *, deadline: float) -> None:
        """Delete the post; one that is gone counts as deleted."""
        client = self._client(credential)

        def remove() -> None:
            try:
                response = client.delete_tweet(remote_id, user_auth=client.signs)
            except tweepy.NotFound:
                return
            if not (isinstance(response.data, dict) and response.data.get("deleted") is True):
                raise OutcomeUnknown("a success that does not say so", code="x.not_deleted")

        with once(deadline) as shot:
            call(self.network, "publish", credential, remove, facts_of, shot=shot)

    def metrics(self, credential: Credential, remote_ids: Collection[str]) -> Mapping[str, Metrics]:
        """Count likes, replies, reposts with quotes, and impressions."""
        client, wanted = self._client(credential), sorted(remote_ids)

        def read() -> dict[str, Metrics]:
            found: dict[str, Metrics] = {}
            for at in range(0, len(wanted), LOOKUP_MAX):
                response = client.get_tweets(
                    wanted[at : at + LOOKUP_MAX],
                    tweet_fields=["public_metrics"],
                    user_auth=client.signs,
                )
                found |= {str(t.id): _metrics(t.data) for t in response.data or ()}
            return found

        return call(self.network, "read", credential, read, facts_of)


def _metrics(data: Mapping[str, Any]) -> Metrics:
    told = data.get("public_metrics") or {}
    shared = [told[name] for name in ("retweet_count", "quote_count") if name in told]
    return Metrics(
        likes=told.get("like_count"),
        comments=told.get("reply_count"),
        shares=sum(shared) if shared else None,
        views=told.get("impression_count"),
    )
