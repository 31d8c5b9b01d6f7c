// Menus that open beside what was pressed, and close by Escape, by a press elsewhere, or by a choice.

import { at, icon, make } from './element.js';

const menu = at('menu');
let opener = null;

/** Open a menu at `anchor` (or at a pointer event); entries are {icon, text, about, danger, run}. */
export function openMenu(anchor, entries, pointer) {
  const again = opener === anchor && !menu.hidden;
  closeMenu();
  if (again) return;
  opener = anchor;
  anchor.setAttribute('aria-expanded', 'true');
  menu.replaceChildren(...entries.filter(Boolean).map(entryButton));
  menu.hidden = false;
  placeMenu(pointer ? new DOMRect(pointer.clientX, pointer.clientY, 0, 0) : anchor.getBoundingClientRect());
  menu.querySelector('button')?.focus({ preventScroll: true });
}

function entryButton(entry) {
  const words = entry.about
    ? make('span', { class: 'about' }, make('span', {}, entry.text), make('small', {}, entry.about))
    : make('span', { dir: 'auto' }, entry.text);
  const button = make('button', { type: 'button', role: 'menuitem', class: entry.danger ? 'danger' : null }, entry.icon && icon(entry.icon), words);
  button.addEventListener('click', () => {
    closeMenu();
    entry.run();
  });
  return button;
}

function placeMenu(box) {
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = box.bottom + 6 + height < innerHeight;
  const left = Math.min(Math.max(8, box.left + width > innerWidth - 8 ? box.right - width : box.left), innerWidth - width - 8);
  menu.style.left = `${Math.max(8, left)}px`;
  menu.style.top = `${Math.max(8, below ? box.bottom + 6 : box.top - height - 6)}px`;
}

/** Close the menu and give the focus back. */
export function closeMenu() {
  if (menu.hidden) return;
  const inside = menu.contains(document.activeElement);
  menu.hidden = true;
  opener?.removeAttribute('aria-expanded');
  if (inside) opener?.focus({ preventScroll: true });
  opener = null;
}

menu.addEventListener('keydown', (event) => {
  const buttons = [...menu.querySelectorAll('button')];
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length]?.focus();
  }
});
addEventListener('keydown', (event) => {
  if (event.key === 'Escape') closeMenu();
});
addEventListener('pointerdown', (event) => {
  if (!menu.contains(event.target) && !opener?.contains(event.target)) closeMenu();
});
addEventListener('resize', closeMenu);
