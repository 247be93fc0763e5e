"""The register of consents for image, voice and name of minors (rule 6.1; LGDNNA arts. 76 to 80).

``covers``     pure: does a medium's citation hold on a network, on a day, and why not
``given``      pure: what somebody writes down of a signed paper, checked
``register``   ``register``, ``revoke``: who keeps the register, and what a revocation reaches
``using``      which posts and deliveries cite a consent, with a fixed number of statements
``upkeep``     the worker's part: what ends soon, and what is still public after a revocation
``exchange``   the register as a file: ``preview``, ``apply``, ``export``, ``template``

A row says as little of the person as serves: initials and school number; the paper has the rest.
"""
