"""The manual de contenidos as versioned, executable rules. Pure: text and facts in, findings out.

``review.review``        judges a text: ``review(text, facts, manual) -> Review``
``findings``             ``Facts``, ``MediaFacts``, ``Finding``, ``Review``
``document``             the manual: ``shipped``, ``load``, ``dump``, ``from_data``, ``to_data``
``lexicon.shipped``      the words and phrases, compiled once
``check``                the JSON-lines contract: ``check_line``, ``check_stream``
``texts``                every Spanish sentence of a review; ``document_texts``, ``check_texts``

Rule modules: ``wording`` (the lexicon's rules), ``privacy``, ``names``, ``rolls`` (lists of
students), ``politics`` (veda), ``veracity`` (links, dates), ``civic`` (commemorations), ``agenda``
(events that passed), ``campus`` (names of planteles), ``style``, ``accessibility``, ``press``,
``topics``, ``media``. ``judgement`` weighs what they find with ``likeness``. Nothing here reads a
clock, a network, a database or the environment.
"""
