"""What IT deploys, and what a machine must have."""
