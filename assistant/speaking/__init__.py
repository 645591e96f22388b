"""From text to speech: the engines, and the keeping and preparing of what they make."""
