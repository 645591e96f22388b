"""Fits the limits to the ear: hears what numbers are chosen on, searches, and writes them down."""
