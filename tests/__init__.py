"""The tests mirror the package; `fakes.py` has what stands in for the world."""
