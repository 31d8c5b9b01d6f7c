// The page as a whole: which bot, which person, the address bar, and the line to the sandbox.

import { at } from './element.js';
import { askPerson } from './dialogs.js';
import { People } from './people.js';
import { addPerson, follow, people as fetchPeople } from './server.js';
import { Talk } from './talk.js';

const app = at('app');
const talk = new Talk();
const people = new People((id) => go(id));
const wanted = new URLSearchParams(location.search);
let bot = Number(wanted.get('bot')) || 0;
let person = Number(wanted.get('person')) || 0;
let known = { bots: [], people: [] };
let busy = Promise.resolve();

/** One thing after another: an event shown while a chat is fetched would be overwritten by what was fetched before it. */
function inTurn(work) {
  busy = busy.then(work).catch((error) => console.warn(error.message));
  return busy;
}

async function refresh() {
  known = await fetchPeople();
  if (!known.bots.some((one) => one.id === bot)) bot = known.bots[0]?.id ?? 0;
  if (!known.people.some((one) => one.id === person)) person = 0;
  people.show(known.people, bot);
  showBots();
  await showChat();
}

function showBots() {
  const chosen = known.bots.find((one) => one.id === bot);
  at('bot-line').textContent = chosen ? `with ${chosen.first_name}` : 'waiting for a bot to connect';
  at('bot-choice').hidden = known.bots.length < 2;
  at('bot-select').replaceChildren(...known.bots.map((one) => new Option(one.first_name, one.id, false, one.id === bot)));
}

async function showChat() {
  people.choose(person);
  app.dataset.view = person ? 'chat' : 'list';
  const open = Boolean(person && bot);
  at('empty').hidden = open;
  if (open) {
    await talk.open(person, bot);
    return;
  }
  talk.close();
  document.title = 'Sandbox chat';
  at('empty-add').hidden = Boolean(person);
  const many = known.people.length > 0;
  at('empty-title').textContent = person ? 'No bot yet' : many ? 'Whose phone is it?' : 'Nobody here yet';
  at('empty-text').textContent = person
    ? 'Start a bot against this sandbox; the chat opens by itself.'
    : many ? 'Choose a person on the left, or add another.' : 'Add a person and talk to the bot as they would.';
}

async function go(id, remember = true) {
  person = id;
  const address = new URL(location.href);
  if (id) address.searchParams.set('person', id);
  else address.searchParams.delete('person');
  if (known.bots.length > 1) address.searchParams.set('bot', bot);
  if (remember && address.href !== location.href) history.pushState({}, '', address);
  await inTurn(showChat);
  if (id && matchMedia('(hover: hover)').matches && !at('composer').hidden) at('text').focus();
}

async function invite() {
  const asked = await askPerson();
  if (!asked) return;
  const made = await addPerson(asked);
  await inTurn(refresh);
  await go(made.person.id);
}

at('add-person').addEventListener('click', invite);
at('empty-add').addEventListener('click', invite);
at('back').addEventListener('click', () => go(0));
at('bot-select').addEventListener('change', async (event) => {
  bot = Number(event.target.value);
  people.show(known.people, bot);
  showBots();
  await go(person);
});
addEventListener('popstate', () => go(Number(new URLSearchParams(location.search).get('person')) || 0, false));

function take(event) {
  if (['hello', 'person', 'bot'].includes(event.kind)) {
    inTurn(refresh);
    return;
  }
  inTurn(() => {
    people.take(event);
    return talk.take(event);
  });
}

follow(take, (up) => { at('offline').hidden = up; });
