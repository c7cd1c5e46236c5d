"""The families of rules that are more than one table of levels."""
