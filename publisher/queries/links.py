"""Where a published post can be seen."""

from __future__ import annotations

from publisher.app import App


def link_of(app: App, network: str, remote_id: str, permalink: str) -> str:
    """Return the address that opens a post: the network's own, or the sandbox's page of it.

    On a sandbox database the network's address would lead to a real site that has no such post.
    """
    if not remote_id:
        return ""
    if app.sandboxed:
        base = app.institution.addresses.get("x", "").rstrip("/")
        return f"{base}/_sandbox/p/{network}/{remote_id}"
    return permalink
