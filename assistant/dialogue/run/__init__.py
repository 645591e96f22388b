"""Leading through a run: instructions, timeline, pauses, navigation, reminders, and the resume point."""
