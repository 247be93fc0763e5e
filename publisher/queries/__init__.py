"""Read models for screens: frozen rows, aggregates in SQL, and no ORM object leaves.

``places``    planteles and accounts that a person may write for or look at
``inbox``     Inicio: counters, what goes out next, drafts; ``attention``: what waits for a person
``queue``     the trays of consulta and approval, paged by keyset
``calendar``  a visible range, one row a post
``activity``  plantel × week, per network
``post``      one post from its first draft to its receipts (its parts: ``steps``, ``allowed``,
              ``sending``, ``using``)
``decisions`` what waits for a decision, and stops in force; ``decision_case``: one, with its
              evidence (``looks``)
``staff``     designations and delegations
``audit``     who did what, when and why, paged by keyset within the actor's reach
              (``audit_search``: which entries; ``audit_lines``: their words)
``pictures``  who may see a stored image or video
``variants``  what a post says on each network, and in which form
``health``    is the database there, does a worker live
``custody``   who holds each account and what is owed; ``custody_sheet``: one account's, whole,
              with its ``custody_history``
``transfers`` handings over of custody, step by step
``disclosures`` requests to read a credential, and the readings made
``consents``  the register of consents, with what cites each; ``consent_choices`` to cite
``obstacles`` what keeps publications from going out, and until when

``phases`` names what a screen calls the state of a post, computed from its deliveries.
Every function takes ``(app, actor)``, reads only where ``access.scope`` lets the actor read, and
does so with Core statements on the models, the same on both databases.
"""
