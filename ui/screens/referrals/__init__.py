"""Referrals out and in, and their whole way."""
