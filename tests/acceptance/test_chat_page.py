"""The chat page in a real browser: what a person sees and can do, live."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import telegram
from playwright.async_api import Browser, BrowserContext, FilePayload, Page, Route, async_playwright, expect
from telegram import (
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
)

from sandbox.client import Person, Sandbox
from sandbox.server import Server

pytestmark = pytest.mark.asyncio(loop_scope="module")
TOKEN = "123456789:sandbox-test-token"
ARABIC = "لا أعرف أين نحن"
YES_NO = InlineKeyboardMarkup(
    [[InlineKeyboardButton("Yes", callback_data="yes"), InlineKeyboardButton("No", callback_data="no")]]
)

CONTRAST = """(selectors) => {
  const number = (css) => { const pen = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    pen.fillStyle = css; pen.fillRect(0, 0, 1, 1); return [...pen.getImageData(0, 0, 1, 1).data]; };
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const ground = (element) => { for (let one = element; one; one = one.parentElement) {
    const colour = number(getComputedStyle(one).backgroundColor); if (colour[3] === 255) return colour; } return [255, 255, 255]; };
  return selectors.flatMap((selector) => [...document.querySelectorAll(selector)].slice(0, 1).map((element) => {
    const [one, other] = [light(number(getComputedStyle(element).color)), light(ground(element))].sort((a, b) => b - a);
    return [selector, (one + .05) / (other + .05)]; }));
}"""  # noqa: E501 - a function of the browser


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    """Start the browser once."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    """Run a sandbox with one bot."""
    async with Server(tmp_path / "sandbox", token=TOKEN, bot_name="Small Questions") as server:
        yield server


@pytest_asyncio.fixture(loop_scope="module")
async def sandbox(server: Server) -> AsyncIterator[Sandbox]:
    """Steer it."""
    async with Sandbox(server.url) as sandbox:
        yield sandbox


@pytest_asyncio.fixture(loop_scope="module")
async def bot(server: Server) -> AsyncIterator[telegram.Bot]:
    """Act as the bot by hand."""
    async with telegram.Bot(TOKEN, base_url=f"{server.url}/bot") as bot:
        yield bot


@pytest_asyncio.fixture(loop_scope="module")
async def amina(sandbox: Sandbox) -> Person:
    """Invent a person who has written once."""
    amina = await sandbox.person("Amina", language="sw")
    await amina.say("/start")
    return amina


@pytest_asyncio.fixture(loop_scope="module")
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    """Open a window whose errors and foreign requests fail the test."""
    context = await browser.new_context(viewport={"width": 1100, "height": 760}, reduced_motion="reduce")
    wrong: list[str] = []
    context.on("weberror", lambda error: wrong.append(str(error.error)))
    context.on("console", lambda said: wrong.append(said.text) if "Content Security" in said.text else None)
    context.on("request", lambda asked: None if "//127.0.0.1:" in asked.url else wrong.append(asked.url))
    yield context
    await context.close()
    assert wrong == []


@pytest_asyncio.fixture(loop_scope="module")
async def page(context: BrowserContext, server: Server, amina: Person) -> Page:
    """Open the page at Amina's chat."""
    page = await context.new_page()
    await page.goto(f"{server.url}/?person={amina.id}")
    await expect(bubbles(page)).to_have_count(1)
    return page


def bubbles(page: Page) -> Any:
    """Find the bubbles that are there to stay."""
    return page.locator(".message:not(.leaving)")


async def press_of(bot: telegram.Bot) -> telegram.CallbackQuery:
    """Wait for the press of a button."""
    updates = await bot.get_updates(offset=-1, timeout=5)
    assert updates[0].callback_query
    return updates[0].callback_query


async def test_a_first_visit_leads_to_start(
    context: BrowserContext, server: Server, bot: telegram.Bot
) -> None:
    """Add a person, choose a language, press Start: the bot gets the command from that person."""
    await bot.set_my_description("A few short questions.")
    page = await context.new_page()
    await page.goto(server.url)
    await page.locator("#empty-add").click()
    await page.get_by_role("button", name="ليلى حداد").click()
    await page.get_by_role("button", name="Add", exact=True).click()
    await expect(page.get_by_text("A few short questions.")).to_be_visible()
    await expect(page.get_by_label("Message", exact=True)).to_be_hidden()
    await page.get_by_role("button", name="Start", exact=True).click()
    (update,) = await bot.get_updates(timeout=5)
    assert update.message
    assert update.message.from_user
    assert (update.message.text, update.message.from_user.language_code) == ("/start", "ar")
    await expect(page.get_by_label("Message", exact=True)).to_be_visible()
    assert f"person={update.message.chat_id}" in page.url


