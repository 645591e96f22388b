"""Sound in and out: devices, streams, sound files, cues, and the mixing of them."""
