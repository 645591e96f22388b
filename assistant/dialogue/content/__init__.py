"""What the guide talks about: routines, replies, history, and the events that reach it."""
