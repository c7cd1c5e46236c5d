"""Everything the patient takes."""
