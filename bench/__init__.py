"""`script/bench`: measures what Solemate understands, how fast, and with how much memory."""
