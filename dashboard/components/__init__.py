"""Pieces that several pages share. What returns HTML escapes every value that it is given.

``dates``     instants and wall times as words
``marks``     network badges, state chips, lists and empty states, as HTML
``frame``     the sidebar
``findings``  what the manual and the networks object to
``preview``   a post as it will look
``composer``  the editor with live counters and previews (Components v2)
``month``     the calendar grid (Components v2)
``tray``      the list of approvals with keys (Components v2)
"""
