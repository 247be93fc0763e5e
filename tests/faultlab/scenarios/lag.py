"""R05, the worse half: listings later than settling that still show old posts of ours.

One known post proves nothing of such a listing. An absence counts only where the network refuses a
repetition (X by its text, official Instagram by its container) or shows a younger post of ours.
"""

from __future__ import annotations

from tests.faultlab.lab import Lab
from tests.faultlab.registry import Sizes
from tests.faultlab.scenarios import listing

SIZES = Sizes(full=1200, small=48, workers=2, small_databases=("sqlite",), minutes=2)


def run(lab: Lab) -> None:
    listing.run(lab, old_canary=True)
