// The people on the left: who there is, what was said last, and what has not been seen yet.

import { at, avatar, clockTime, make } from './element.js';
import { summary } from './bubble.js';

const list = at('people-list');

/** The list of people for one bot; `onOpen` is called with a person's id. */
export class People {
  constructor(onOpen) {
    this.onOpen = onOpen;
    this.people = new Map();
    this.last = new Map();
    this.unseen = new Map();
  }

  show(people, bot) {
    this.bot = bot;
    this.people = new Map(people.map((person) => [person.id, person]));
    this.last = new Map(people.map((person) => [person.id, person.chats.find((chat) => chat.bot === bot)?.last ?? null]));
    this.draw();
  }

  choose(id) {
    this.chosen = id;
    this.unseen.delete(id);
    this.draw();
  }

  take(event) {
    if (event.bot !== this.bot || !this.people.has(event.person)) return;
    const last = this.last.get(event.person);
    if (event.kind === 'message') {
      this.last.set(event.person, event.message);
      if (event.person !== this.chosen && !event.message.outgoing) this.unseen.set(event.person, (this.unseen.get(event.person) ?? 0) + 1);
    } else if (event.kind === 'edited' && last?.message_id === event.message.message_id) {
      this.last.set(event.person, event.message);
    } else if (event.kind === 'deleted' && last?.message_id === event.message_id) {
      this.last.set(event.person, null);
    } else {
      return;
    }
    this.draw();
  }

  draw() {
    const focused = document.activeElement?.closest?.('.person')?.dataset.id;
    const newest = (person) => this.last.get(person.id)?.date ?? 0;
    const ordered = [...this.people.values()].sort((one, other) => newest(other) - newest(one) || other.id - one.id);
    list.replaceChildren(...ordered.map((person) => make('li', {}, this.line(person))));
    if (focused) list.querySelector(`[data-id="${focused}"]`)?.focus({ preventScroll: true });
  }

  line(person) {
    const last = this.last.get(person.id);
    const unseen = this.unseen.get(person.id);
    const name = [person.first_name, person.last_name].filter(Boolean).join(' ');
    return make('button', {
      type: 'button', class: 'person', data: { id: String(person.id) }, 'aria-current': this.chosen === person.id ? 'true' : null, onclick: () => this.onOpen(person.id),
    },
    avatar(name, person.id),
    make('span', { class: 'person-name' }, make('bdi', {}, name)),
    make('span', { class: 'person-time' }, last ? clockTime(last.date) : ''),
    make('span', { class: 'person-last', dir: 'auto' }, last ? `${last.outgoing ? '↗ ' : ''}${summary(last)}` : 'No messages'),
    make('span', { class: 'person-side' },
      person.language_code && make('span', { class: 'language', title: 'Language of the phone' }, person.language_code),
      unseen && make('span', { class: 'badge' }, String(unseen), make('span', { class: 'unseen' }, ' new'))));
  }
}
