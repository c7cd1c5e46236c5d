"""Sync: ``protocol`` decides, without I/O; ``client`` carries."""
