"""Runs Wayout as `wayout run` does, on a questionnaire of 40 questions."""

import sys
from pathlib import Path

from bot.app import run_until_stopped
from bot.settings import Settings, process_environment, read_settings

if __name__ == "__main__":
    run_until_stopped(
        read_settings(Settings, process_environment()), practice=False, folder=Path(sys.argv[1])
    )
