// Shows the table of pinball.js and lets fingers and keys play it.
import {
  BALL_RADIUS, DIVIDER, FLIPPER, GATE, HEIGHT, PLAY_SECONDS, RIM, SLINGS, SOLIDS, STEPS_PER_SECOND, WIDTH, autopilot, createRecording, createTable, step,
} from './pinball.js';

const COLOR = { deep: '#45080d', gold: '#f2c45a', pale: '#fff1cf', dark: '#2b0609' };
const SERIF = '"Songti SC", SimSun, "Noto Serif CJK SC", serif';
const TITLES = ['状元', '榜眼', '探花'];
const KEYS = { ArrowLeft: 'left', KeyA: 'left', ArrowRight: 'right', KeyD: 'right', Space: 'launch' };

/** Plays one game to its score; `auto` plays itself, twenty times as fast. The recording makes the same game again, see replay. */
export function playGame({ canvas, button, seed, auto, calm, t, sound, onProgress }) {
  const table = createTable(seed);
  const recording = createRecording(seed);
  const hands = auto ? { keys: () => autopilot(table), rest() {} } : listen(canvas, button, table);
  const draw = createView(canvas, table, calm, t, sound);
  let flipped = false;
  return new Promise((resolve) => {
    let last = performance.now();
    let owed = 0;
    requestAnimationFrame(function frame(now) {
      // A hidden or stalled page pauses the game.
      const elapsed = Math.min(0.05, Math.max(0, (now - last) / 1000));
      last = now;
      owed += elapsed * (auto ? 20 : 1);
      for (; owed > 0 && !table.over; owed -= 1 / STEPS_PER_SECOND) {
        const keys = hands.keys();
        recording.note(table, keys);
        step(table, keys);
        const flips = keys.left || keys.right;
        if (flips && !flipped) sound.play('flip');
        flipped = flips;
      }
      draw(elapsed);
      onProgress(table.score, Math.max(0, Math.ceil(PLAY_SECONDS - table.seconds)));
      hands.rest(table.over);
      if (table.over) {
        sound.play('over');
        resolve({ score: table.score, recording });
      }
      else requestAnimationFrame(frame);
    });
  });
}

function listen(canvas, button, table) {
  const endings = [];
  const on = (target, type, act) => {
    target.addEventListener(type, act);
    endings.push(() => target.removeEventListener(type, act));
  };
  // Which finger or key holds what: a flipper falls when the last of them lets go.
  const held = new Map();
  // A tap shorter than a frame still counts for one.
  const tapped = new Set();
  const press = (holder, name) => tapped.add(name) && held.set(holder, name);
  const isDown = (name) => tapped.has(name) || [...held.values()].includes(name);

  on(document, 'keydown', (event) => {
    const name = KEYS[event.code];
    if (!name || event.ctrlKey || event.metaKey || event.altKey) return;
    // Space on a button presses that button.
    if (name === 'launch' && event.target.closest('button')) return;
    event.preventDefault();
    press(event.code, name);
  });
  on(document, 'keyup', (event) => held.delete(event.code));
  on(canvas, 'pointerdown', (event) => {
    const box = canvas.getBoundingClientRect();
    const half = event.clientX < box.left + box.width * 0.46 ? 'left' : 'right';
    press(event.pointerId, table.waiting ? 'launch' : half);
  });
  on(button, 'pointerdown', (event) => press(event.pointerId, 'launch'));
  // Enter, and whoever clicks by voice.
  on(button, 'click', () => tapped.add('launch'));
  for (const type of ['pointerup', 'pointercancel']) on(window, type, (event) => held.delete(event.pointerId));
  on(window, 'blur', () => held.clear());

  return {
    keys: () => ({ left: isDown('left'), right: isDown('right'), launch: isDown('launch') }),
    rest(over) {
      tapped.clear();
      if (over) endings.forEach((end) => end());
    },
  };
}

