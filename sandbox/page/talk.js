// The chat that is open: its head, its thread, its line to write in, and what its parts can do.

import { at, make } from './element.js';
import { summary } from './bubble.js';
import { Composer } from './composer.js';
import { ask } from './dialogs.js';
import { openMenu } from './menus.js';
import { Chat } from './server.js';
import { Thread } from './thread.js';

const ACTIONS = { typing: 'typing…', upload_photo: 'sending a photo…', record_voice: 'recording…', upload_voice: 'sending a voice note…',
  upload_document: 'sending a file…', find_location: 'looking for a place…', choose_sticker: 'choosing a sticker…' };
const ACTION_SHOWN = 5000;
/* What leaves no trace in a chat that is fetched, and would be missed if it came meanwhile. */
const MOMENTARY = ['action', 'pressed', 'answered'];
const TOAST_SHOWN = 3600;

/** One chat on the screen. */
export class Talk {
  constructor() {
    this.thread = new Thread({
      press: (...all) => this.press(...all), menu: (...all) => this.menu(...all), command: (text) => this.composer.say(text), goTo: (id) => this.thread.goTo(id),
    });
    this.composer = new Composer((act, undo) => this.attempt(act, undo));
    at('start').addEventListener('click', () => this.attempt(() => this.chat.say('/start')));
    at('unblock').addEventListener('click', () => this.attempt(() => this.chat.block(false)));
    at('chat-menu').addEventListener('click', (event) => openMenu(event.currentTarget, this.chatEntries()));
    at('who').addEventListener('click', () => this.about());
    at('pinned').addEventListener('click', () => this.thread.goTo(this.state.pinned));
  }

  async open(person, bot) {
    const chat = new Chat(person, bot);
    this.chat = chat;
    const state = await chat.state();
    if (this.chat !== chat) return;
    this.state = state;
    this.seq = state.seq;
    this.head();
    this.thread.show(state);
    this.composer.open(chat, state);
    this.foot();
    this.quiet();
    at('talk').hidden = false;
  }

  close() {
    this.chat = this.state = null;
    at('talk').hidden = true;
  }

  /** Do something; what is refused is shown, and `undo` puts things back. */
  async attempt(act, undo = () => {}) {
    try {
      await act();
    } catch (error) {
      undo();
      this.toast(error.message || 'That did not work.');
    }
  }

  head() {
    const { bot, person } = this.state;
    at('bot-name').textContent = bot.first_name;
    at('bot-avatar').textContent = [...bot.first_name][0]?.toUpperCase() ?? '';
    const pinned = this.thread.messages.get(this.state.pinned) ?? this.state.messages.find((one) => one.message_id === this.state.pinned);
    at('pinned').hidden = !pinned;
    at('pinned-text').textContent = summary(pinned);
    document.title = `${person.first_name} · ${bot.first_name}`;
  }

  foot() {
    const { blocked, messages } = this.state;
    const begun = this.state.started && (messages.length > 0 || this.thread.messages.size > 0);
    at('unblock').hidden = !blocked;
    at('start').hidden = blocked || begun;
    at('composer').hidden = blocked || !begun;
    if (blocked || !begun) at('keyboard').hidden = true;
  }

  /** Take in an event of the live stream, unless what was fetched holds it already; done when the screen shows it. */
  take(event) {
    if (!this.state || event.bot !== this.chat.bot || event.person !== this.chat.person) return undefined;
    if (event.seq <= this.seq && !MOMENTARY.includes(event.kind)) return undefined;
    this.seq = Math.max(this.seq, event.seq);
    return this[`on_${event.kind}`]?.(event);
  }

  on_message({ message }) {
    this.state.started = true;
    if (!message.outgoing) this.quiet();
    this.thread.add(message);
    this.foot();
  }

  on_edited({ message }) {
    this.thread.change(message);
    if (message.message_id === this.state.pinned) this.head();
  }

  on_deleted({ message_id: id }) {
    this.thread.remove(id);
    if (this.composer.related?.message.message_id === id) this.composer.relate(null);
    if (!this.thread.messages.size) this.state.messages = [];
    this.foot();
  }

  on_chat({ blocked, keyboard, pinned }) {
    Object.assign(this.state, { blocked, keyboard, pinned });
    this.composer.showKeyboard(keyboard);
    this.quiet();
    this.head();
    this.foot();
  }

  on_taken({ message_id: id }) {
    this.thread.taken(id);
  }

  on_pressed({ message_id: id, row, column }) {
    this.thread.press(id, row, column);
  }

