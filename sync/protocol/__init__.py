"""What both ends say and decide. No I/O, no clock, no randomness: all of it is passed in."""
