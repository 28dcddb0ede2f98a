"""The drawing engine: a design document and values in, pixels and bytes out. No database, no network, no settings."""
