"""`script/bench`: measures what Solemate understands, how fast, and with how much memory."""

import assistant  # noqa: F401 - before numpy, which then uses one thread
