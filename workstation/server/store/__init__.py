"""The store: repository functions over one connection, and ``RecordStore``, the only door to them."""
