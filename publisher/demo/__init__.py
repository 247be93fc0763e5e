"""The demo: a whole institution on sandbox networks, and the main job run to its end.

``setup``     institution, accounts and credentials on a database marked ``sandbox``
``persons``   who signs in, with passwords that are shown once
``pictures``  photos drawn by the program, each different
``samples``   posts of mixed kinds, deterministic by seed
``cast``      who acts, and how one of them writes a post
``headless``  draft → check → review → approve → plan → publish
``comparison``  whether the networks show exactly what was approved
``stage``     the posts that a person finds on the screens of ``make demo``
"""
