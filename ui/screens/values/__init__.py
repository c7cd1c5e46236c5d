"""Results and observations over time."""
