"""From due to published.

``states``     states and transitions, as one table
``retry``      what follows from an outcome, pure
``outbox``     claim, begin, settle, recover: guarded statements over lists
``jobs``       what a leased delivery needs to go out, checked once more
``engine``     one turn thread that owns the writes, sender threads that only do HTTP
``reconcile``  read-only looks at deliveries whose outcome is unknown
``decide``     what people decide: publish, reschedule, discard; emergency stop
``process``    who this process is, and whether another one lives
``worker``     the process: clock, engine, heartbeat, signals
"""
