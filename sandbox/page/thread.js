// The thread of one chat on the screen: bubbles in order, kept up to date in place.

import { make, at, dayName } from './element.js';
import { bubble } from './bubble.js';

const NEAR = 90;
const list = at('thread');
const scroll = at('scroll');

/** Shows messages and follows their changes; `act` holds what a bubble's parts can do. */
export class Thread {
  constructor(act) {
    this.act = act;
    this.messages = new Map();
    this.waiting = new Set();
    this.unseen = 0;
    scroll.addEventListener('scroll', () => this.scrolled());
    at('to-end').addEventListener('click', () => this.toEnd(true));
    this.stuck = true;
    const hold = new ResizeObserver(() => this.hold());
    hold.observe(scroll);
    hold.observe(list);
  }

  show(state) {
    this.botName = state.bot.first_name;
    this.intro = state.bot.description;
    this.waiting = new Set(state.waiting);
    this.messages = new Map(state.messages.map((message) => [message.message_id, message]));
    list.replaceChildren(...[...this.messages.values()].map((message) => this.element(message)));
    this.arrange();
    this.unseen = 0;
    this.toEnd(false);
  }

  element(message) {
    return bubble(message, { act: this.act, botName: this.botName, waiting: this.waiting.has(message.message_id) });
  }

  find(id) {
    return list.querySelector(`.message[data-id="${id}"]:not(.leaving)`);
  }

  add(message) {
    if (this.messages.has(message.message_id)) return this.change(message);
    const near = this.nearEnd();
    if (message.outgoing) this.waiting.add(message.message_id);
    this.messages.set(message.message_id, message);
    list.append(this.element(message));
    this.arrange();
    if (near || message.outgoing) this.toEnd(true);
    else this.unseen += 1;
    return this.showEnd();
  }

  change(message) {
    const old = this.find(message.message_id);
    if (!old) return;
    const near = this.nearEnd();
    const focused = old.contains(document.activeElement) ? document.activeElement.closest('[data-place]')?.dataset.place ?? '' : null;
    this.messages.set(message.message_id, message);
    const fresh = this.element(message);
    fresh.style.animation = 'none';
    if (message.edit_date) fresh.classList.add('changed');
    old.replaceWith(fresh);
    this.arrange();
    if (focused !== null) this.keepFocus(fresh, focused);
    if (near) this.toEnd(true);
  }

  keepFocus(item, place) {
    const key = item.querySelector(`[data-place="${place}"]`) ?? item.querySelector('.key');
    if (key) key.focus({ preventScroll: true });
    else at('text').focus({ preventScroll: true });
  }

  taken(id) {
    this.waiting.delete(id);
    const message = this.messages.get(id);
    const item = this.find(id);
    if (!message || !item) return;
    const fresh = this.element(message);
    item.querySelector('.meta').replaceWith(fresh.querySelector('.meta'));
  }

  remove(id) {
    const item = this.find(id);
    this.messages.delete(id);
    if (!item) return;
    if (item.contains(document.activeElement)) at('text').focus({ preventScroll: true });
    item.classList.add('leaving');
    const gone = () => {
      item.remove();
      this.arrange();
    };
    item.addEventListener('animationend', gone, { once: true });
    setTimeout(gone, 400);
  }

  /** Put the days between the bubbles and draw those of one sender together. */
  arrange() {
    for (const old of list.querySelectorAll('.day, .intro')) old.remove();
    let day = '';
    let before = null;
    for (const item of list.querySelectorAll('.message')) {
      const name = dayName(Number(item.dataset.date));
      const same = before && name === day && before.classList.contains('mine') === item.classList.contains('mine') && !before.classList.contains('keyed');
      item.classList.toggle('follows', Boolean(same));
      if (name !== day) item.before(make('li', { class: 'day' }, name));
      day = name;
      before = item;
    }
    if (!before) list.append(this.introduction());
  }

  introduction() {
    return make('li', { class: 'intro', dir: 'auto' }, make('strong', {}, 'What can this bot do?'), this.intro || 'It has not said so. Press Start to find out.');
  }

  press(id, row, column) {
    this.find(id)?.querySelector(`[data-place="${row}:${column}"]`)?.classList.add('pressed');
  }

  release(id) {
    for (const key of this.find(id)?.querySelectorAll('.pressed') ?? []) key.classList.remove('pressed');
  }

  goTo(id) {
    const item = this.find(id);
    if (!item) return;
    item.scrollIntoView({ block: 'center', behavior: 'smooth' });
    item.classList.remove('changed');
    requestAnimationFrame(() => item.classList.add('changed'));
  }

  nearEnd() {
    return scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR;
  }

  /** Stay at the newest message while pictures load and keyboards open. */
  hold() {
    if (this.stuck) scroll.scrollTo({ top: scroll.scrollHeight, behavior: 'instant' });
    this.showEnd();
  }

  toEnd(smooth) {
    this.unseen = 0;
    this.stuck = true;
    requestAnimationFrame(() => {
      scroll.scrollTo({ top: scroll.scrollHeight, behavior: smooth ? 'smooth' : 'instant' });
      this.showEnd();
    });
  }

  scrolled() {
    const down = scroll.scrollTop >= (this.top ?? 0);
    this.top = scroll.scrollTop;
    if (this.nearEnd()) this.stuck = true;
    else if (!down) this.stuck = false;
    this.showEnd();
  }

  showEnd() {
    const near = this.nearEnd();
    if (near) this.unseen = 0;
    at('to-end').hidden = near;
    at('to-end-count').hidden = !this.unseen;
    at('to-end-count').textContent = String(this.unseen);
  }
}
