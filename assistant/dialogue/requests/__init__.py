"""What a person asks for, and what the guide does about it."""