async def test_a_press_an_edit_and_a_deletion_are_shown_live(
    page: Page, bot: telegram.Bot, amina: Person
) -> None:
    """The button shows that it was pressed, the toast says what the bot answered, the bubble changes and goes."""
    sent = await bot.send_message(amina.id, "Is it safe?", reply_markup=YES_NO)
    await page.get_by_role("button", name="Yes").click()
    await expect(page.locator(".key.pressed")).to_have_text("Yes")
    query = await press_of(bot)
    assert query.data == "yes"
    await query.answer("Noted")
    await expect(page.locator("#toast")).to_have_text("Noted")
    await expect(page.locator(".key.pressed")).to_have_count(0)
    await sent.edit_text("Thank you")
    await expect(bubbles(page).last).to_contain_text("Thank you")
    await expect(bubbles(page).last).to_contain_text("edited")
    await expect(page.locator(".key")).to_have_count(0)
    await sent.delete()
    await expect(bubbles(page)).to_have_count(1)


async def test_an_alert_waits_to_be_read(page: Page, bot: telegram.Bot, amina: Person) -> None:
    """An answer with show_alert opens a dialog."""
    await bot.send_message(amina.id, "?", reply_markup=YES_NO)
    await page.get_by_role("button", name="No").click()
    await (await press_of(bot)).answer("Read this", show_alert=True)
    await expect(page.get_by_role("dialog")).to_contain_text("Read this")
    await page.get_by_role("button", name="OK").click()
    await expect(page.get_by_role("dialog")).to_be_hidden()


async def test_the_keyboard_alone_is_enough(page: Page, bot: telegram.Bot, amina: Person) -> None:
    """Enter sends; after an edit the focus is on the buttons that replaced the pressed one."""
    await page.get_by_label("Message", exact=True).focus()
    await page.keyboard.type("two")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("lines")
    await page.keyboard.press("Enter")
    await amina.expect(lambda screen: screen.own[-1].text == "two\nlines")
    sent = await bot.send_message(amina.id, "?", reply_markup=YES_NO)
    await page.get_by_role("button", name="No").focus()
    await page.keyboard.press("Enter")
    await (await press_of(bot)).answer()
    again = [[InlineKeyboardButton(label, callback_data=label) for label in ("Alone", "Not alone")]]
    await sent.edit_text("Next", reply_markup=InlineKeyboardMarkup(again))
    await expect(page.get_by_role("button", name="Not alone")).to_be_focused()


async def test_right_to_left_text_is_set_so(page: Page, bot: telegram.Bot, amina: Person) -> None:
    """Each bubble takes its direction from its own words, buttons too."""
    button = InlineKeyboardButton("نعم", callback_data="y")
    await bot.send_message(amina.id, ARABIC, reply_markup=InlineKeyboardMarkup([[button]]))
    direction = "element => getComputedStyle(element).direction"
    words = page.locator(".words", has_text=ARABIC)
    assert await words.evaluate(direction) == "rtl"
    assert await page.locator(".key").evaluate(direction) == "rtl"
    assert await page.locator(".words", has_text="/start").evaluate(direction) == "ltr"


async def test_what_people_write_is_never_markup(page: Page, bot: telegram.Bot, amina: Person) -> None:
    """Tags in a text, a name or a button are words."""
    evil = "<img src=x onerror=alert(1)><b>bold</b>"
    await amina.say(evil)
    await expect(bubbles(page).last).to_contain_text(evil)
    await bot.set_my_name(evil[:64])
    await expect(page.locator("#bot-name")).to_have_text(evil[:64])
    assert await page.locator("#thread img, #bot-name img").count() == 0


async def test_formatting_commands_and_links(page: Page, bot: telegram.Bot, amina: Person) -> None:
    """Bold is bold, a link opens elsewhere without telling where from, a command is sent when pressed."""
    text = '<b>Bold</b> and <i><u>both</u></i>, <a href="https://example.org/">a link</a>, /help'
    await bot.send_message(amina.id, text, parse_mode="HTML")
    last = bubbles(page).last
    await expect(last.locator("strong")).to_have_text("Bold")
    await expect(last.locator("em u")).to_have_text("both")
    await expect(last.get_by_role("link", name="a link")).to_have_attribute(
        "rel", "noopener noreferrer nofollow"
    )
    await last.get_by_role("button", name="/help").click()
    await amina.expect(lambda screen: screen.own[-1].text == "/help")


