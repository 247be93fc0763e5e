"""What the sandbox is asked to do wrong by more than one scenario."""

from __future__ import annotations

ROUGH = (
    # two in a hundred each: public, and nobody hears of it
    {"route": "publish", "fault": "accept-then-500", "probability": 0.02},
    {"route": "publish", "fault": "accept-then-drop", "probability": 0.02},
    {"route": "publish", "fault": "accept-then-hang", "probability": 0.02},
    # and not public at all
    {"route": "publish", "fault": "500", "probability": 0.02},
    {"route": "upload", "fault": "drop", "probability": 0.02},
)
"""A rough day of every network: some replies lost after the effect, some requests without one."""
