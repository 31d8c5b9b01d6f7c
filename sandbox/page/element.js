// Building blocks of the page: elements, icons, and the elements that the page itself brings.

/** Make an element; text and children are added as text, never as markup. */
export function make(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key === 'class') element.className = value;
    else if (key === 'data') Object.assign(element.dataset, value);
    else if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (key in element && typeof value !== 'string') element[key] = value;
    else element.setAttribute(key, value === true ? '' : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const SVG = 'http://www.w3.org/2000/svg';

/** Make an icon of the page's sprite. */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  const use = document.createElementNS(SVG, 'use');
  svg.setAttribute('aria-hidden', 'true');
  use.setAttribute('href', `#i-${name}`);
  svg.append(use);
  return svg;
}

/** Find an element of the page by its id. */
export const at = (id) => document.getElementById(id);

/** Make a name's picture: its first letter on a colour that stays with the number. */
export function avatar(name, number) {
  const first = [...(name || '?').trim()][0] ?? '?';
  return make('span', { class: 'avatar', 'aria-hidden': 'true', data: { tint: String(number % 7) } }, first.toUpperCase());
}

/** Say a time of day, in the browser's way. */
export function clockTime(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
}

/** Say a day: today, yesterday, or the date. */
export function dayName(seconds) {
  const day = new Date(seconds * 1000);
  const away = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(day).setHours(0, 0, 0, 0)) / 86_400_000);
  if (away === 0) return 'Today';
  if (away === 1) return 'Yesterday';
  return day.toLocaleDateString([], { day: 'numeric', month: 'long', year: 'numeric' });
}

/** Say a size in bytes. */
export function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 ** 2) return `${(bytes / 1024).toFixed(0)} KB`;
  return `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}
