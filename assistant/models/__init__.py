"""Speech models: which there are, and how they are fetched, checked and stored."""
