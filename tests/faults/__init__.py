"""Servers that are killed and rooms that crash: what was acknowledged is kept, and nobody else notices."""
