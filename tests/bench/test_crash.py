"""What the benchmark claims besides speed: nobody is lost when the bot is killed, on the real program."""

from pathlib import Path

from tests.bench.contestants import Ours
from tests.bench.crash import crash
from tests.bench.enrolled import open_desk
from tests.bench.plan import read_questions
from tests.bench.races import Lane

CHATS = 12


async def test_a_kill_with_every_chat_in_flight_loses_no_answer_and_no_case(tmp_path: Path) -> None:
    """Every chat goes on without being asked, and a responder reads every answer of each, once."""
    bot = Ours(tmp_path, core=None)
    bot.prepare()
    desk = open_desk(tmp_path / "data")
    lane = Lane(bot)
    try:
        await lane.open()
        aftermath = await crash(lane, read_questions(), CHATS, desk)
    finally:
        await lane.close()
    assert (aftermath.in_flight, aftermath.stuck, aftermath.complete) == (CHATS, 0, CHATS)
    assert len(await desk.answers()) == CHATS
