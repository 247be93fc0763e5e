"""From due to published.

``states``     states and transitions, as one table
``picture``    the page that draws that table
``retry``      what follows from an outcome, pure
``outbox``     claim, begin, settle, recover: guarded statements over lists
``jobs``       what a leased delivery needs to go out, checked once more
``engine``     one turn thread that owns the writes, senders that only do HTTP
``senders``    who makes the calls: threads, most of them in a process of their own
``turn``       the one transaction of a turn: settle, claim, begin
``outcomes``   the settling side of a turn
``work``       what passes between turn and senders, and what the turn thread remembers
``aftermath``  audit entries and notices that follow a change of state
``sentry``     may anything be begun now: clock and disk, with what they are told by
``clock``      is the wall clock to be believed
``disk``       is there room to write attempts down
``alarm``      standing alarms, told once
``loss``       a worker goes on without its sender process, and people hear of it
``facts``      what the installation remembers of itself
``gate``       after a long standstill nothing overdue goes out before people have decided
``pace``       what the platforms allow now, shared between workers
``breaker``    when a platform is spared, pure
``bucket``     how much of a quota is left, pure
``probe``      trying a spared platform again, by a read
``recovery``   dead owners are found, and what they held is taken back
``reconcile``  read-only looks at deliveries whose outcome is unknown
``decide``     what people decide: publish, reschedule, confirm, discard
``by_hand``    what people publish themselves, on accounts without access yet;
               ``by_hand_answer`` is what they answer of it
``removal``    taking down what is public, asked at once and ratified afterwards
``correction`` another text for what is public, approved by another person
``proposal``   what a correction rests on, and who may decide on it
``changes``    both, done by a worker; ``change_round`` is one round of one
``batch``      one such answer for many deliveries
``window``     for how long an approval is still good once its hour could not be kept
``evidence``   what a person decided on, as one digest
``stopping``   the emergency stop, of everything or of one plantel
``inspection`` a person's look at the account, with what it showed
``retime``     due instants after a change of the zone data
``wakeup``     hearing that another process changed the database
``process``    who this process is, and whether another one lives
``lockholder`` who keeps the database from being written, and its end if it stands still
``walk_lock``  the look itself, in a process of its own
``chores``     what a worker does at intervals beside publishing
``worker``     the process: clock, engine, heartbeat, signals
"""
