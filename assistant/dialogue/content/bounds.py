"""Limits shared by the guide and the settings.

Imports nothing: each start needs the settings, but not the whole guide.
"""

from __future__ import annotations

READY_SECONDS = 25.0
"""Seconds after which a stretch begins without "ready" where something has to be put on or found: a band is round the
feet by then, and who needs longer says "wait"."""

PACES = (1.5, 6.0)
"""The range of seconds per repetition: a heel can't go up and down in less than 1.5 s, and nobody keeps their balance
for more than 6 s."""

BEATS = (0.4, 6.0)
"""The range of seconds from one beat to the next: a quick step, and a slow circle of the ankle."""

MOST_REMINDERS = 2
"""Reminders a day: the stretches are to be done this often."""
