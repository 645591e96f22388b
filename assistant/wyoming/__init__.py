"""The server for Home Assistant's Wyoming integration: it listens, leads, speaks, and knows its name."""
