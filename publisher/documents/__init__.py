"""Documents that leave the house: PDF, CSV and XLSX.

``pdf.Document``      the one PDF helper: header, folio, page n of m, sections, facts, tables
``comprobante``       the receipt of one published post: ``ReceiptSheet``, ``render``, ``file_name``
``table``             ``to_csv`` and ``to_xlsx`` with the guard against formulas
"""

from publisher.documents.comprobante import MediaLine, ReceiptSheet, file_name, render
from publisher.documents.pdf import Document, Header
from publisher.documents.table import guard, to_csv, to_xlsx, unguard

__all__ = [
    "Document",
    "Header",
    "MediaLine",
    "ReceiptSheet",
    "file_name",
    "guard",
    "render",
    "to_csv",
    "to_xlsx",
    "unguard",
]
