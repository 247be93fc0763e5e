"""Documents that leave the house: PDF, CSV and XLSX.

``pdf``          the one PDF helper: header, folio, page n of m, sections, facts, tables
``comprobante``  the receipt of one published post: ``ReceiptSheet``, ``render``, ``file_name``
``paper``        sheets that people sign: boxes for letters, lines to fill in, QR codes
``sobre``        the sealed envelope with an account's credentials: ``EnvelopeSheet``, ``render``
``acta``         the transfer of custody: ``ActaSheet``, ``render``
``manual``       the manual de contenidos with its index: ``ManualSheet``, ``render``
``table``        ``to_csv``, and the guard against formulas
``workbook``     ``to_xlsx``

Each is imported where it is used: their libraries cost a worker a second and 40 MB.
"""
