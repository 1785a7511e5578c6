"""Measurements: `make bench`. Each against a bare Django in the same run, as machines and their mood differ."""
