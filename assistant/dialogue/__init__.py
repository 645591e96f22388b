"""What the guide does: its state, the run it leads, the requests it answers. Pure, as `understanding` is."""
