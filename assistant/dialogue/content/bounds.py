"""What both the guide and the settings go by. Light: each start needs the settings, and not all of the guide."""

from __future__ import annotations

READY_SECONDS = 60.0
"""Seconds after which the guide begins by itself: long enough to fetch a tennis ball from the next room."""

PACES = (1.5, 6.0)
"""Seconds a repetition may take: a heel goes up and down in no less than 1.5 s, and in more than 6 s nobody keeps the
balance."""

MOST_REMINDERS = 2
"""Reminders a day: that is how often the stretches are to be done."""
