"""Photos and videos: accepted, cleaned, rendered, kept by their SHA-256 and served for a while.

``accept``      takes a person's upload
``read_bytes``  gives a file back, verified; ``StoreDown`` if the store cannot be asked
``open_file``   gives one to a sender to read from; ``cover`` the still of a film
``hold``        verifies a file too long to be read at once; ``stream`` answers a request with it
``check``       the store serves and is ours; ``check_at_start`` as a process starts
``sweep``       takes away what no row refers to
``thumbnail``   a small copy for the screens
``media_url``   the short-lived public address that Instagram fetches
``reach``       whether a network could fetch from there now
``media_routes``, ``media_app``, ``serve_media``  the route behind those addresses
"""

from typing import TYPE_CHECKING

from publisher.exports import lazily
from publisher.media import reach
from publisher.media.links import media_url
from publisher.media.ownership import check, check_at_start, examine
from publisher.media.reading import cover, open_file
from publisher.media.store import Held, StoreDown, hold, read_bytes

if TYPE_CHECKING:
    from publisher.media.route import media_app, media_routes
    from publisher.media.server import MediaServer, serve_media
    from publisher.media.streaming import stream
    from publisher.media.sweeping import Swept, sweep
    from publisher.media.thumbnails import thumbnail
    from publisher.media.upload import MediaInfo, RenditionInfo, accept

__all__ = [
    "Held",
    "MediaInfo",
    "MediaServer",
    "RenditionInfo",
    "StoreDown",
    "Swept",
    "accept",
    "check",
    "check_at_start",
    "cover",
    "examine",
    "hold",
    "media_app",
    "media_routes",
    "media_url",
    "open_file",
    "reach",
    "read_bytes",
    "serve_media",
    "stream",
    "sweep",
    "thumbnail",
]

__getattr__ = lazily(
    __name__,
    {
        "route": "media_app media_routes",
        "server": "MediaServer serve_media",
        "streaming": "stream",
        "sweeping": "Swept sweep",
        "thumbnails": "thumbnail",
        "upload": "MediaInfo RenditionInfo accept",
    },
)
