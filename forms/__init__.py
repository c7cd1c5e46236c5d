"""Forms as data: one declaration that screen, validation, storage, print and export read."""
