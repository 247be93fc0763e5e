"""The address of a public post, as a network writes it: which post, and of which account; pure.

Facts: the forms that each network's own «copy link» gives, read in its help pages and seen in
public posts, November 2026. A form that does not name the account (``/share/…``, ``/p/…``) is
taken, and ``account`` is None: whose post it is then only a look at the account can tell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, urlsplit

LONGEST: Final = 500

_HOSTS: Final = {
    "x": frozenset({"x.com", "www.x.com", "mobile.x.com"})
    | frozenset({"twitter.com", "www.twitter.com", "mobile.twitter.com"}),
    "facebook": frozenset(
        f"{name}facebook.com" for name in ("", "www.", "m.", "web.", "es-la.", "mbasic.")
    )
    | {"fb.com", "www.fb.com"},
    "instagram": frozenset({"instagram.com", "www.instagram.com", "m.instagram.com"}),
}
_X_STATUS: Final = re.compile(r"/(?P<who>\w{1,15})/status/(?P<id>\d{1,20})(?:/.*)?")
_X_BARE: Final = re.compile(r"/i/(?:web/)?status/(?P<id>\d{1,20})")
_INSTAGRAM: Final = re.compile(
    r"(?:/(?P<who>[\w.]{1,30}))?/(?:p|reel|reels|tv)/(?P<id>[\w-]{5,64})(?:/.*)?"
)
_INSTAGRAM_STORY: Final = re.compile(r"/stories/(?P<who>[\w.]{1,30})/(?P<id>\d{5,30})")
_POST_ID: Final = r"(?P<id>\d{5,40}|pfbid\w{10,120})"
_FACEBOOK: Final = (
    re.compile(rf"/groups/[^/]+/(?:posts|permalink)/{_POST_ID}"),
    re.compile(rf"/(?P<who>[\w.-]{{1,80}})/(?:posts|videos|reels)/(?:[^/]+/)?{_POST_ID}"),
    re.compile(rf"/(?P<who>[\w.-]{{1,80}})/photos/(?:[^/]+/)?{_POST_ID}"),
    re.compile(r"/(?P<id>(?P<who>\d{5,30})_\d{5,40})"),
    re.compile(r"/share/(?:p|v|r)/(?P<id>\w{5,40})"),
    re.compile(r"/reel/(?P<id>\d{5,40})"),
)
_FACEBOOK_QUERY: Final = ("story_fbid", "fbid", "v")


@dataclass(frozen=True, kw_only=True)
class Link:
    """A post by its address: its id there, and the account that the address names, if any."""

    remote_id: str
    account: str | None
    url: str


def read(network: str, address: str) -> Link | None:
    """Return what ``address`` names on ``network``; None if it is no address of a post there."""
    url = address.strip()
    if len(url) > LONGEST:
        return None
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        port = parts.port
    except ValueError:
        return None
    host = (parts.hostname or "").lower()
    if parts.scheme not in {"http", "https"} or port or host not in _HOSTS.get(network, ()):
        return None
    path = parts.path.rstrip("/")
    found = _in_query(parts.query) if network == "facebook" else None
    remote_id, who = found or _in_path(network, path) or ("", None)
    if not remote_id:
        return None
    return Link(remote_id=remote_id, account=who, url=_clean(network, host, path, parts.query))


def names(link: Link, *, handle: str, external_id: str) -> bool | None:
    """Tell whether the address names the account; None where it names none.

    Facebook writes a page by its name, by its id, or by an alias that we do not know: there a
    different word proves nothing.
    """
    if link.account is None:
        return None
    said = link.account.casefold()
    if said in {handle.lstrip("@").casefold(), external_id.casefold()}:
        return True
    return None if "facebook.com" in link.url else False


def _in_path(network: str, path: str) -> tuple[str, str | None] | None:
    if network == "x":
        bare = _X_BARE.fullmatch(path)
        if bare:
            return bare["id"], None
        found = _X_STATUS.fullmatch(path)
        return (found["id"], found["who"]) if found else None
    if network == "instagram":
        match = _INSTAGRAM_STORY.fullmatch(path) or _INSTAGRAM.fullmatch(path)
        return (match["id"], match["who"]) if match else None
    for form in _FACEBOOK:
        match = form.fullmatch(path)
        if match:
            return match["id"], match.groupdict().get("who")
    return None


def _in_query(query: str) -> tuple[str, str | None] | None:
    """Return post and page of Facebook's older addresses (``permalink.php?story_fbid=…&id=…``)."""
    given = parse_qs(query)
    for name in _FACEBOOK_QUERY:
        value = given.get(name, [""])[0]
        if re.fullmatch(_POST_ID, value):
            return value, given.get("id", [None])[0]
    return None


def _clean(network: str, host: str, path: str, query: str) -> str:
    """Return the address without what only tracks; Facebook's older forms need their query."""
    kept = parse_qs(query) if network == "facebook" else {}
    pairs = [
        f"{name}={values[0]}" for name, values in kept.items() if name in {*_FACEBOOK_QUERY, "id"}
    ]
    return f"https://{host}{path}" + (f"?{'&'.join(pairs)}" if pairs else "")
