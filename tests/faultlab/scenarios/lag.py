"""R05, the worse half: listings later than settling that still show old posts of ours.

Nothing proves today that such a listing is late, so this run finds duplicates on Facebook (X
refuses the text, Instagram consumes a container once). It is no part of ``all``; it joins when
absence needs a fresh post, of any account of the network, that the listing shows.
"""

from __future__ import annotations

from tests.faultlab.lab import Lab
from tests.faultlab.registry import Sizes
from tests.faultlab.scenarios import listing

SIZES = Sizes(full=1200, small=60, workers=2)


def run(lab: Lab) -> None:
    listing.run(lab, old_canary=True)
