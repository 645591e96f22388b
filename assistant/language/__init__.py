"""A language's folder, read and checked: sentences to phrases with their sounds, replies, routines."""
