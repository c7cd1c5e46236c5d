"""Registers and tables of others read into content: NPL and NSL, FEST, Sil-shaped tables.

Nothing is guessed and nothing is dropped in silence: a report counts what was read and names
what was not understood. What comes in is a draft that never interrupts until a person has
read it, turned free text into typed columns and marked it verified.
"""
