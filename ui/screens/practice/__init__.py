"""Practice: short scenarios on invented patients that check themselves off."""
