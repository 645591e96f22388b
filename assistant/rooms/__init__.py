"""Rooms that know of each other through an MQTT broker: what a room tells there, and what it takes from there."""
