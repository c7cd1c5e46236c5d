"""One look: tokens, type, icons, palette and stylesheet."""
