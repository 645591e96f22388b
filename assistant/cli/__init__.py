"""The command line: a module for each command, which registers itself with the argument parser."""
