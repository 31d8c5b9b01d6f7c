"""What we ask, and what the answers mean: pure values in, pure values out."""
