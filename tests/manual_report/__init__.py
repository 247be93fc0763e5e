"""How well the manual's rules judge labelled posts: ``python -m tests.manual_report [FILE …]``.

A labelled post is a JSON line with ``id``, ``text``, ``network``, ``expected`` (``ok``, ``flag`` or
``block``), ``categories`` (the first is the main one) and ``note``. The checker is given the first
three alone. ``scoring`` counts, ``texts`` says it in Spanish.

The posts are in ``tests/data/manual``: ``tune.jsonl``, which whoever writes rules may read, and
``frozen.jsonl``, which they had not read when it was measured (``docs/manual.md`` says when).
"""
