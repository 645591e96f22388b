"""Sentence templates of a language, read from its folder and compiled to phrases with their sounds."""
