"""Photos: accepted, cleaned, rendered per network, kept by their SHA-256 and served for a while.

``accept``      takes a person's upload
``read_bytes``  gives a file back, verified
``thumbnail``   a small copy for the screens
``media_url``   the short-lived public address that Instagram fetches
``media_routes``, ``media_app``, ``serve_media``  the route behind those addresses
"""

from publisher.media.links import media_url
from publisher.media.route import media_app, media_routes
from publisher.media.server import MediaServer, serve_media
from publisher.media.store import read_bytes
from publisher.media.thumbnails import thumbnail
from publisher.media.upload import MediaInfo, RenditionInfo, accept

__all__ = [
    "MediaInfo",
    "MediaServer",
    "RenditionInfo",
    "accept",
    "media_app",
    "media_routes",
    "media_url",
    "read_bytes",
    "serve_media",
    "thumbnail",
]
