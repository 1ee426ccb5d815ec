"""A model for others: one HTML file that works from a disk, with no server and no network."""

from pellucid.sharing.page import SUFFIXES, export

__all__ = ["SUFFIXES", "export"]
