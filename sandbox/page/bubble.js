// One message as an element: where it came from, what it says, what hangs on it, its buttons.

import { make, icon, clockTime } from './element.js';
import { attachments } from './attachments.js';
import { words } from './words.js';

/** Build a message's element; `act` holds what its parts can do. */
export function bubble(message, { act, botName, waiting }) {
  const keyed = Boolean(message.reply_markup?.inline_keyboard?.length);
  const item = make('li', {
    class: ['message', message.outgoing && 'mine', keyed && 'keyed'].filter(Boolean).join(' '),
    data: { id: String(message.message_id), date: String(message.date) },
  });
  item.append(body(message, { act, botName, waiting }));
  if (keyed) item.append(inlineKeyboard(message, act));
  item.append(make('button', {
    type: 'button', class: 'icon more', 'aria-label': 'What to do with this message', 'aria-haspopup': 'menu',
    onclick: (event) => act.menu(message, event.currentTarget),
  }, icon('more')));
  item.addEventListener('contextmenu', (event) => {
    if (event.target.closest('a, img')) return;
    event.preventDefault();
    act.menu(message, item.querySelector('.more'), event);
  });
  return item;
}

function body(message, { act, botName, waiting }) {
  const bare = message.sticker && !message.forward_origin;
  const said = message.text ?? message.caption;
  const marks = message.text === undefined ? message.caption_entities : message.entities;
  return make('div', { class: `bubble${bare ? ' bare' : ''}` },
    make('span', { class: 'unseen' }, message.outgoing ? 'You: ' : `${botName}: `),
    message.forward_origin && origin(message.forward_origin),
    message.reply_to_message && quoted(message.reply_to_message, act, botName),
    attachments(message),
    said !== undefined && words(said, marks, act.command),
    message.reactions?.length > 0 && make('div', { class: 'reactions' }, message.reactions.map((one) => make('span', { class: 'reaction' }, one.emoji ?? '★'))),
    meta(message, waiting));
}

function origin(from) {
  const name = from.sender_user?.first_name ?? from.sender_user_name ?? 'somebody';
  return make('div', { class: 'origin' }, icon('forward'), make('span', {}, 'Forwarded from ', make('bdi', {}, name)));
}

function quoted(message, act, botName) {
  const name = message.from?.is_bot ? botName : 'You';
  return make('button', { type: 'button', class: 'quoted', onclick: () => act.goTo(message.message_id) },
    make('strong', {}, make('bdi', {}, name)), make('span', { dir: 'auto' }, summary(message)));
}

function meta(message, waiting) {
  const mark = message.outgoing
    ? make('span', { class: 'mark', title: waiting ? 'The bot has not fetched it yet' : 'The bot has it' },
      icon(waiting ? 'sent' : 'taken'), make('span', { class: 'unseen' }, waiting ? 'waiting for the bot' : 'with the bot'))
    : null;
  return make('div', { class: 'meta' },
    message.silent && make('span', { title: 'Came without a sound' }, icon('silent'), make('span', { class: 'unseen' }, 'silent')),
    message.edit_date && make('span', {}, 'edited'),
    make('time', { datetime: new Date(message.date * 1000).toISOString() }, clockTime(message.date)),
    mark);
}

function inlineKeyboard(message, act) {
  const rows = message.reply_markup.inline_keyboard.map((row, rowNumber) =>
    make('div', { class: 'inline-row' }, row.map((button, column) => inlineKey(message, button, rowNumber, column, act))));
  return make('div', { class: 'inline', role: 'group', 'aria-label': 'Buttons of this message' }, rows);
}

function inlineKey(message, button, row, column, act) {
  const key = make('button', { type: 'button', class: 'key', dir: 'auto', data: { place: `${row}:${column}` } }, button.text);
  if (button.url) key.append(icon('link'));
  key.addEventListener('click', () => act.press(message, button, row, column, key));
  return key;
}

/** Say in a few words what a message holds. */
export function summary(message) {
  if (!message) return '';
  const kinds = { photo: 'Photo', voice: 'Voice note', audio: 'Audio', video: 'Video', video_note: 'Video message', animation: 'Animation',
    sticker: 'Sticker', document: 'File', location: 'Location', contact: 'Contact' };
  const kind = Object.keys(kinds).find((name) => message[name]);
  const said = message.text ?? message.caption ?? '';
  return [kind && kinds[kind], said].filter(Boolean).join(': ');
}