  on_answered({ message_id: id, text, alert, url }) {
    this.thread.release(id);
    if (url) this.follow(url);
    if (text && alert) ask(this.state.bot.first_name, text, [['ok', 'OK', 'primary']]);
    else if (text) this.toast(text);
  }

  on_action({ action }) {
    at('status').textContent = ACTIONS[action] ?? 'busy…';
    at('status').classList.add('live');
    const near = this.thread.nearEnd();
    at('typing').hidden = false;
    if (near) this.thread.toEnd(true);
    clearTimeout(this.acting);
    this.acting = setTimeout(() => this.quiet(), ACTION_SHOWN);
  }

  on_profile() {
    return this.open(this.chat.person, this.chat.bot);
  }

  quiet() {
    clearTimeout(this.acting);
    at('typing').hidden = true;
    at('status').classList.remove('live');
    if (!this.state) return;
    at('status').replaceChildren(this.state.blocked ? 'blocked by ' : 'bot · you are ', make('bdi', {}, this.state.person.first_name));
  }

  toast(text) {
    at('toast').textContent = text;
    at('toast').dir = 'auto';
    at('toast').hidden = false;
    clearTimeout(this.toasting);
    this.toasting = setTimeout(() => { at('toast').hidden = true; }, TOAST_SHOWN);
  }

  press(message, button, row, column, key) {
    if (button.copy_text) return navigator.clipboard.writeText(button.copy_text.text).then(() => this.toast('Copied'));
    if (button.url) return this.follow(button.url);
    if (button.callback_data === undefined) return this.toast('This kind of button does nothing here.');
    key.classList.add('pressed');
    return this.attempt(() => this.chat.press(message.message_id, row, column), () => key.classList.remove('pressed'));
  }

  /** Open an address; a link to this same bot begins anew with what the link carries, as phones do. */
  async follow(address) {
    const link = /^https:\/\/t\.me\/(\w+)\?start=([\w-]+)$/.exec(address);
    if (link && link[1] === this.state.bot.username) {
      await this.attempt(() => this.chat.say(`/start ${link[2]}`));
      return;
    }
    const answer = await ask('Open this address?', address, [['', 'Cancel', 'quiet'], ['open', 'Open', 'primary']]);
    if (answer === 'open' && /^(https?|tg):/i.test(address)) window.open(address, '_blank', 'noopener,noreferrer');
  }

  menu(message, anchor, pointer) {
    const id = message.message_id;
    const said = message.text ?? message.caption;
    const mine = message.outgoing;
    openMenu(anchor, [
      { icon: 'reply', text: 'Reply', run: () => this.composer.relate({ kind: 'reply', message }) },
      mine && said !== undefined && { icon: 'edit', text: 'Edit', run: () => this.composer.relate({ kind: 'edit', message }) },
      said !== undefined && { icon: 'copy', text: 'Copy text', run: () => navigator.clipboard.writeText(said) },
      !mine && { icon: 'sticker', text: 'React with 👍', run: () => this.attempt(() => this.chat.react(id, '👍')) },
      { icon: 'bin', text: 'Delete for me', danger: true, run: () => this.attempt(() => this.chat.remove(id, true)) },
      { icon: 'bin', text: 'Delete for both', danger: true, run: () => this.attempt(() => this.chat.remove(id, false)) },
    ], pointer);
  }

  chatEntries() {
    const { blocked } = this.state;
    return [
      { icon: 'info', text: 'About the bot', run: () => this.about() },
      { icon: 'bin', text: 'Delete this chat', danger: true, run: () => this.clear() },
      { icon: 'block', text: blocked ? 'Unblock the bot' : 'Block the bot', danger: !blocked, run: () => this.attempt(() => this.chat.block(!blocked)) },
    ];
  }

  about() {
    const { bot, person } = this.state;
    const language = person.language_code || 'not set';
    ask(bot.first_name, bot.description || bot.short_description || '', [['', 'Close', 'primary']], [
      ['Bot', `@${bot.username}`], ['Bot id', String(bot.id)], ...(bot.short_description ? [['In profile', bot.short_description]] : []),
      ['You are', person.first_name], ['Your id', String(person.id)], ['Language', language],
    ]);
  }

  async clear() {
    const answer = await ask('Delete this chat?', 'The bot is not told. Deleted for both, its messages cannot be edited any more.',
      [['', 'Cancel', 'quiet'], ['mine', 'For me', 'quiet'], ['both', 'For both', 'primary danger']]);
    if (answer) this.attempt(() => this.chat.clear(answer === 'both'));
  }
}

