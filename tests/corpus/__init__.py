"""Hostile inputs as plain data, for tests of every layer."""
