"""The audit beyond this machine: copies that anybody verifies, anchors that nobody here can undo.

``export``   ``write``, ``public_key``: signed files, checked by docs/verificar_auditoria.py
``proving``  ``links``, ``prove``: the chain verified for a person, with progress
``anchors``  ``anchor_due``, ``send``, ``begin``, ``standings``, ``history``: the end, once a day
``targets``  ``parse``: where to, as ``PREGONERO_ANCHORS`` says
``places``   ``keep``: how an anchor gets there
"""
