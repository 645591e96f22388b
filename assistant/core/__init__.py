"""The pure core: no audio, no threads, no clocks, no files."""
