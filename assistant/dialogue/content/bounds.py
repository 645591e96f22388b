"""Limits shared by the guide and the settings.

Imports nothing: each start needs the settings, but not the whole guide.
"""

from __future__ import annotations

READY_SECONDS = 60.0
"""Seconds after which a stretch begins without "ready": long enough to fetch a tennis ball from the next room."""

PACES = (1.5, 6.0)
"""The range of seconds per repetition: a heel can't go up and down in less than 1.5 s, and nobody keeps their balance
for more than 6 s."""

MOST_REMINDERS = 2
"""Reminders a day: the stretches are to be done this often."""
