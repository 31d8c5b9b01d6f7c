"""The texts in every language: catalogues, what goes into them, and what may be offered."""
