"""The fault laboratory: real workers killed and networks broken, and then every promise counted.

``python -m tests.faultlab SCENARIO --n N --db sqlite|postgres --workers W --seed S --json``;
``all`` runs every scenario on both databases. A scenario is one module of ``scenarios`` with
``SIZES`` and ``run(lab)``, and one line of ``registry``. It gets a ``Lab`` and uses:

- ``lab.fill(n, …)``: an installation on the sandbox with ``n`` approved deliveries (``filling``);
- ``lab.faults(…)``: what the sandbox does wrong, by the orders of ``connectors.sandbox.faults``;
- ``lab.worker(prepare=…)``: a worker forked from a process that has imported everything;
  ``prepare`` runs in the child before the worker and may wrap the product's own functions
  (``points`` arms a death at a named step; the product has no hook for tests);
- ``lab.cold_worker()``: ``python -m publisher.cli worker``, started as anybody would;
- ``lab.until(…)``, ``lab.drain()``: wait; let one undisturbed worker bring everything to its end;
- ``lab.require(held, sentence)``: a goal of the scenario itself; ``lab.note(key=…)``: a figure.

When ``run`` returns, ``judge`` counts duplicates, lost and stuck, and runs every invariant of
``tests.support.invariants``. The seed fixes texts, accounts, faults and when the nemesis strikes on
its own clock; which instruction a process executes at that moment is the machine's choice, so a run
is repeated in kind, not step by step. Durations are those of the profile ``lab``.
"""
