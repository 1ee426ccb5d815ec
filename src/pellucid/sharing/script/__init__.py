"""A model as one Python script that needs NumPy alone."""

from pellucid.sharing.script.writing import check_script, script

__all__ = ["check_script", "script"]