async def test_everything_can_be_attached(page: Page, amina: Person) -> None:
    """Photo, file, voice note, location and contact by the menu; each is drawn in its way."""
    for entry, name in (("Photo", "a.png"), ("File", "a.pdf"), ("Voice note from a file", "a.ogg")):
        await page.get_by_role("button", name="Attach").click()
        async with page.expect_file_chooser() as chooser:
            await page.get_by_role("menuitem", name=entry, exact=True).click()
        file = FilePayload(name=name, mimeType="application/octet-stream", buffer=b"\x89PNG\r\n\x1a\n")
        await (await chooser.value).set_files([file])
    await page.get_by_role("button", name="Attach").click()
    await page.get_by_role("menuitem", name="Location").click()
    await page.get_by_role("button", name="Lima").click()
    await page.get_by_role("button", name="Share", exact=True).click()
    await page.get_by_role("button", name="Attach").click()
    await page.get_by_role("menuitem", name="Contact").click()
    await page.get_by_label("Name", exact=True).last.fill("Grace")
    await page.get_by_label("Phone number").fill("+12025550143")
    await page.get_by_role("button", name="Share", exact=True).click()
    await amina.expect(lambda screen: len(screen.own) == 6)
    sent = [bubble.json for bubble in (await amina.screen()).own[1:]]
    kinds = ("photo", "document", "voice", "location", "contact")
    assert {kind for kind in kinds if any(kind in message for message in sent)} == set(kinds)
    await expect(page.locator(".coordinates")).to_contain_text("12.04640° S")
    await expect(page.locator(".wave")).to_be_visible()
    await expect(page.locator(".attached-text", has_text="Grace")).to_be_visible()


async def test_own_messages_are_edited_and_answered_by_the_menu(
    page: Page, bot: telegram.Bot, amina: Person
) -> None:
    """The menu of a message: edit an own one, reply to the bot's, delete for both."""
    await bot.send_message(amina.id, "a question")
    await bubbles(page).first.click(button="right")
    await page.get_by_role("menuitem", name="Edit").click()
    await page.get_by_label("Message", exact=True).fill("changed")
    await page.keyboard.press("Enter")
    await amina.expect(lambda screen: screen.own[0].text == "changed" and screen.own[0].edited)
    await bubbles(page).last.click(button="right")
    await page.get_by_role("menuitem", name="Reply").click()
    await page.get_by_label("Message", exact=True).fill("an answer")
    await page.keyboard.press("Enter")
    await expect(page.locator(".quoted")).to_contain_text("a question")
    await bubbles(page).last.click(button="right")
    await page.get_by_role("menuitem", name="Delete for both").click()
    await expect(bubbles(page)).to_have_count(2)


async def test_reply_keyboards_commands_and_typing(page: Page, bot: telegram.Bot, amina: Person) -> None:
    """What lies under the input line, the menu of commands, and what the bot is doing."""
    await bot.set_my_commands([BotCommand("begin", "Begin again")])
    keys = ReplyKeyboardMarkup([["Go on"], [KeyboardButton("Where I am", request_location=True)]])
    await bot.send_message(amina.id, "?", reply_markup=keys)
    await bot.send_chat_action(amina.id, "typing")
    await expect(page.locator("#status")).to_have_text("typing…")
    await page.get_by_role("button", name="Go on").click()
    await amina.expect(lambda screen: screen.own[-1].text == "Go on")
    await page.get_by_role("button", name="Where I am").click()
    await expect(page.get_by_role("dialog", name="Share a location")).to_be_visible()
    await page.get_by_role("button", name="Cancel").click()
    await page.get_by_role("button", name="Commands").click()
    await page.get_by_role("menuitem", name="/begin").click()
    await amina.expect(lambda screen: screen.own[-1].text == "/begin")


async def test_what_arrives_while_a_chat_is_fetched_is_shown(
    page: Page, context: BrowserContext, server: Server, bot: telegram.Bot, amina: Person
) -> None:
    """An answer older than the newest event does not take the event off the screen."""
    witness = await context.new_page()
    await witness.goto(f"{server.url}/?person={amina.id}")
    await expect(bubbles(witness)).to_have_count(1)
    fetched, arrived = asyncio.Event(), asyncio.Event()

    async def hold(route: Route) -> None:
        old = await route.fetch()
        fetched.set()
        await arrived.wait()
        await route.fulfill(response=old)

    await page.route("**/chat?*", hold)
    await bot.set_my_commands([BotCommand("begin", "Begin again")])
    await fetched.wait()
    await bot.send_message(amina.id, "meanwhile", reply_markup=ReplyKeyboardMarkup([["Go on"]]))
    await expect(witness.get_by_role("button", name="Go on")).to_be_visible()
    arrived.set()
    await expect(page.get_by_role("button", name="Go on")).to_be_visible()
    await expect(bubbles(page)).to_have_count(2)


async def test_blocking_and_letting_back(page: Page, amina: Person) -> None:
    """A blocked bot cannot be written to; the one button left lets it back."""
    await page.get_by_role("button", name="Chat menu").click()
    await page.get_by_role("menuitem", name="Block the bot").click()
    await amina.expect(lambda screen: screen.blocked)
    await expect(page.get_by_label("Message", exact=True)).to_be_hidden()
    await page.get_by_role("button", name="Unblock the bot").click()
    await amina.expect(lambda screen: not screen.blocked)
    await expect(page.get_by_label("Message", exact=True)).to_be_visible()


