"""What published rules say about a draft order or a chart. Plain Python: no clock, no files."""
