"""The previous release beside this one.

``release``       the previous release's code, out of the project's own history
``maker``         its populated databases, as ``tests/data/upgrade`` keeps them
``side_by_side``  its worker and ours on one database, as real processes

    python -m tests.upgrade make [REVISION]
    python -m tests.upgrade side-by-side --db sqlite|postgres --posts N --json
"""
