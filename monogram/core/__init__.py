"""Commerce and personalization: a module per noun, verbs as functions that take `db` first. No HTTP, no JSON shapes."""
