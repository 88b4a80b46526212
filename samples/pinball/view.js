// Draws the table of pinball.js. What never moves is painted once; sparks, floating words and the ball's trail are bounded.
import {
  BALLS, BALL_RADIUS, DIVIDER, FLIPPER, GATE, HEIGHT, KICKER, MOST_TIMES, RIM, RIGHT, SLINGS, SOLIDS, SPINNER, WIDTH, isSaving,
} from './pinball.js';

const COLOR = { black: '#1c0406', deep: '#45080d', red: '#8e1419', bright: '#c5282c', gold: '#f2c45a', shade: '#9a6a1c', pale: '#fff1cf', jade: '#6fd3ab' };
const SERIF = '"Songti SC", STSong, SimSun, "Noto Serif CJK SC", serif';
const BUMPERS = ['状元', '榜眼', '探花'];
const BANK = ['金', '榜', '题', '名'];
const MIDDLE = 166;
const MOST_SPARKS = 90;
const MOST_FLOATERS = 16;
const TRAIL = 14;
// Silent ones have a sound and no words.
const WORDS = { jackpot: 26, roll: 28, saved: 24, bonus: 20, kick: 18 };

/** Gives a function that draws the table as it is and plays what has happened; it takes the seconds since the last time. */
export function createView({ canvas, table, calm, t, sound }) {
  // As sharp as the display, where it is shown larger than it is too.
  const scale = Math.min(3, Math.max(1, canvas.clientWidth / WIDTH) * (globalThis.devicePixelRatio || 1));
  canvas.width = Math.round(WIDTH * scale);
  canvas.height = Math.round(HEIGHT * scale);
  const pen = canvas.getContext('2d');
  const still = document.createElement('canvas');
  still.width = canvas.width;
  still.height = canvas.height;
  paintStill(brush(still.getContext('2d'), scale));
  const { line, disc, label, fill, trace } = brush(pen, scale);
  const floaters = [];
  const trail = [];
  const sparks = [];
  let flash = 0;
  let clock = 0;

  function happened() {
    for (const { kind, x, y, points } of table.events.splice(0)) {
      sound.play(kind, points);
      if (kind === 'shot' || (kind === 'bonus' && points === 0)) continue;
      if (kind !== 'spin') floaters.push({ x, y, size: WORDS[kind] || 15, age: 0, text: WORDS[kind] ? t(kind, { n: points }) : `+${points}` });
      if (calm) continue;
      if (kind === 'jackpot' || kind === 'roll') flash = 1;
      const many = { jackpot: 28, roll: 40, points: 7, kick: 10 }[kind] || 2;
      for (let i = 0; i < many; i += 1) {
        const [turn, speed] = [Math.random() * 2 * Math.PI, 40 + Math.random() * (many > 20 ? 220 : 110)];
        sparks.push({ x, y, vx: Math.cos(turn) * speed, vy: Math.sin(turn) * speed, left: 0.3 + Math.random() * 0.5 });
      }
    }
    sparks.splice(0, Math.max(0, sparks.length - MOST_SPARKS));
    floaters.splice(0, Math.max(0, floaters.length - MOST_FLOATERS));
  }

  function drawLamps() {
    for (let times = 2; times <= MOST_TIMES; times += 1) {
      const [x, y] = [MIDDLE + (times - 3.5) * 30, 366 + Math.abs(times - 3.5) * -6];
      const lit = table.times >= times;
      disc(x, y, 12, lit ? COLOR.gold : COLOR.deep);
      label(`×${times}`, x, y + 0.5, 12, lit ? COLOR.black : COLOR.shade);
    }
    for (let ball = 1; ball <= BALLS; ball += 1) disc(MIDDLE + (ball - (BALLS + 1) / 2) * 16, 528, 4.5, ball >= table.number ? COLOR.pale : COLOR.deep);
    if (isSaving(table)) {
      pen.globalAlpha = calm ? 1 : 0.55 + 0.45 * Math.sin(clock * 9);
      label(t('saving'), MIDDLE, 506, 13, COLOR.jade);
      pen.globalAlpha = 1;
    }
    pen.globalAlpha = table.kicker ? 1 : 0.25;
    trace([[19, 486], [25, 474], [31, 486]]);
    fill(COLOR.jade);
    pen.globalAlpha = 1;
    if (table.kicker) line([[18, KICKER.y + 18], [32, KICKER.y + 18]], COLOR.jade, 4);
    if (table.gateClosed) line(GATE, COLOR.gold, 2.5);
  }

  function drawTargets() {
    for (const { x, y, radius, lit } of table.coins) {
      disc(x, y, radius, COLOR.gold);
      if (!lit) disc(x, y, radius - 2, COLOR.deep);
      pen.fillStyle = lit ? COLOR.deep : COLOR.gold;
      pen.fillRect(x - 3.5, y - 3.5, 7, 7);
    }
    table.bank.forEach(({ at: [[x, top], [, bottom]], down }, index) => {
      if (down) return;
      pen.fillStyle = COLOR.gold;
      pen.fillRect(x - 3, top, 9, bottom - top);
      label(BANK[index], x - 14, (top + bottom) / 2, 13, COLOR.gold);
    });
    table.bumpers.forEach(({ x, y, radius, hitAt }, index) => {
      const ago = table.seconds - hitAt;
      const hit = hitAt >= 0 && ago < 0.16;
      if (hit && !calm) {
        pen.globalAlpha = 1 - ago / 0.16;
        disc(x, y, radius + 5 + ago * 60, COLOR.bright);
        pen.globalAlpha = 1;
      }
      const cap = pen.createRadialGradient(x - radius / 3, y - radius / 3, 2, x, y, radius);
      cap.addColorStop(0, hit ? '#fff' : '#ffe6a6');
      cap.addColorStop(1, hit ? COLOR.gold : COLOR.shade);
      disc(x, y, radius, cap);
      disc(x, y, radius - 5, hit ? COLOR.bright : COLOR.red);
      label(BUMPERS[index], x, y + 1, radius * 0.66, hit ? '#fff' : COLOR.gold);
    });
    drawSpinner();
  }

  // A plate seen from above as it turns about its long side.
  function drawSpinner() {
    const [[x1, y1], [x2, y2]] = SPINNER;
    const width = Math.abs(Math.cos(table.spinner.angle * Math.PI)) * 9 + 1;
    line([[x1 + 3, y1 + 1], [x2 - 3, y2 - 1]], COLOR.shade, width + 2);
    line([[x1 + 3, y1 + 1], [x2 - 3, y2 - 1]], table.spinner.speed > 0 ? COLOR.pale : COLOR.gold, width);
  }

  function drawMoving() {
    for (const { x, y, side, angle } of table.flippers) {
      const tip = [x + side * FLIPPER.length * Math.cos(angle), y + FLIPPER.length * Math.sin(angle)];
      line([[x, y], tip], COLOR.shade, FLIPPER.radius * 2 + 2);
      line([[x, y - 1], [tip[0], tip[1] - 1]], COLOR.gold, FLIPPER.radius * 2 - 1);
      disc(x, y, 3.5, COLOR.red);
    }
    const head = 504 + 22 * table.pull;
    for (let y = head + 8; y < HEIGHT; y += (HEIGHT - head) / 6) line([[328, y], [340, y + 3]], COLOR.shade, 2);
    line([[328, head], [340, head]], COLOR.gold, 8);
    trail.forEach(([x, y], index) => {
      pen.globalAlpha = index / (TRAIL * 3);
      disc(x, y, BALL_RADIUS * (0.4 + 0.5 * index / TRAIL), COLOR.pale);
    });
    pen.globalAlpha = 0.35;
    disc(table.ball.x + 2, table.ball.y + 4, BALL_RADIUS, '#000');
    pen.globalAlpha = 1;
    const { x, y } = table.ball;
    const shine = pen.createRadialGradient(x - 3, y - 3, 1, x, y, BALL_RADIUS);
    shine.addColorStop(0, '#fff');
    shine.addColorStop(0.5, '#e9dfcc');
    shine.addColorStop(1, '#8f8371');
    disc(x, y, BALL_RADIUS, shine);
  }

  function drawAir(elapsed) {
    for (const spark of sparks) {
      spark.left -= elapsed;
      spark.x += spark.vx * elapsed;
      spark.y += spark.vy * elapsed;
      pen.globalAlpha = Math.max(0, Math.min(1, spark.left * 3));
      pen.fillStyle = COLOR.gold;
      pen.fillRect(spark.x - 1.2, spark.y - 1.2, 2.4, 2.4);
    }
    while (sparks.length && sparks[0].left <= 0) sparks.shift();
    for (const floater of floaters) {
      floater.age += elapsed;
      const wide = floater.size > 15;
      pen.globalAlpha = Math.max(0, 1 - floater.age / (wide ? 1.8 : 0.8));
      label(floater.text, Math.max(40, Math.min(RIGHT - 50, floater.x)), floater.y - 14 - (calm ? 0 : floater.age * (wide ? 24 : 40)), floater.size, COLOR.pale, true);
    }
    while (floaters.length && floaters[0].age > 1.8) floaters.shift();
    if (flash > 0) {
      pen.globalAlpha = flash * 0.18;
      pen.fillStyle = COLOR.pale;
      pen.fillRect(0, 0, WIDTH, HEIGHT);
      flash = Math.max(0, flash - elapsed * 3);
    }
    pen.globalAlpha = 1;
  }

  return (elapsed) => {
    clock += elapsed;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.drawImage(still, 0, 0);
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    if (!calm) trail.push([table.ball.x, table.ball.y]);
    if (trail.length > TRAIL) trail.shift();
    happened();
    drawLamps();
    drawTargets();
    drawMoving();
    drawAir(elapsed);
  };
}

