// The sheets: a new person, a location, a contact, a forward, and questions of the page itself.

import { at, make } from './element.js';
import { drawMap } from './map.js';

const { people: CAST } = await (await fetch('/page/people.json')).json();
const PLACES = [['Mae Sot', 16.7131, 98.5696], ['Phnom Penh', 11.5564, 104.9282], ['Vientiane', 17.9757, 102.6331], ['Dubai', 25.2048, 55.2708],
  ['Lima', -12.0464, -77.0428], ['Kampala', 0.3476, 32.5825], ['Manila', 14.5995, 120.9842]];

for (const button of document.querySelectorAll('[data-close]')) {
  button.addEventListener('click', () => button.closest('dialog').close(''));
}
for (const dialog of document.querySelectorAll('dialog')) {
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close('');
  });
}

/** Open a sheet and wait for its form; gives what `read` reads, or null if it was closed. */
function filled(dialog, read) {
  return new Promise((resolve) => {
    const form = dialog.querySelector('form');
    let answer = null;
    form.onsubmit = () => {
      answer = read();
    };
    dialog.addEventListener('close', () => resolve(answer), { once: true });
    dialog.showModal();
  });
}

/** Ask for a new person; gives {first_name, language_code, username} or null. */
export function askPerson() {
  const [name, language, username] = [at('person-name'), at('person-language'), at('person-username')];
  if (!language.options.length) {
    language.append(...CAST.map((role) => new Option(role.language, role.language_code)), new Option('Not set', ''));
  }
  const choose = (role) => {
    [language.value, name.value] = [role.language_code, role.first_name];
    for (const other of at('presets').children) other.setAttribute('aria-pressed', String(other.lang === role.language_code));
  };
  at('presets').replaceChildren(...CAST.map((role) =>
    make('button', { type: 'button', class: 'preset', dir: 'auto', lang: role.language_code, 'aria-pressed': 'false', onclick: () => choose(role) }, role.first_name)));
  username.value = '';
  choose(CAST[0]);
  return filled(at('person-dialog'), () => ({
    first_name: name.value.trim(), language_code: language.value || null, username: username.value || null,
  }));
}

/** Ask for a place; gives {latitude, longitude} or null. */
export function askPlace() {
  const [latitude, longitude] = [at('place-latitude'), at('place-longitude')];
  const draw = () => drawMap(at('place-map'), Number(latitude.value), Number(longitude.value));
  const choose = ([, north, east]) => {
    [latitude.value, longitude.value] = [north, east];
    draw();
  };
  at('places').replaceChildren(...PLACES.map((place) => make('button', { type: 'button', class: 'preset', onclick: () => choose(place) }, place[0])));
  latitude.oninput = longitude.oninput = draw;
  if (!latitude.value) choose(PLACES[0]);
  else requestAnimationFrame(draw);
  return filled(at('place-dialog'), () => ({ latitude: Number(latitude.value), longitude: Number(longitude.value) }));
}

/** Ask for a contact; gives {first_name, phone_number, own} or null. */
export function askContact(ownName, own) {
  [at('contact-name').value, at('contact-number').value, at('contact-own').checked] = [own ? ownName : '', own ? '+1 202 555 0143' : '', own];
  return filled(at('contact-dialog'), () => ({
    first_name: at('contact-name').value.trim(), phone_number: at('contact-number').value.trim(), own: at('contact-own').checked,
  }));
}

/** Ask for a text that came from elsewhere; gives {from, text} or null. */
export function askForward() {
  at('forward-text').value = '';
  return filled(at('forward-dialog'), () => ({ from: at('forward-from').value.trim(), text: at('forward-text').value }));
}

/** Ask a question with buttons [[value, label, class]]; gives the value pressed, or an empty string. */
export function ask(title, text, buttons, facts = []) {
  const dialog = at('ask-dialog');
  at('ask-title').textContent = title;
  at('ask-text').textContent = text;
  at('ask-text').hidden = !text;
  at('ask-facts').hidden = !facts.length;
  at('ask-facts').replaceChildren(...facts.flatMap(([name, value]) => [make('dt', {}, name), make('dd', { dir: 'auto' }, value)]));
  at('ask-actions').replaceChildren(...buttons.map(([value, label, look]) => make('button', { class: look, value }, label)));
  return new Promise((resolve) => {
    dialog.returnValue = '';
    dialog.addEventListener('close', () => resolve(dialog.returnValue), { once: true });
    dialog.showModal();
  });
}
