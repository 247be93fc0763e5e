"""What Instagram's unofficial way lets us do with a post that is public."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from typing import Any

from instagrapi.exceptions import MediaNotFound, MediaUnavailable

from connectors.after import Metrics
from connectors.calls import call
from connectors.contract import Credential, Seen
from connectors.errors import OutcomeUnknown
from connectors.instagrapi_client import GuardedClient, facts_of
from connectors.sighting import PAGES_MAX
from connectors.transport import once

_PAGE_SIZE = 20


class InstagramPrivateAfter(ABC):
    """Look, take down, correct and count; comments are left to the official way."""

    _table: str

    @abstractmethod
    def _client(self, credential: Credential) -> GuardedClient: ...

    @staticmethod
    @abstractmethod
    def _read_post(item: Mapping[str, Any]) -> Seen: ...

    def see(self, credential: Credential, remote_id: str) -> Seen | None:
        """Return the medium as it is shown, None if Instagram says that it is not there."""
        client = self._client(credential)

        def read() -> Seen | None:
            try:
                reply = client.private_request(f"media/{remote_id}/info/")
                return self._read_post(reply["items"][0])
            except (MediaUnavailable, MediaNotFound):
                return None

        return call(self._table, "read", credential, read, facts_of)

    def delete(self, credential: Credential, remote_id: str, *, deadline: float) -> None:
        """Delete the medium."""
        client = self._client(credential)
        medium = f"{remote_id}_{credential.external_id}"

        def remove() -> None:
            reply = client.private_request(
                f"media/{medium}/delete/", client.with_default_data({"media_id": medium})
            )
            if reply.get("did_delete") is not True:
                raise OutcomeUnknown(
                    "a success that does not say so", code=f"{self._table}.not_deleted"
                )

        with once(deadline) as shot:
            call(self._table, "publish", credential, remove, facts_of, shot=shot)

    def edit(self, credential: Credential, remote_id: str, text: str, *, deadline: float) -> None:
        """Give the medium another caption, as the application's form sends it whole.

        That form holds place and tagged people too; no post of ours has any. The library's own verb
        would ask for the medium first.
        """
        client = self._client(credential)
        form = {
            "caption_text": text,
            "container_module": "edit_media_info",
            "feed_position": "0",
            "location": "{}",
            "usertags": json.dumps({"in": []}),
            "is_carousel_bumped_post": "false",
        }

        def amend() -> None:
            reply = client.private_request(
                f"media/{remote_id}_{credential.external_id}/edit_media/",
                client.with_default_data(form),
            )
            if not isinstance(reply.get("media"), dict):
                raise OutcomeUnknown(
                    "a success that does not say so", code=f"{self._table}.not_edited"
                )

        with once(deadline) as shot:
            call(self._table, "publish", credential, amend, facts_of, shot=shot)

    def metrics(self, credential: Credential, remote_ids: Collection[str]) -> Mapping[str, Metrics]:
        """Count likes, comments and, of videos, plays, in the feed."""
        client, wanted = self._client(credential), frozenset(remote_ids)
        user = credential.external_id

        def read() -> dict[str, Metrics]:
            found: dict[str, Metrics] = {}
            cursor = ""
            for _ in range(PAGES_MAX):
                params = {"count": _PAGE_SIZE, **({"max_id": cursor} if cursor else {})}
                reply = client.private_request(f"feed/user/{user}/", params=params)
                items = reply["items"]
                found |= {str(i["pk"]): _metrics(i) for i in items if str(i["pk"]) in wanted}
                cursor = str(reply.get("next_max_id") or "") if reply.get("more_available") else ""
                if not cursor or len(found) == len(wanted):
                    break
            return found

        return call(self._table, "read", credential, read, facts_of) if wanted else {}


def _metrics(item: Mapping[str, Any]) -> Metrics:
    told = [item.get(name) for name in ("like_count", "comment_count", "play_count")]
    likes, comments, plays = (value if isinstance(value, int) else None for value in told)
    hidden = item.get("like_and_view_counts_disabled") is True
    return Metrics(likes=None if hidden else likes, comments=comments, views=plays)
