"""Custody of each account's credentials, as the procedure asks for it (RS-5.1.3).

The rules and rows are the vault's (``vault.custody``); here are the verbs: who may, what the audit
says, who hears of it. Nothing in this package returns or logs a value but those that are said to.
Modules are imported by name (``from publisher.custody import changes``): people and institution
call some of them, so this one imports none.

``terms``          ``custodian_of`` ``custodians_of`` ``assign``: who holds an account
``hearers``        ``hearers``: who must hear of what happens to its credentials
``duties``         ``oblige`` ``fulfil`` ``discharge``: what must change
``leaving``        ``oblige_for_designation``: what a designation that ended leaves to be done
``changes``        ``record`` ``mark_verified`` ``confirm_as_director`` ``acknowledge``
``tokens``         ``installed`` ``renewed``: what a connector uses, by somebody or by itself
``transfers``      ``open_transfer`` ``deliver`` ``receive`` ``complete`` ``cancel``: handing over,
                   told by ``transfer_notes``
``actas``          ``acta``: the acta of a handing over, as PDF
``envelopes``      ``print_sheet`` ``seal_envelope`` ``open_envelope`` ``void``: custody on paper
``disclosures``    ``ask`` ``decide`` ``withdraw`` ``open_once``, ``read_own``, ``break_glass``
                   ``review``: the ways in which a person is shown a value
``opening``        what they have in common: second factor, five a day, proof before a value
``reasons``        ``reasons``: the codes of why, as data
``lapses``         ``lapse``: what time alone ends
``confirmations``  ``confirm`` ``missing``: the quarter's word of each of the three
``incidents``      ``open_incident`` ``close_incident``: signs of a change made outside
``upkeep``         ``keep``: what the worker does of all this
``subjects``       ``subject`` ``subjects``: an account with the names that sentences need
"""
