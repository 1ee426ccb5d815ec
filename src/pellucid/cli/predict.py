def predict() -> None:
    """x."""
