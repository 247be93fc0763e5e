"""Who makes the calls to the networks, and where.

``call``     one visible request with all that it needs, and the one way to make it
``crew``     threads that take work, as many as the work needs
``width``    how many of a crew may be busy at once, pure
``core``     a few threads kept on one core
``child``    the sender process: a crew outside the interpreter of the turn
``outpost``  the worker's end of it
``wire``     what passes between the worker and its sender process
"""
