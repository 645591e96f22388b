"""A session as it runs: the loop, its clocks, threads, log and database."""
