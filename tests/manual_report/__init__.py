"""How well the manual's rules judge labelled posts: ``python -m tests.manual_report [FILE …]``.

A labelled post is a JSON line with ``id``, ``text``, ``network``, ``expected`` (``ok``, ``flag`` or
``block``), ``categories`` (the first is the main one) and ``note``. The checker is given the first
three alone. ``scoring`` counts, ``texts`` says it in Spanish.

The posts are in ``tests/data/manual``: ``tune.jsonl``, which rules were tuned on and the model of
likeness learned from, and ``frozen/frozen.jsonl``, which stays apart: neither had seen it when it
was measured, once (``docs/manual.md``).
"""
