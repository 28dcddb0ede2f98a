"""What this API prints of each noun, key by key: the field list is the promise to its clients."""
