"""A stand-in for Telegram's servers on one machine: a Bot API, invented people, and a chat page."""
