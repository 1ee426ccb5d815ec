def data() -> None:
    """x."""
