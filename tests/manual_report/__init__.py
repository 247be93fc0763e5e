"""How well the manual's rules judge labelled posts: ``python -m tests.manual_report [FILE …]``.

A labelled post is a JSON line with ``id``, ``text``, ``network``, ``expected`` (``ok``, ``flag`` or
``block``), ``categories`` (the first is the main one) and ``note``. The checker is given the first
three alone. ``scoring`` counts, ``texts`` says it in Spanish.

The posts are in ``tests/data/manual``. Those beside each other there taught the model of likeness
and, by their errors, the rules: ``taught.jsonl`` is by the team of the rules; ``tune.jsonl`` and
``spent.jsonl`` (frozen once, then measured) are by one blind author, ``blind.jsonl`` by others.
``cross`` measures them honestly: each author by what was learned without them. Only
``frozen/frozen.jsonl`` stays apart, unread until it is measured once (``docs/manual.md``).
"""
