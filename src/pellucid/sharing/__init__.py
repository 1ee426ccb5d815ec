"""A model for others: one file that works without pellucid, a page or a script."""

from pellucid.sharing.export import export, form_of
from pellucid.sharing.forms import FORMS

__all__ = ["FORMS", "export", "form_of"]
