"""The APIs of other services, each a complete app over the core: table, auth, envelope, views, and a file per chapter."""
