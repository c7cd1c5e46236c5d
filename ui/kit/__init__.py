"""Shared widgets. They draw what they are given and say what was touched; they decide nothing."""
