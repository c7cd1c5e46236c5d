"""Other systems' words for our records, and ours for theirs. No I/O."""
