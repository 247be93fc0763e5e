"""X: text; one to four images, a GIF or a video; and replies that make a thread, through tweepy.

tweepy 4 uploads media by an interface that X has retired, so the v2 upload is written in
``x_media`` on top of its client. Media get their ``media_key`` before any post exists: by it
``find`` is exact. A duplicate refusal (``x.duplicate``) after an attempt of unknown outcome is
evidence that the attempt was published; only the engine knows of earlier attempts, so the engine
decides that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from connectors import checks, weight, x_media
from connectors.calls import call, parent_of, same_account
from connectors.contract import (
    Absence,
    Capability,
    Content,
    Credential,
    Identity,
    Issue,
    Listing,
    Part,
    Pending,
    Receipt,
    Seen,
    Sighting,
    Staged,
)
from connectors.endpoints import Endpoints
from connectors.errors import OutcomeUnknown
from connectors.limits import limits_for
from connectors.matching import expand
from connectors.sighting import Page, Wanted, gather, look, moment
from connectors.throttle import usage
from connectors.transport import Transport, once, session
from connectors.x_after import XAfter
from connectors.x_client import FIELDS, Client, facts_of, keys_of

_PAGE_SIZE = 20


class XConnector(XAfter):
    """One X account per credential (its OAuth 1.0a keys); ``external_id`` is the user id."""

    network = "x"
    limits = limits_for("x")
    capabilities: frozenset[Capability] = frozenset({"thread", "delete", "metrics"})
    credential_fields: tuple[str, ...] = FIELDS
    needs_public_media = False

    def __init__(self, endpoints: Endpoints) -> None:
        self._patience = endpoints.upload_timeout
        self._session = session(
            Transport(
                endpoints.x_base_url,
                loopback_only=endpoints.loopback_only,
                timeout=(endpoints.connect_timeout, endpoints.read_timeout),
            )
        )
        self._rules = checks.Rules(
            network=self.network,
            limits=self.limits,
            weigh=self.weigh,
            kinds=frozenset({"post", "reply"}),
        )

    def check(self, content: Content) -> tuple[Issue, ...]:
        """Say what X would refuse."""
        return checks.check(content, self._rules)

    def weigh(self, text: str) -> int:
        """Return the weighted length."""
        return weight.weigh(text)

    def verify(self, credential: Credential) -> Identity:
        """Prove that the keys act as the account."""
        client = self._client(credential)
        me = call(
            self.network,
            "read",
            credential,
            lambda: (
                client.get_me(user_fields=["profile_image_url"], user_auth=client.signs).data.data
            ),
            facts_of,
        )
        same_account(self.network, credential, str(me.get("id", "")))
        return Identity(
            external_id=credential.external_id,
            handle=str(me.get("username") or ""),
            name=str(me.get("name") or ""),
            picture_url=str(me.get("profile_image_url") or ""),
        )

    def stage(
        self, credential: Credential, part: Part, handle: Mapping[str, Any] | None = None
    ) -> Staged | Pending:
        """Upload the part's media; what a fresh ``handle`` names is kept."""
        client = self._client(credential)
        return call(
            self.network,
            "stage",
            credential,
            lambda: x_media.stage(client, part, handle),
            facts_of,
        )

    def publish(
        self,
        credential: Credential,
        part: Part,
        staged: Staged,
        *,
        deadline: float,
        parent: Receipt | None = None,
    ) -> Receipt:
        """Create the post, or the reply that is the next item of a thread."""
        answered = parent_of(self.network, part, parent)
        restricted = part.kind == "post" and part.replies != "everyone"
        client = self._client(credential)
        media = [str(entry["id"]) for entry in staged.handle.get("media", ())]
        with once(deadline) as shot:
            response = call(
                self.network,
                "publish",
                credential,
                lambda: client.create_tweet(
                    text=part.text or None,
                    media_ids=media or None,
                    in_reply_to_tweet_id=answered or None,
                    reply_settings=part.replies if restricted else None,
                    user_auth=client.signs,
                ),
                facts_of,
                shot=shot,
            )
        data = response.data
        remote_id = str(data.get("id") or "") if isinstance(data, dict) else ""
        if not remote_id:
            raise OutcomeUnknown("a success without an id", code="x.no_id")
        now = datetime.now(UTC)
        return Receipt(
            remote_id=remote_id,
            permalink=permalink(remote_id),
            created_at=now,
            usage=usage(shot.headers, now),
        )

    def absence(self, part: Part, handle: Mapping[str, Any]) -> Absence:  # noqa: ARG002
        """Rely on X, which refuses to show a text twice; it compares no pictures."""
        return "fenced" if part.text.strip() else "canary"

    def find(
        self,
        credential: Credential,
        part: Part,
        handle: Mapping[str, Any],
        *,
        since: datetime,
        known: frozenset[str] = frozenset(),
        ignore: frozenset[str] = frozenset(),
        parent: Receipt | None = None,
    ) -> Sighting:
        """Look through the account's timeline, replies included, for the media keys or the text."""
        keys = (entry.get("key") for entry in handle.get("media", ()))
        wanted = Wanted(
            text=part.text,
            media_keys=frozenset(str(key) for key in keys if key),
            since=since,
            known=known,
            ignore=ignore,
            parent=parent_of(self.network, part, parent),
        )
        client = self._client(credential)
        pages = _pages(client, credential.external_id)
        return call(self.network, "read", credential, lambda: look(pages, wanted, part), facts_of)

    def recent(
        self, credential: Credential, *, since: datetime | None = None, limit: int = 20
    ) -> Listing:
        """List the account's newest posts."""
        client = self._client(credential)
        pages = _pages(client, credential.external_id)
        return call(
            self.network,
            "read",
            credential,
            lambda: gather(pages, since=since, limit=limit),
            facts_of,
        )

    @staticmethod
    def _read_post(tweet: Any) -> Seen:
        return _seen(tweet)

    def _client(self, credential: Credential) -> Client:
        return Client(keys_of(credential), self._session, self._patience)


def permalink(remote_id: str) -> str:
    """Return a post's address, which needs no handle."""
    return f"https://x.com/i/web/status/{remote_id}"


def _pages(client: Client, user: str) -> Iterator[Page]:
    token: str | None = None
    while True:
        response = client.get_users_tweets(
            user,
            max_results=_PAGE_SIZE,
            pagination_token=token,
            tweet_fields=[
                "created_at",
                "entities",
                "attachments",
                "note_tweet",
                "referenced_tweets",
            ],
            expansions=["attachments.media_keys"],
            user_auth=client.signs,
        )
        if response.data is None and (response.errors or response.meta.get("result_count") != 0):
            raise ValueError("an empty listing that does not say it is empty")
        token = (response.meta or {}).get("next_token")
        yield Page(items=tuple(map(_seen, response.data or ())), last=token is None)
        if token is None:
            return


def _seen(tweet: Any) -> Seen:
    data: Mapping[str, Any] = tweet.data
    note = data.get("note_tweet") or {}
    full = note if note.get("text") else data
    entities = (full.get("entities") or {}).get("urls") or ()
    remote_id = str(data["id"])
    return Seen(
        remote_id=remote_id,
        text=expand(str(full.get("text") or ""), entities),
        permalink=permalink(remote_id),
        created_at=moment(data.get("created_at")),
        media_keys=tuple(map(str, (data.get("attachments") or {}).get("media_keys") or ())),
        parent=_answered(data.get("referenced_tweets") or ()),
    )


def _answered(references: Iterable[Mapping[str, Any]]) -> str:
    found = (str(one["id"]) for one in references if one.get("type") == "replied_to")
    return next(found, "")
