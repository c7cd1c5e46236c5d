"""What the unit has received, watches and must settle: one list, decided by keys."""
