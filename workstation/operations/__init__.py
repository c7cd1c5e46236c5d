"""What a clinician does: one file, one verb. Reads, decides, writes once."""
