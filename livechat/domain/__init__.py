"""What livechat is about: values, events, errors, rules and the running rooms. No framework, no I/O.

A room is an actor: one task that orders what is said, hands it to the store's one writer and broadcasts what was
stored. Everything a person may do goes through `Rooms` and `Accounts`, which check the right every time.
"""
