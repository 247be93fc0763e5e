"""Copies of the whole installation, and their way back.

``copies``    make a backup: consistent while workers write, whole or not there, old ones pruned
``manifest``  what a backup says of itself, authenticated by the house's key
``database``  the rows, out of and into each of the two databases
``files``     the pictures: by hard link or copy out of a folder, by name alone of a bucket
``restore``   into an empty place, or as a drill that is removed again
``confine``   what a restored installation may not do by itself: nothing that the network sees

The key is never part of a backup: whoever steals one holds nothing that opens.
"""
