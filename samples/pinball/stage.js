// Plays the table of pinball.js by fingers and keys.
import { BALLS, PLAY_SECONDS, STEPS_PER_SECOND, autopilot, createRecording, createTable, step } from './pinball.js';
import { createView } from './view.js';

const KEYS = { ArrowLeft: 'left', KeyA: 'left', ArrowRight: 'right', KeyD: 'right', Space: 'launch' };
const AUTO_SPEED = 60;

/** Plays one game to its score; `auto` plays itself, sixty times as fast. The recording makes the same game again, see replay. */
export function playGame({ canvas, button, seed, auto, calm, t, sound, onProgress }) {
  const table = createTable(seed);
  const recording = createRecording(seed);
  const hands = auto ? { keys: () => autopilot(table), rest() {} } : listen(canvas, button, table);
  const draw = createView({ canvas, table, calm, t, sound });
  let flipped = false;
  return new Promise((resolve) => {
    let last = performance.now();
    let owed = 0;
    requestAnimationFrame(function frame(now) {
      // A hidden or stalled page pauses the game.
      const elapsed = Math.min(0.05, Math.max(0, (now - last) / 1000));
      last = now;
      owed += elapsed * (auto ? AUTO_SPEED : 1);
      for (; owed > 0 && !table.over; owed -= 1 / STEPS_PER_SECOND) {
        const keys = hands.keys();
        recording.note(table, keys);
        step(table, keys);
        const flips = keys.left || keys.right;
        if (flips && !flipped) sound.play('flip');
        flipped = flips;
      }
      draw(elapsed);
      onProgress({ score: table.score, number: table.number, balls: BALLS, secondsLeft: Math.max(0, Math.ceil(PLAY_SECONDS - table.seconds)) });
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
