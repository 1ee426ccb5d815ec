"""Pictures and sounds in files: recognised, probed, decoded in parallel, kept in a cache.

Nothing is imported here: processes that help with decoding load no more than they need.
"""
