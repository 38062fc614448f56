"""The state machines are quick by default; `--hypothesis-profile=deep` looks longer."""

from hypothesis import settings

settings.register_profile('domain', max_examples=40, stateful_step_count=30, deadline=None, database=None)
settings.register_profile('deep', max_examples=3_000, stateful_step_count=50, deadline=None, database=None)
settings.load_profile('domain')
