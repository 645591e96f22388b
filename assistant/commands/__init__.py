"""The commands beside the guide itself; each module registers its own with the argument parser."""
