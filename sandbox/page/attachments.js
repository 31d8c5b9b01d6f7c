// What can hang on a message: photo, voice, file, sticker, location, contact.

import { make, icon, size, at } from './element.js';
import { drawMap } from './map.js';
import { fileAddress } from './server.js';

/** Build the elements of a message's attachments. */
export function attachments(message) {
  const drawn = [];
  if (message.photo) drawn.push(photo(message.photo.at(-1)));
  if (message.voice) drawn.push(voice(message.voice, 'Voice note'));
  if (message.audio) drawn.push(voice(message.audio, message.audio.title || message.audio.file_name || 'Audio'));
  if (message.video || message.video_note || message.animation) drawn.push(video(message.video || message.video_note || message.animation));
  else if (message.document) drawn.push(file(message.document));
  if (message.sticker) drawn.push(sticker(message.sticker));
  if (message.location) drawn.push(place(message.location));
  if (message.contact) drawn.push(contact(message.contact));
  return drawn;
}

function photo(picture) {
  const image = make('img', { src: fileAddress(picture.file_id), alt: 'Photo', loading: 'lazy' });
  const holder = make('button', { type: 'button', class: 'photo', 'aria-label': 'Open the photo' }, image);
  holder.addEventListener('click', () => {
    at('light-image').src = image.src;
    at('light-box').showModal();
  });
  image.addEventListener('error', () => {
    holder.replaceChildren('A photo that cannot be shown');
    holder.classList.add('broken');
  });
  return holder;
}

function video(clip) {
  return make('video', { class: 'video', src: fileAddress(clip.file_id), controls: true, preload: 'metadata', playsInline: true });
}

function sticker(picture) {
  const image = make('img', { class: 'sticker', src: fileAddress(picture.file_id), alt: `Sticker ${picture.emoji ?? ''}` });
  image.addEventListener('error', () => image.replaceWith(make('span', { class: 'sticker-word' }, picture.emoji || '🏷️')));
  return image;
}

function file(known) {
  const text = make('span', { class: 'attached-text' },
    make('strong', { dir: 'auto' }, known.file_name || 'File'), make('small', {}, size(known.file_size)));
  return make('a', { class: 'attached', href: fileAddress(known.file_id), download: known.file_name || 'file' },
    make('span', { class: 'disc' }, icon('file')), text);
}

function contact(card) {
  const name = [card.first_name, card.last_name].filter(Boolean).join(' ');
  return make('div', { class: 'attached' }, make('span', { class: 'disc' }, icon('card')),
    make('span', { class: 'attached-text' }, make('strong', { dir: 'auto' }, name), make('small', { dir: 'ltr' }, card.phone_number)));
}

function place({ latitude, longitude }) {
  const canvas = make('canvas', { width: 608, height: 304, 'aria-hidden': 'true' });
  const card = make('div', {}, make('span', { class: 'place' }, canvas),
    make('span', { class: 'coordinates', role: 'img', 'aria-label': `Location ${latitude}, ${longitude}` }, degrees(latitude, 'N', 'S'), '  ', degrees(longitude, 'E', 'W')));
  requestAnimationFrame(() => drawMap(canvas, latitude, longitude));
  return card;
}

function degrees(value, above, below) {
  return `${Math.abs(value).toFixed(5)}° ${value >= 0 ? above : below}`;
}

/** A small player; the wave is drawn from the file's id, since the page does not decode sound. */
function voice(sound, name) {
  const player = new Audio();
  player.preload = 'none';
  const bars = [...waveform(sound.file_unique_id)].map((height) => {
    const bar = make('i');
    bar.style.setProperty('--h', height);
    return bar;
  });
  const wave = make('span', { class: 'wave', 'aria-hidden': 'true' }, bars);
  const left = make('small', {}, length(sound.duration));
  const button = make('button', { type: 'button', class: 'disc', 'aria-label': `Play: ${name}` }, icon('play'));
  const show = () => button.replaceChildren(icon(player.paused ? 'play' : 'pause'));
  button.addEventListener('click', () => {
    player.src ||= fileAddress(sound.file_id);
    if (player.paused) player.play().catch(() => { left.textContent = 'cannot be played'; });
    else player.pause();
  });
  for (const moment of ['play', 'pause', 'ended']) player.addEventListener(moment, show);
  player.addEventListener('timeupdate', () => {
    const part = player.currentTime / (player.duration || sound.duration || 1);
    bars.forEach((bar, index) => bar.classList.toggle('played', index / bars.length < part));
    left.textContent = length(player.currentTime);
  });
  wave.addEventListener('click', (event) => {
    if (player.duration) player.currentTime = (event.offsetX / wave.clientWidth) * player.duration;
  });
  return make('div', { class: 'attached' }, button, make('span', { class: 'attached-text' }, wave, left));
}

function* waveform(text) {
  for (let index = 0; index < 34; index += 1) {
    const code = text.charCodeAt(index % text.length) * (index + 7);
    yield 18 + ((code * 2654435761) % 4294967296) / 4294967296 * 78 * Math.sin(((index + 1) / 35) * Math.PI) ** 0.5;
  }
}

function length(seconds) {
  const whole = Math.round(seconds || 0);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
