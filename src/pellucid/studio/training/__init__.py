"""Trainings in processes of their own: the process (`process`), and what the server knows of it."""
