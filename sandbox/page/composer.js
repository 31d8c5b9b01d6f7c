// The line one writes in: text, attachments, replies and edits, the bot's keyboard and commands.

import { at, make } from './element.js';
import { summary } from './bubble.js';
import { askContact, askForward, askPlace } from './dialogs.js';
import { openMenu } from './menus.js';

const text = at('text');
const FILES = {
  photo: 'image/jpeg,image/png,image/webp,image/gif', voice: 'audio/*', document: '', sticker: 'image/webp,image/png', video: 'video/*', audio: 'audio/*',
};

/** Writes into the chat that is open; `attempt` runs an act and shows what was refused. */
export class Composer {
  constructor(attempt) {
    this.attempt = attempt;
    at('composer').addEventListener('submit', (event) => {
      event.preventDefault();
      this.submit();
    });
    text.addEventListener('keydown', (event) => this.key(event));
    text.addEventListener('input', () => this.fit());
    text.addEventListener('paste', (event) => this.paste(event));
    at('attach').addEventListener('click', (event) => openMenu(event.currentTarget, this.attachEntries()));
    at('commands').addEventListener('click', (event) => openMenu(event.currentTarget, this.commandEntries()));
    at('keys-toggle').addEventListener('click', () => this.toggleKeys());
    at('quote-close').addEventListener('click', () => this.relate(null));
    at('file').addEventListener('change', () => this.upload());
    at('scroll').addEventListener('dragover', (event) => event.preventDefault());
    at('scroll').addEventListener('drop', (event) => this.drop(event));
  }

  open(chat, state) {
    this.chat = chat;
    this.person = state.person;
    this.list = state.bot.commands ?? [];
    at('commands').hidden = !this.list.length;
    this.relate(null);
    text.value = '';
    this.fit();
    this.showKeyboard(state.keyboard);
  }

  fit() {
    at('send').disabled = !text.value.trim();
    if (CSS.supports('field-sizing', 'content')) return;
    text.style.height = 'auto';
    text.style.height = `${text.scrollHeight}px`;
  }

  key(event) {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.submit();
    } else if (event.key === 'Escape' && this.related) {
      this.relate(null);
    }
  }

  submit() {
    const said = text.value;
    if (!said.trim()) return;
    const related = this.related;
    text.value = '';
    this.relate(null);
    this.fit();
    this.attempt(() => (related?.kind === 'edit' ? this.chat.edit(related.message.message_id, said) : this.chat.say(said, related?.message.message_id)),
      () => { text.value = said; this.fit(); });
  }

  /** Write in answer to a message, or change one: {kind: 'reply'|'edit', message}, or null for neither. */
  relate(related) {
    const leaving = this.related?.kind === 'edit' && !related;
    this.related = related;
    at('quote').hidden = !related;
    if (leaving) text.value = '';
    if (!related) return;
    at('quote-title').textContent = related.kind === 'edit' ? 'Edit message' : 'Reply';
    at('quote-body').textContent = summary(related.message);
    if (related.kind === 'edit') text.value = related.message.text ?? related.message.caption ?? '';
    this.fit();
    text.focus();
  }

  attachEntries() {
    const pick = (kind) => () => this.pick(kind);
    return [
      { icon: 'photo', text: 'Photo', run: pick('photo') },
      { icon: 'file', text: 'File', run: pick('document') },
      { icon: 'voice', text: 'Voice note from a file', run: pick('voice') },
      { icon: 'sticker', text: 'Sticker from a picture', run: pick('sticker') },
      { icon: 'place', text: 'Location', run: () => this.sharePlace() },
      { icon: 'card', text: 'Contact', run: () => this.shareContact(false) },
      { icon: 'forward', text: 'Forwarded text', run: () => this.shareForward() },
    ];
  }

  commandEntries() {
    return this.list.map(({ command, description }) => ({ text: `/${command}`, about: description, run: () => this.say(`/${command}`) }));
  }

  say(said) {
    return this.attempt(() => this.chat.say(said));
  }

  pick(kind) {
    this.kind = kind;
    at('file').accept = FILES[kind];
    at('file').value = '';
    at('file').click();
  }

  upload() {
    const [file] = at('file').files;
    if (file) this.sendFile(this.kind, file);
  }

  sendFile(kind, file) {
    const caption = ['photo', 'document', 'video'].includes(kind) ? text.value.trim() : '';
    if (caption) {
      text.value = '';
      this.fit();
    }
    return this.attempt(async () => this.chat.upload(kind, file, { caption, duration: kind === 'voice' ? await seconds(file) : 0 }));
  }

  paste(event) {
    const [file] = event.clipboardData.files;
    if (!file) return;
    event.preventDefault();
    this.sendFile(file.type.startsWith('image/') ? 'photo' : 'document', file);
  }

  drop(event) {
    event.preventDefault();
    const [file] = event.dataTransfer.files;
    if (file && this.chat) this.sendFile(file.type.startsWith('image/') ? 'photo' : 'document', file);
  }

  async sharePlace() {
    const location = await askPlace();
    if (location) this.attempt(() => this.chat.send({ location }));
  }

  async shareContact(own) {
    const contact = await askContact(this.person.first_name, own);
    if (contact) this.attempt(() => this.chat.send({ contact }));
  }

  async shareForward() {
    const asked = await askForward();
    if (!asked) return;
    const origin = { type: 'hidden_user', sender_user_name: asked.from };
    this.attempt(() => this.chat.send({ forward: { body: { text: asked.text }, origin } }));
  }

  showKeyboard(keyboard) {
    const rows = keyboard?.keyboard ?? [];
    at('keyboard').replaceChildren(...rows.map((row) => make('div', { class: 'inline-row' }, row.map((key) => this.replyKey(key)))));
    at('keyboard').hidden = at('keys-toggle').hidden = !rows.length;
    at('keys-toggle').setAttribute('aria-expanded', 'true');
    text.placeholder = keyboard?.input_field_placeholder || 'Message';
  }

  replyKey(key) {
    const run = () => {
      if (key.request_location) return this.sharePlace();
      if (key.request_contact) return this.shareContact(true);
      return this.say(key.text);
    };
    return make('button', { type: 'button', class: 'key', dir: 'auto', onclick: run }, key.text);
  }

  toggleKeys() {
    const hidden = !at('keyboard').hidden;
    at('keyboard').hidden = hidden;
    at('keys-toggle').setAttribute('aria-expanded', String(!hidden));
  }
}

/** How long a sound lasts, in whole seconds; at least 1. */
function seconds(file) {
  return new Promise((resolve) => {
    const sound = new Audio(URL.createObjectURL(file));
    const done = (length) => {
      URL.revokeObjectURL(sound.src);
      resolve(Number.isFinite(length) && length >= 1 ? Math.round(length) : 1);
    };
    sound.onloadedmetadata = () => done(sound.duration);
    sound.onerror = () => done(1);
  });
}
