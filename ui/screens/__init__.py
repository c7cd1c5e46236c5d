"""One folder per place: what is drawn, who changes it, and how it looks."""
