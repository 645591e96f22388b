"""Where the guide is, and how one turn changes that."""
