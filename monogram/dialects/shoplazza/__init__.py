"""The Shoplazza Open API."""
