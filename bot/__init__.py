"""Program 1: listens to Telegram, asks, scores, seals, and serves sealed cases to responders.

Errors of this program, all with a hint for the operator:

    SetupError              the program cannot start
    +-- SettingsError       settings, every problem at once
    +-- KeyringError        server keys
    +-- RecipientsError     who may open cases
    +-- PracticeError       a real token beside a responder's identity
"""
