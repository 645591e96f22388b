"""Every setting there is: what it may be, its default, and the file that holds it."""
