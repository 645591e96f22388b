"""A running session: the loop, its clocks, threads, log and database."""
