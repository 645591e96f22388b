"""From what was heard to what was meant: phrases, scores, thresholds. Pure: no audio, threads, clocks or files."""
