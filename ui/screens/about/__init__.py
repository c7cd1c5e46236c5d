"""The program itself: versions, known issues, settings, and reports that it did wrong."""
