"""Measurements against the peers: epoch time, cold start, accuracy.

``python -m benchmarks`` (``make bench``) runs them and writes RESULTS.md beside this file.
"""
