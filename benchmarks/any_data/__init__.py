"""Held-out scores on data of every kind, beside a standard scikit-learn pipeline.

:mod:`~benchmarks.any_data.sets` lists the sets, :mod:`~benchmarks.any_data.preparing` lays their
training and test files into a folder, which both sides read: ``ours`` as a person would give them
to ``pellucid.train``, ``peers`` with the pipeline that is usual for such data.
"""
