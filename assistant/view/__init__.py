"""What is shown in a terminal: a live view of a session, and bars for long waits. The only package that uses rich."""
