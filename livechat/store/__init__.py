"""Where everything is kept: SQLModel on SQLite, one writer, several readers, full-text search."""
