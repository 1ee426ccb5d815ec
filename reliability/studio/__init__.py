"""The studio used for long: a page in a real browser over a training, and its memory."""
