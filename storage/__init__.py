"""Opaque bytes and a small header, durably: the only package that speaks SQL."""
