"""The unit's patients, and search for others."""
