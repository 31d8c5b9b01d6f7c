// The sandbox as the page sees it: requests, and the live stream that comes back by itself.

/** What the sandbox refused, in its own words. */
export class Refused extends Error {}

async function call(verb, path, body) {
  const form = body instanceof FormData;
  const headers = body && !form ? { 'Content-Type': 'application/json' } : {};
  const response = await fetch(path, { method: verb, headers, body: form ? body : body && JSON.stringify(body) });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(answer.error ?? `The sandbox answered ${response.status}.`);
  return answer;
}

export const people = () => call('GET', '/sandbox/people');
export const addPerson = (person) => call('POST', '/sandbox/people', person);
export const fileAddress = (id) => `/sandbox/files/${encodeURIComponent(id)}`;

/** One person's chat with one bot. */
export class Chat {
  constructor(person, bot) {
    this.person = person;
    this.bot = bot;
  }

  path(rest, query = {}) {
    return `/sandbox/people/${this.person}/${rest}?${new URLSearchParams({ bot: this.bot, ...query })}`;
  }

  state = () => call('GET', this.path('chat'));
  say = (text, replyTo) => call('POST', this.path('messages'), { text, reply_to: replyTo ?? 0 });
  send = (thing) => call('POST', this.path('messages'), thing);
  edit = (id, text) => call('PATCH', this.path(`messages/${id}`), { text });
  remove = (id, mine) => call('DELETE', this.path(`messages/${id}`, { mine: mine ? 1 : 0 }));
  press = (id, row, column) => call('POST', this.path('presses'), { message_id: id, row, column });
  react = (id, emoji) => call('POST', this.path('reactions'), { message_id: id, emoji });
  block = (blocked) => call('POST', this.path('block'), { blocked });
  clear = (both) => call('DELETE', this.path('chat', { both: both ? 1 : 0 }));

  upload(kind, file, fields = {}) {
    const form = new FormData();
    form.set('kind', kind);
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    form.set('file', file, file.name);
    return call('POST', this.path('messages'), form);
  }
}

/** Follow what happens; `onEvent` gets every event, `onLine` whether the line is up. */
export function follow(onEvent, onLine) {
  let pause = 500;
  const open = () => {
    const stream = new EventSource('/sandbox/events');
    stream.onmessage = ({ data }) => {
      const event = JSON.parse(data);
      if (event.kind === 'hello') {
        pause = 500;
        onLine(true);
      }
      onEvent(event);
    };
    stream.onerror = () => {
      onLine(false);
      if (stream.readyState === EventSource.CLOSED) {
        setTimeout(open, pause);
        pause = Math.min(pause * 2, 8000);
      }
    };
  };
  open();
}
