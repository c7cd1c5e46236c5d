"""What has been decided, and whether it is done."""
