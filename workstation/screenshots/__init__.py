"""Pictures of every screen, for looking at them with fresh eyes: ``workstation screenshots``."""