/** The few strokes that everything is made of. */
function brush(pen, scale) {
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  pen.lineCap = 'round';
  pen.lineJoin = 'round';
  const trace = (points) => {
    pen.beginPath();
    points.forEach(([x, y]) => pen.lineTo(x, y));
  };
  const line = (points, color, width) => {
    trace(points);
    pen.strokeStyle = color;
    pen.lineWidth = width;
    pen.stroke();
  };
  const fill = (color) => {
    pen.fillStyle = color;
    pen.fill();
  };
  const disc = (x, y, radius, color) => {
    pen.beginPath();
    pen.arc(x, y, radius, 0, Math.PI * 2);
    fill(color);
  };
  const label = (text, x, y, size, color, isOutlined = false) => {
    pen.font = `700 ${size}px ${SERIF}`;
    if (isOutlined) {
      pen.strokeStyle = COLOR.black;
      pen.lineWidth = 4;
      pen.strokeText(text, x, y);
    }
    pen.fillStyle = color;
    pen.fillText(text, x, y);
  };
  return { pen, trace, line, fill, disc, label };
}

function paintStill({ pen, trace, line, fill, label }) {
  pen.fillStyle = COLOR.black;
  pen.fillRect(0, 0, WIDTH, HEIGHT);
  const glow = pen.createRadialGradient(MIDDLE, 180, 20, MIDDLE, 250, 350);
  glow.addColorStop(0, '#b8242a');
  glow.addColorStop(0.55, '#74131a');
  glow.addColorStop(1, COLOR.deep);
  trace(RIM);
  fill(glow);
  pen.save();
  pen.clip();
  // The sun over the list of the successful.
  for (let ray = 0; ray < 36; ray += 1) {
    const [from, to] = [ray * Math.PI / 18, (ray + 0.5) * Math.PI / 18];
    trace([[MIDDLE, 190], [MIDDLE + 600 * Math.cos(from), 190 + 600 * Math.sin(from)], [MIDDLE + 600 * Math.cos(to), 190 + 600 * Math.sin(to)]]);
    fill('rgba(242, 196, 90, .055)');
  }
  for (const radius of [96, 100, 150]) {
    pen.beginPath();
    pen.arc(MIDDLE, 190, radius, 0, Math.PI * 2);
    pen.strokeStyle = 'rgba(242, 196, 90, .16)';
    pen.lineWidth = 1;
    pen.stroke();
  }
  pen.globalAlpha = 0.2;
  label('金榜', MIDDLE, 312, 68, COLOR.gold);
  pen.restore();
  for (const solid of SOLIDS) {
    trace(solid);
    const metal = pen.createLinearGradient(0, solid[0][1], 0, solid[0][1] + 110);
    metal.addColorStop(0, '#5b1016');
    metal.addColorStop(1, COLOR.black);
    fill(metal);
    line([...solid, solid[0]], COLOR.shade, 3.5);
    line([...solid, solid[0]], COLOR.gold, 1.5);
  }
  for (const edge of [RIM, DIVIDER]) {
    line(edge, COLOR.shade, 5);
    line(edge, COLOR.gold, 2);
  }
  for (const sling of SLINGS) {
    line(sling, COLOR.shade, 9);
    line(sling, COLOR.pale, 4);
  }
}
