"""What stops the program, said so that an operator can mend it."""


class SetupError(Exception):
    """The program cannot start; `hint` says what to do."""

    def __init__(self, message: str, hint: str) -> None:
        """`message` names what is wrong, `hint` what to do about it; neither holds a secret."""
        super().__init__(message)
        self.hint = hint


class SettingsError(SetupError):
    """Settings that cannot be used, all of them."""


class KeyringError(SetupError):
    """The server's keys are missing or unusable."""


class RecipientsError(SetupError):
    """The recipients file is missing or unusable."""


class PracticeError(SetupError):
    """A real token beside a responder's identity: rule 8 would be broken."""
