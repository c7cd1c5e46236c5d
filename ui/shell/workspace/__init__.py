"""The workspace: what is being written, pinned to its patient, kept on every change."""
