"""The patient's page: one's own record in words a patient understands, live."""
