"""The responder's program: the one place where a private key lives and where a case is opened."""
