"""Who may read: a patient's consents, blocks and their lifts."""
