"""Spanish screens over ``publisher``'s functions and read models. No SQL, no business rules.

``server``      the ASGI app: ``create_asgi(app)`` and ``run``; ``python -m dashboard`` starts it
``web``         what is served beside Streamlit: sign-in, guard, thumbnails, health
``app``         the entry script: session and navigation by role
``context``     the one seam to publisher: App, person, errors as sentences with a folio
``navigation``  which pages there are, and for whom
``theme``       tokens, Streamlit's configuration and the little CSS that it lacks
``components``  pieces that several pages share
``texts``       every sentence; ``views``: one file a screen; ``recursos``: fonts, icon, scripts
"""
