// Text with its entities, as elements; offsets count UTF-16 units, which is how JavaScript counts too.

import { make } from './element.js';

const WRAP = {
  bold: () => make('strong'),
  italic: () => make('em'),
  underline: () => make('u'),
  strikethrough: () => make('s'),
  code: () => make('code', { dir: 'ltr' }),
  pre: () => make('pre', { dir: 'ltr' }),
  blockquote: () => make('blockquote'),
  expandable_blockquote: () => make('blockquote'),
  spoiler: () => make('span', { class: 'spoiler', onclick: (event) => event.currentTarget.classList.toggle('shown') }),
};

const LINKED = {
  url: (text) => (/^https?:/i.test(text) ? text : `https://${text}`),
  email: (text) => `mailto:${text}`,
  phone_number: (text) => `tel:${text.replace(/[^+\d]/g, '')}`,
};

/** Build the elements of a text; pressing a command calls `onCommand`. */
export function words(text, entities = [], onCommand = () => {}) {
  const holder = make('div', { class: 'words', dir: 'auto' });
  fill(holder, text, 0, text.length, [...entities], onCommand);
  return holder;
}

function fill(parent, text, from, to, entities, onCommand) {
  let done = from;
  while (entities.length && entities[0].offset < to) {
    const entity = entities.shift();
    const end = Math.min(entity.offset + entity.length, to);
    if (entity.offset < done || end <= entity.offset) continue;
    parent.append(text.slice(done, entity.offset));
    const element = wrapper(entity, text.slice(entity.offset, end), onCommand);
    const inside = [];
    while (entities.length && entities[0].offset < end) inside.push(entities.shift());
    fill(element, text, entity.offset, end, inside, onCommand);
    parent.append(element);
    done = end;
  }
  parent.append(text.slice(done, to));
}

function wrapper(entity, text, onCommand) {
  if (WRAP[entity.type]) return WRAP[entity.type]();
  if (entity.type === 'bot_command') {
    return make('button', { type: 'button', class: 'command', onclick: () => onCommand(text) });
  }
  const address = entity.type === 'text_link' ? entity.url : LINKED[entity.type]?.(text);
  if (!address || !/^(https?|mailto|tel):/i.test(address)) return make('span');
  return make('a', { href: address, target: '_blank', rel: 'noopener noreferrer nofollow' });
}
