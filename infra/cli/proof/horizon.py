"""How far the proof looks ahead."""

DAYS = 90
DAYS_MAX = 366
"""Within the 400 days in which the next and the previous ones on call are looked for."""
