"""Every setting: its possible values, its default, and the file that holds it."""
