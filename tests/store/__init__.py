"""One contract on every adapter, and what only SQLite can get wrong."""
