"""One network each: SDK in, contract out.

``contract``  what every connector promises; the values that cross it.
``errors``    the error tree, split by one question: could it be public already?
``registry``  connector key → adapter, imported only when first used; ``load`` and ``Endpoints``.
``transport`` the one ``requests`` adapter under every SDK; ``redaction`` keeps tokens out of texts;
              ``arrival`` tells whether a failed request may have reached the network.
``calls``     one call, from an SDK's exception to ours; ``classify`` judges by ``verdicts``.
``sighting``  newest posts → found, absent or not known; ``matching`` compares texts.
``checks``    what a network would refuse, over ``limits`` (dated data) and ``weight`` (X's count).
``texts``     what people are told, in Spanish.
``sandbox``   the three networks on loopback, for the demo and the tests.
"""
