"""The vault: sealed credentials, their keys, and an audit that proves itself.

It takes a Session or a Connection and never commits; it knows neither networks nor posts.

``secret``       ``Secret``: a string that nothing shows
``envelope``     ``seal``, ``open_sealed``, ``rewrap``: one value, pure
``keys``         ``MasterKey``, ``Keyring``, ``check_or_register``, ``has_secrets``
``providers``    ``provider``: where the master key rests, by URL; ``ring``: its succession
``kit``          ``split``, ``join``: the recovery kit in two halves
``store``        ``put``, ``rotate``, ``use``, ``use_many``, ``reveal``
``handoff``      ``wrap``, ``unwrap``: a secret that waits some minutes for its person
``rotation``     ``rewrap``, ``retire``, ``erase_old``
``custody``      the life of a credential: changes, quarters, fingerprints
``rotation_duties`` what obliges somebody to change one, and its end
``disclosure``   when a person may be shown a value, and the rows that say so
``audit``        ``Entry``, ``By``, ``Trail``, ``AuditKey``, ``append``, ``seal``, ``all_linked``
``checkpoints``  ``Signer``, ``checkpoint``, ``due``, ``write_anchor``, ``read_anchor``
``verify``       ``verify``
``rows``         ``export_lines``
``export``       ``write``: signed files that anybody verifies without this program
``paper``        sealed envelopes and handings over: states, guarded steps, digests
``guards``       ``install``, ``missing``: the triggers that every migration ends with
``errors``       one tree under ``VaultError``
``primitives``   the four cryptographic operations; ``tables``, ``audit_tables``: SQLModel tables

To leave without trace is impossible, not to lose: what only an anchor outside the machine proves is
said in ``checkpoints``.
"""
