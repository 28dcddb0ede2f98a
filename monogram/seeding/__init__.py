"""A believable shop of any size, for trying things out, for tests and for benches."""
