"""The audit beyond this machine: copies that anybody verifies, anchors that nobody here can undo.

``export``  ``write``, ``public_key``: signed files, checked by docs/verificar_auditoria.py
"""
