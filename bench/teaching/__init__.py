"""Teaches the built-in ear: a student network learns from a teacher that hears the same sound undisturbed."""
