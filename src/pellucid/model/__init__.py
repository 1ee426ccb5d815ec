"""What training makes and prediction needs, and the one file it is kept in."""

from pellucid.model.file import load_model, save_model
from pellucid.model.forward import Forward
from pellucid.model.trained import TrainedModel

__all__ = ["Forward", "TrainedModel", "load_model", "save_model"]
