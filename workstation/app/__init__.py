"""Wires everything; the only package that knows every part."""
