"""Published scores and estimates, each from its paper, each its own function."""
