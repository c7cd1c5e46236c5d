"""The desktop application: what a clinician sees and touches."""
