"""Everything that waits for me or my unit."""
