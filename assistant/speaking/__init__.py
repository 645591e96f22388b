"""From text to speech: the engines, the cache of rendered sentences, and rendering ahead of need."""
