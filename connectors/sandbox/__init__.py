"""The three networks on loopback: a stateful, strict fake with faults, and its web page.

For tests: ``testing.running_sandbox()``. For the demo: ``python -m connectors.sandbox`` or
``server.run(host, port, path)``, steered by ``client`` (``register``, ``posts``, ``requests_log``,
``put_faults``, ``faults``, ``revoke``, ``reset``, ``accounts``).

``server``     ``create_app(state)``, ``run(host, port, path)``, ``listen``, ``serve``
``platform``   request → network → fault → answer;  ``wire``: what a fault does to the connection
``faults``     ``parse``, ``FaultBook``: which request a fault hits
``x``          X API v2 (``x_media``, ``x_text``, ``x_answers``, ``oauth1``)
``graph``      Graph API (``graph_page``, ``graph_instagram``, ``graph_shown``, ``graph_answers``)
``instagram_private``  what the unofficial Instagram client needs
``state``      ``State``: everything remembered (``database``, ``uploads``, ``timeline``)
``control``    the API under ``/_sandbox``;  ``page``: the web page
"""
