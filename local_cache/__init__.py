"""The workstation's own encrypted copy of the record: SQLCipher behind ``cache.Cache``."""
