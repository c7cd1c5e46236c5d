"""Clinical content as data: read, checked, built into one signed package, loaded again."""
