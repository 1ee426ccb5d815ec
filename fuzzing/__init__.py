"""Coverage-guided fuzzing of everything that reads a file (`docs/reliability.md`).

`targets` is the table of readers, `seeds` makes what the mutations begin with, and ``python -m
fuzzing`` runs each target in a process of its own. Atheris, libFuzzer for Python, watches which
lines of pellucid an input reaches; libraries in C are run but not watched.
"""
