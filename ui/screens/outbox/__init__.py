"""What is saved here and not yet received."""
