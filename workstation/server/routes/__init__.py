"""The server's routes, one file per audience. Every route names its action."""
