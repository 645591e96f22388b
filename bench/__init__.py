"""Measures what Solemate understands, how fast, and in how much memory: `script/bench`."""
