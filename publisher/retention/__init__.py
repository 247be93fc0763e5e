"""What is kept how long, and its end.

``policy``  the terms, as data
``purge``   removes what is past its term, in batches that stop nobody

The audit, receipts, approvals and whatever was published are never removed.
"""
