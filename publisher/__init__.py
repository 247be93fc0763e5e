"""The procedure: people, planteles, posts, manual, review, schedule, delivery, documents, notices.

Public verbs are functions ``verb(app, actor, …)``; ``publisher.app.open_app`` wires an ``App``.
Screens call only these packages and modules: ``access``, ``people``, ``institution``, ``media``,
``editorial``, ``delivery``, ``queries``, ``notices`` and ``documents``.
"""
