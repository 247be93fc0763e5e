"""The life of a post before it is due.

``snapshot``  the exact content of a revision, and the digest that an approval binds
``draft``     create, edit, autosave, discard
``submit``    check against manual and networks, send to consulta, ask for an exception
              (``evaluation`` judges, ``checking`` is what it says)
``clear``     the visto bueno of a plantel's director, where the institution asks for it
``review``    dictamen, proposal of accounts and time, return, withdrawal
``reminders`` what waits is recalled before its hour, and climbs
``by_mail``   the Directora's decision from a link in an e-mail
``approve``   the Directora's decision on one or many posts; plans the deliveries
``plan``      deliveries of an approved revision; move, pull back
"""
