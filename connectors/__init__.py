"""One network each: SDK in, contract out.

``contract``  what every connector promises; the values that cross it.
``errors``    the error tree, split by one question: could it be public already?
``transport`` the one ``requests`` adapter under every SDK.
``limits``    the platforms' limits as dated data.
``registry``  connector name → adapter, imported only when first used.
``sandbox``   the three networks on loopback, for the demo and the tests.
"""
