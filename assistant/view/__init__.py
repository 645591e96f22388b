"""What is seen in a terminal: a live view of a session, and bars for long waits. The only place for rich."""
