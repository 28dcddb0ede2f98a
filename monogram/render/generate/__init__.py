"""Generated layers: codes, tables, calendars, skies and art become plain nodes, so that painters know nothing of them."""
