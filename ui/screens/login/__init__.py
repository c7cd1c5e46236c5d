"""Who works here, and in which assignment."""
