"""Damaged files: every one must be refused, in words, at once, for little memory.

`ways` says in how many ways a file is damaged, `trial` loads one and watches, ``python -m
reliability.damage`` does it a hundred thousand times. Each damaged file follows from its number
alone, so any can be made again.
"""
