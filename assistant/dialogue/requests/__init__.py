"""What a person can ask for, and what the guide does about it."""
