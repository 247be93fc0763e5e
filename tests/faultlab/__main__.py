"""``python -m tests.faultlab SCENARIO``: run one scenario, or ``all``."""

from __future__ import annotations

import sys

from tests.faultlab.command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
