"""Whether probabilities, intervals and sets hold what they say, on real data.

:mod:`~benchmarks.calibration.sets` lists the sets, ``worker`` trains on the splits of one with
default settings and counts, ``measuring`` runs it in a process of its own, ``verdicts`` judges.
"""
