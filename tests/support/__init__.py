"""What tests share.

``postgres``  a real PostgreSQL
``network``   the guard of the network
``networks``  fake networks behind the connectors' port
``house``     an App with its clock: ``House`` with 77 planteles, ``SmallHouse`` with three
"""
