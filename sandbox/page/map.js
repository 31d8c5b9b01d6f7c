// A drawn map tile: no real map, only a quiet picture that is the same for the same place, with a pin.

function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return ((state ^ (state >>> 12)) >>> 0) / 4294967296;
  };
}

function colours(canvas) {
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  const accent = getComputedStyle(canvas).getPropertyValue('--mark') || '#c2703d';
  return dark
    ? { land: '#252c2e', block: '#2b3436', green: '#2a3a33', water: '#1f3b45', road: '#3d484c', lane: '#333d40', accent }
    : { land: '#ece6d8', block: '#e4dccb', green: '#d6dfc4', water: '#bcd5da', road: '#fffdf8', lane: '#f8f4ea', accent };
}

/** Draw the tile of a place, in degrees. */
export function drawMap(canvas, latitude, longitude) {
  const { width, height } = canvas;
  const pen = canvas.getContext('2d');
  const next = random(Math.round(latitude * 4000) * 7919 + Math.round(longitude * 4000));
  const tint = colours(canvas);
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.fillStyle = tint.land;
  pen.fillRect(0, 0, width, height);
  pen.translate(width / 2, height / 2);
  pen.rotate((next() - 0.5) * 0.9);
  blocks(pen, tint, next, width);
  if (next() > 0.35) river(pen, tint, next, width);
  roads(pen, tint, next, width);
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pin(pen, tint, width / 2, height / 2, height / 5.4);
}

function blocks(pen, tint, next, reach) {
  for (let index = 0; index < 46; index += 1) {
    pen.fillStyle = next() > 0.8 ? tint.green : tint.block;
    const side = 18 + next() * reach * 0.12;
    pen.fillRect((next() - 0.5) * reach * 1.4, (next() - 0.5) * reach * 1.1, side, side * (0.5 + next() * 0.8));
  }
}

function river(pen, tint, next, reach) {
  const off = (next() - 0.5) * reach * 0.6;
  pen.strokeStyle = tint.water;
  pen.lineWidth = reach * (0.05 + next() * 0.05);
  pen.lineCap = 'round';
  pen.beginPath();
  pen.moveTo(-reach, off + (next() - 0.5) * reach * 0.5);
  pen.bezierCurveTo(-reach / 3, off - reach * 0.25, reach / 3, off + reach * 0.3, reach, off + (next() - 0.5) * reach * 0.4);
  pen.stroke();
}

function roads(pen, tint, next, reach) {
  for (const [many, wide, colour] of [[11, 0.008, tint.lane], [4, 0.017, tint.road]]) {
    pen.strokeStyle = colour;
    pen.lineWidth = reach * wide;
    for (let index = 0; index < many; index += 1) {
      const place = (next() - 0.5) * reach * 1.3;
      const bend = (next() - 0.5) * reach * 0.14;
      pen.beginPath();
      if (index % 2) {
        pen.moveTo(-reach, place);
        pen.quadraticCurveTo(0, place + bend, reach, place + bend / 2);
      } else {
        pen.moveTo(place, -reach);
        pen.quadraticCurveTo(place + bend, 0, place + bend / 2, reach);
      }
      pen.stroke();
    }
  }
}

function pin(pen, tint, x, y, tall) {
  pen.fillStyle = '#0003';
  pen.beginPath();
  pen.ellipse(x, y, tall * 0.26, tall * 0.1, 0, 0, Math.PI * 2);
  pen.fill();
  pen.fillStyle = tint.accent;
  pen.beginPath();
  pen.moveTo(x, y);
  pen.bezierCurveTo(x - tall * 0.2, y - tall * 0.35, x - tall * 0.42, y - tall * 0.5, x - tall * 0.42, y - tall * 0.78);
  pen.arc(x, y - tall * 0.78, tall * 0.42, Math.PI, 0);
  pen.bezierCurveTo(x + tall * 0.42, y - tall * 0.5, x + tall * 0.2, y - tall * 0.35, x, y);
  pen.fill();
  pen.fillStyle = '#fffdf8';
  pen.beginPath();
  pen.arc(x, y - tall * 0.78, tall * 0.17, 0, Math.PI * 2);
  pen.fill();
}
