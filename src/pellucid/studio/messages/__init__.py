"""What the page and the server say to each other: defined here, and nowhere else.

Each is a frozen dataclass. What the server answers is written by `pellucid.studio.writing`; what
the page sends is read by `pellucid.studio.reading`; the page's types are made of these by
`pellucid.studio.typescript`. Numbers are exact: float32 values come as the doubles that they are.
Indices count from 0; people are shown them from 1. What is not finite is null.
"""
