"""Who may see and do what, and why. Pure decisions; the server's store asks them for every object."""
