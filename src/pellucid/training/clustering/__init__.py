"""Clustering: rows grouped by likeness, without labels.

1. Neighbours: each row's nearest ones (`neighbours.py`), and the slowest waves of a random walk
   among them (`diffusion.py`).
2. Centres: k-means in these coordinates, with the number of clusters given, or chosen by the
   silhouette (`centres.py`, `choosing.py`).
3. Refinement: an autoencoder learns an embedding of the encoded rows in which they lie near the
   centre of their cluster; it learns to rebuild its inputs and to group them at once, and teaches
   itself by what it says of each row and its neighbours (`learning.py`, `fitting.py`).
4. What came out: typical rows, columns that set clusters apart (`describing.py`), agreement with
   labels beside k-means (`measuring.py`).
"""