async def test_several_people_at_once(page: Page, bot: telegram.Bot, amina: Person, sandbox: Sandbox) -> None:
    """Another person's new message counts beside the name until the chat is opened."""
    boris = await sandbox.person("Boris")
    await boris.say("/start")
    await bot.send_message(boris.id, "for Boris alone")
    line = page.locator(".person", has_text="Boris")
    await expect(line.locator(".badge")).to_contain_text("1")
    await expect(bubbles(page)).to_have_count(1)
    await line.click()
    await expect(bubbles(page)).to_have_count(2)
    await expect(line.locator(".badge")).to_have_count(0)
    await page.go_back()
    await expect(bubbles(page)).to_have_count(1)


async def test_what_the_bot_has_not_fetched_is_marked(page: Page, bot: telegram.Bot) -> None:
    """One tick while a message waits, two when the bot has it."""
    await expect(page.get_by_text("waiting for the bot")).to_have_count(1)
    await bot.get_updates(offset=-1)
    await bot.get_updates(offset=2**31 - 1)
    await expect(page.get_by_text("with the bot")).to_have_count(1)


async def test_the_page_comes_back_by_itself(
    page: Page, server: Server, bot: telegram.Bot, amina: Person
) -> None:
    """While the sandbox is away the page says so; afterwards it shows what it missed."""
    await server.__aexit__(None, None, None)
    await expect(page.get_by_text("Connection lost.")).to_be_visible()
    await server.__aenter__()
    await bot.send_message(amina.id, "missed")
    await expect(page.get_by_text("Connection lost.")).to_be_hidden(timeout=15_000)
    await expect(bubbles(page).last).to_contain_text("missed")


@pytest.mark.parametrize("width", [320, 360, 768, 1440])
async def test_nothing_is_wider_than_the_window(
    page: Page, bot: telegram.Bot, amina: Person, width: int
) -> None:
    """Long words and wide keyboards wrap; on a phone there is one pane, with a way back."""
    labels = [InlineKeyboardButton("A rather long label " * 2, callback_data=str(n)) for n in range(4)]
    keyboard = InlineKeyboardMarkup([labels[:3], labels[3:]])
    await bot.send_message(amina.id, "https://example.org/" + "x" * 200, reply_markup=keyboard)
    await amina.location(1, 1)
    await page.set_viewport_size({"width": width, "height": 700})
    await expect(bubbles(page)).to_have_count(3)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await page.locator("#scroll").evaluate("one => one.scrollWidth <= one.clientWidth")
    if width < 700:
        await expect(page.locator(".people")).to_be_hidden()
        await page.get_by_role("button", name="Back to people").click()
        await expect(page.locator(".people")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_words_stand_out_from_their_ground(
    page: Page, bot: telegram.Bot, amina: Person, scheme: Any
) -> None:
    """Every kind of text has the contrast that WCAG asks for, 4.5 to 1, in light and in dark."""
    await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    await bot.send_message(
        amina.id, "see https://example.org", reply_markup=YES_NO, disable_notification=True
    )
    await amina.say("my own https://example.org")
    await expect(bubbles(page)).to_have_count(3)
    selectors = [".brand h1", ".bot-line", ".person-name", ".person-last", ".person-time", ".language", ".people-foot",
                 "#status", ".day", ".words", ".words a", ".meta", ".mine .words", ".mine .words a",
                 ".mine .meta"]  # fmt: skip
    # Colours that are on their way to the other scheme are none that anybody reads.
    await page.evaluate(
        "new Promise(requestAnimationFrame).then(() => new Promise(requestAnimationFrame))"
        ".then(() => Promise.all(document.getAnimations().map((each) => each.finished)))"
    )
    measured = await page.evaluate(CONTRAST, selectors)
    assert len(measured) == len(selectors)
    assert [(name, round(ratio, 2)) for name, ratio in measured if ratio < 4.5] == []


async def test_every_control_has_a_name(page: Page, bot: telegram.Bot, amina: Person) -> None:
    """A screen reader can name whatever can be pressed or filled in, in every dialog too."""
    await bot.send_message(amina.id, "?", reply_markup=YES_NO)
    await amina.voice(b"OggS")
    await expect(bubbles(page)).to_have_count(3)
    nameless = await page.evaluate(
        """() => [...document.querySelectorAll('button, a, input, select, textarea')]
        .filter((one) => one.id !== 'file' && !one.closest('[hidden]'))
        .filter((one) => !(one.getAttribute('aria-label') || one.textContent.trim()
                           || one.labels?.[0]?.textContent.trim()))
        .map((one) => one.outerHTML.slice(0, 80))"""
    )
    assert nameless == []
