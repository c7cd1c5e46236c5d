"""The region's guidelines: read, search, what changed, what became of their rules."""
