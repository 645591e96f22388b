"""The command line: a module for each command; each registers its own with the argument parser."""
