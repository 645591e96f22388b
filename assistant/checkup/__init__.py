"""Whether everything works on this machine, and how a room is calibrated."""
