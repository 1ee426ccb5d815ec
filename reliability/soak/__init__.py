"""Trainings killed again and again, whose endings are compared with an undisturbed one's."""
