"""What the bot's machine and the responder's machine agree on: sealing, signatures, cards and API messages.

Pure: values in, values out. No clock, no files, no network, and no private key that opens a case.
"""
