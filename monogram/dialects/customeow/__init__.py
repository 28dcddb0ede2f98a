"""The CustoMeow API. `app.ROUTES` is its table of contents; `contract/customeow` is what it is held to."""
