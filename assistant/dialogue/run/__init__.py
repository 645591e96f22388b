"""Leading through a run: instructions, timeline, pauses, moving about, and where it stopped."""
