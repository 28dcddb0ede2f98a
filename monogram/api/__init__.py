"""Our own JSON API for our own front ends."""