function createView(canvas, table, calm, t, sound) {
  const scale = Math.min(3, devicePixelRatio || 1);
  canvas.width = WIDTH * scale;
  canvas.height = HEIGHT * scale;
  const pen = canvas.getContext('2d');
  const floaters = [];
  const trail = [];

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
  const label = (text, x, y, size, color) => {
    pen.font = `700 ${size}px ${SERIF}`;
    pen.fillStyle = color;
    pen.fillText(text, x, y);
  };

  function drawField() {
    pen.fillStyle = COLOR.dark;
    pen.fillRect(0, 0, WIDTH, HEIGHT);
    const glow = pen.createRadialGradient(166, 190, 20, 166, 240, 330);
    glow.addColorStop(0, '#a31b20');
    glow.addColorStop(1, COLOR.deep);
    trace(RIM);
    fill(glow);
    pen.globalAlpha = 0.16;
    label('金榜', 166, 330, 74, COLOR.gold);
    pen.globalAlpha = 1;
    for (const solid of SOLIDS) {
      trace(solid);
      fill(COLOR.dark);
    }
    for (const edge of [RIM, DIVIDER, ...SOLIDS]) line(edge, COLOR.gold, 3);
    if (table.gateClosed) line(GATE, COLOR.gold, 2);
    for (const sling of SLINGS) line(sling, COLOR.gold, 8);
  }

  function drawTargets() {
    for (const { x, y, radius, lit } of table.coins) {
      disc(x, y, radius, COLOR.gold);
      if (!lit) disc(x, y, radius - 2, COLOR.deep);
      pen.fillStyle = lit ? COLOR.deep : COLOR.gold;
      pen.fillRect(x - 3.5, y - 3.5, 7, 7);
    }
    table.bumpers.forEach(({ x, y, radius, hitAt }, index) => {
      const hit = hitAt >= 0 && table.seconds - hitAt < 0.14;
      disc(x, y, radius, hit ? COLOR.pale : COLOR.gold);
      disc(x, y, radius - 4, hit ? COLOR.gold : COLOR.dark);
      label(TITLES[index], x, y, radius * 0.68, hit ? COLOR.dark : COLOR.gold);
    });
  }

  function drawMoving() {
    for (const { x, y, side, angle } of table.flippers) {
      const tip = [x + side * FLIPPER.length * Math.cos(angle), y + FLIPPER.length * Math.sin(angle)];
      line([[x, y], tip], COLOR.gold, FLIPPER.radius * 2);
      disc(x, y, 3, COLOR.deep);
    }
    line([[334, HEIGHT], [334, 504 + 22 * table.pull]], COLOR.gold, 10);
    trail.forEach(([x, y], index) => {
      pen.globalAlpha = index / 45;
      disc(x, y, BALL_RADIUS - 2, COLOR.pale);
    });
    pen.globalAlpha = 1;
    const { x, y } = table.ball;
    const shine = pen.createRadialGradient(x - 3, y - 3, 1, x, y, BALL_RADIUS);
    shine.addColorStop(0, '#fff');
    shine.addColorStop(1, '#d9c7a3');
    disc(x, y, BALL_RADIUS, shine);
  }

  function drawFloaters(elapsed) {
    for (const { kind, x, y, points } of table.events.splice(0)) {
      sound.play(kind, points);
      if (kind === 'shot') continue;
      const big = kind !== 'points';
      floaters.push({ x, y, big, age: 0, text: big ? t(kind, { n: points }) : `+${points}` });
    }
    for (const floater of floaters) {
      floater.age += elapsed;
      pen.globalAlpha = Math.max(0, 1 - floater.age / (floater.big ? 1.6 : 0.8));
      label(floater.text, floater.x, floater.y - 14 - (calm ? 0 : floater.age * 40), floater.big ? 24 : 15, COLOR.pale);
    }
    pen.globalAlpha = 1;
    while (floaters.length > 24 || (floaters.length && floaters[0].age > 1.6)) floaters.shift();
  }

  return (elapsed) => {
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.textAlign = 'center';
    pen.textBaseline = 'middle';
    pen.lineCap = 'round';
    pen.lineJoin = 'round';
    if (!calm) trail.push([table.ball.x, table.ball.y]);
    if (trail.length > 12) trail.shift();
    drawField();
    drawTargets();
    drawMoving();
    drawFloaters(elapsed);
  };
}
