"""What is true: records, kinds, states, identity numbers, errors. Plain Python, no I/O."""
