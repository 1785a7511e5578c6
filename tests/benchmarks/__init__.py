"""Measurements, run by `make bench`: ratios against a bare floor taken in the same run. No test depends on them."""
