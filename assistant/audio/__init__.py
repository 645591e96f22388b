"""Sound: files, devices, the voice, the cues and the mixing of them."""
