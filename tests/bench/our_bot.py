"""Runs Wayout as `wayout run` does, on a questionnaire of 40 questions."""

import asyncio
import signal
import sys
from functools import partial
from pathlib import Path

from bot import app
from bot.logs import Log, start_logging
from bot.settings import Settings, process_environment, read_settings


async def run(folder: Path) -> None:
    """Serve until told to stop."""
    start_logging()
    stop = asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    app.open_library = partial(app.open_library, folder=folder)
    await app.serve(read_settings(Settings, process_environment()), practice=False, log=Log(), stop=stop)


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1])))
