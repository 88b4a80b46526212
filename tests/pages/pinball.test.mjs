import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  BALLS, BALL_RADIUS, BANK, HEIGHT, KICKER, MOST_TIMES, PLAY_SECONDS, SPINNER, STEPS_PER_SECOND, WIDTH, autopilot, cosine, createRecording, createTable, digest, isSaving, replay, sine, step,
} from '../../samples/pinball/pinball.js';

const NOTHING = { left: false, right: false, launch: false };
const onlyLaunch = (table) => ({ ...NOTHING, launch: table.waiting && table.pull < 0.5 });

// The clock stands still at the plunger, so the bound counts steps: the longest game, and what pulling the plunger takes.
function playToTheEnd(seed, player, watch = () => {}) {
  const table = createTable(seed);
  const most = (PLAY_SECONDS + 30) * STEPS_PER_SECOND;
  for (let steps = 0; !table.over; steps += 1) {
    assert.ok(steps < most, `seed ${seed} does not end`);
    step(table, player(table));
    watch(table);
  }
  return table;
}

test('Every game ends with a whole score of at most 15 digits', () => {
  for (let seed = 0; seed < 120; seed += 1) {
    const { score } = playToTheEnd(seed * 7919, autopilot);
    assert.ok(Number.isSafeInteger(score) && score >= 0 && String(score).length <= 15, `seed ${seed * 7919}: ${score}`);
  }
});

test('A player who never touches a flipper loses all balls soon', () => {
  for (let seed = 0; seed < 60; seed += 1) {
    const table = playToTheEnd(seed, onlyLaunch);
    assert.ok(table.seconds < PLAY_SECONDS / 2 && table.number === BALLS, `seed ${seed}`);
  }
});

test('A player who never lets go of the flippers comes to an end too', () => {
  for (let seed = 0; seed < 20; seed += 1) playToTheEnd(seed, () => ({ left: true, right: true, launch: true }));
});

test('The same seed and keys give the same score', () => {
  for (const seed of [0, 1, 123, 4294967295]) {
    const first = playToTheEnd(seed, autopilot);
    const second = playToTheEnd(seed, autopilot);
    assert.deepEqual([first.score, first.seconds], [second.score, second.seconds]);
  }
});

test('Different seeds give different games', () => {
  const scores = new Set(Array.from({ length: 20 }, (_, seed) => playToTheEnd(seed, autopilot).score));
  assert.ok(scores.size > 10, `only ${scores.size} different scores`);
});

test('The ball never leaves the table but through the drain', () => {
  for (let seed = 500; seed < 530; seed += 1) {
    playToTheEnd(seed, autopilot, ({ ball: { x, y } }) => {
      assert.ok(x > 0 && x < WIDTH && y > 0 && y < HEIGHT + 3 * BALL_RADIUS, `seed ${seed}: ${x}, ${y}`);
    });
  }
});

test('Nothing happens before the launch', () => {
  const table = createTable(1);
  for (let i = 0; i < 1000; i += 1) step(table, NOTHING);
  assert.ok(table.waiting && table.seconds === 0 && table.score === 0);
});

test('A finished table stays as it is', () => {
  const table = playToTheEnd(9, autopilot);
  const { score, seconds } = table;
  for (let i = 0; i < 100; i += 1) step(table, autopilot(table));
  assert.deepEqual([table.score, table.seconds], [score, seconds]);
});

test('A seed that is no number plays as zero', () => {
  assert.equal(playToTheEnd(Number.NaN, autopilot).score, playToTheEnd(0, autopilot).score);
});

// Keys that change by chance, as a bad but busy player has them.
function busyPlayer(seed) {
  let state = (seed * 2654435761) >>> 0;
  let keys = NOTHING;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    if (state >>> 27 === 0) keys = { left: (state & 256) > 0, right: (state & 512) > 0, launch: (state & 1024) > 0 };
    return keys;
  };
}

function record(seed, player) {
  const recording = createRecording(seed);
  const table = createTable(seed);
  while (!table.over && table.steps < 144000) {
    const keys = player(table);
    recording.note(table, keys);
    step(table, keys);
  }
  return { recording, table };
}

test('A recording plays the same game again, to the last bit', () => {
  for (let seed = 0; seed < 40; seed += 1) {
    const { recording, table } = record(seed, seed % 2 ? busyPlayer(seed) : autopilot);
    const again = replay(JSON.parse(JSON.stringify({ seed: recording.seed, inputs: recording.inputs })));
    assert.deepEqual([again.score, again.steps, digest(again)], [table.score, table.steps, digest(table)], `seed ${seed}`);
  }
});

test('Another key at another step is another game', () => {
  const { recording, table } = record(3, autopilot);
  const changed = recording.inputs.map(([at, keys], index) => [at + (index === 2 ? 1 : 0), keys]);
  assert.notEqual(digest(replay({ seed: 3, inputs: changed })), digest(table));
});

test('The committed games end as they did when they were committed', () => {
  const games = JSON.parse(readFileSync(new URL('games.json', import.meta.url), 'utf8'));
  assert.ok(games.length >= 6);
  for (const { seed, inputs, score, steps, end } of games) {
    const table = replay({ seed, inputs });
    assert.deepEqual([table.score, table.steps, digest(table)], [score, steps, end], `seed ${seed}`);
  }
});

test('A longer pull is a stronger shot, and even the weakest leaves the lane', () => {
  const shot = (hold) => {
    const table = createTable(11);
    for (let i = 0; i < hold; i += 1) step(table, { ...NOTHING, launch: true });
    step(table, NOTHING);
    const speed = -table.ball.vy;
    for (let i = 0; i < 480 && !table.gateClosed; i += 1) step(table, NOTHING);
    assert.ok(table.gateClosed, `held for ${hold} steps`);
    return speed;
  };
  assert.ok(shot(1) < shot(100) && shot(100) < shot(200));
});

// A ball that is already in play, with nothing won yet and its save used up.
function inPlay(ball, more = {}) {
  const table = Object.assign(createTable(5), { waiting: false, gateClosed: true, saved: true, ballSeconds: 60, seconds: 20 }, more);
  Object.assign(table.ball, ball);
  return table;
}

function stepUntil(table, done, most = 480) {
  for (let i = 0; i < most && !done(); i += 1) step(table, NOTHING);
  assert.ok(done(), 'it never happened');
}

const lose = (table) => {
  Object.assign(table.ball, { x: 166, y: HEIGHT + BALL_RADIUS, vx: 0, vy: 100 });
  step(table, NOTHING);
};

test('A game has three balls, each begins anew, and the last one ends it', () => {
  const table = inPlay({}, { times: 3, bonus: 70, kicker: false });
  table.coins[0].lit = true;
  lose(table);
  assert.deepEqual([table.number, table.waiting, table.times, table.bonus, table.kicker, table.coins[0].lit, table.score], [2, true, 1, 0, true, false, 210]);
  for (const number of [3, 3]) {
    Object.assign(table, { waiting: false, saved: true, ballSeconds: 60 });
    lose(table);
    assert.equal(table.number, number);
  }
  assert.ok(table.over);
});

test('A ball that is lost at once comes back, but only one time', () => {
  const table = inPlay({}, { saved: false, ballSeconds: 2 });
  assert.ok(isSaving(table));
  lose(table);
  assert.deepEqual([table.number, table.waiting, table.saved], [1, true, true]);
  table.waiting = false;
  assert.ok(!isSaving(table));
  lose(table);
  assert.equal(table.number, 2);
});

test('All three coins raise what every point counts, up to a bound', () => {
  const table = inPlay({});
  for (let round = 2; round <= MOST_TIMES + 2; round += 1) {
    for (const coin of table.coins) coin.lit = true;
    Object.assign(table.ball, { x: 166, y: 360, vx: 0, vy: 0 });
    step(table, NOTHING);
    assert.equal(table.times, Math.min(MOST_TIMES, round));
    assert.ok(table.coins.every((coin) => !coin.lit));
  }
  assert.equal(table.score, 500 * (1 + 2 + 3 + 4 + 5 + 5));
});

test('Each target of the bank falls once; all four bring them back, the spring and a save', () => {
  const table = inPlay({}, { kicker: false });
  BANK.forEach(([[x, top], [, bottom]], index) => {
    Object.assign(table.ball, { x: x - 14, y: (top + bottom) / 2, vx: 300, vy: 0 });
    stepUntil(table, () => (index < 3 ? table.bank[index].down : table.kicker), 40);
  });
  assert.deepEqual([table.score, table.kicker, isSaving(table), table.bank.some((target) => target.down)], [4 * 100 + 1000, true, true, false]);
});

test('The spinner turns with the ball that flies through it, from either side, and comes to rest', () => {
  const [[x1, y1], [x2, y2]] = SPINNER;
  for (const way of [1, -1]) {
    const table = inPlay({ x: (x1 + x2) / 2, y: (y1 + y2) / 2 - way * 9, vx: 0, vy: way * 400 });
    stepUntil(table, () => table.spinner.speed > 0, 20);
    Object.assign(table.ball, { x: 166, y: 430, vx: 0, vy: -1 });
    table.flippers.forEach((flipper) => { flipper.angle = -0.55; });
    stepUntil(table, () => table.spinner.speed === 0 || table.waiting, 2400);
    assert.ok(table.score >= 10, String(table.score));
  }
});

test('The spring beside the left slope throws one ball back, the next is lost', () => {
  const table = inPlay({ x: 25, y: KICKER.y - 1, vx: 0, vy: 200 });
  stepUntil(table, () => !table.kicker, 20);
  assert.ok(table.ball.vy < -800 && table.score === 50);
  stepUntil(table, () => table.ball.y < 398);
  Object.assign(table.ball, { x: 25, y: KICKER.y, vx: 0, vy: 200 });
  stepUntil(table, () => table.number === 2);
});

test('A ball on the right of the right slope is lost', () => {
  const table = inPlay({ x: 307, y: 450, vx: 0, vy: 100 });
  stepUntil(table, () => table.number === 2);
});

test('When the time is up the flippers are dead and no further ball comes', () => {
  const table = inPlay({ x: 166, y: 100 }, { seconds: PLAY_SECONDS, saved: false, ballSeconds: 1 });
  for (let i = 0; i < 60; i += 1) step(table, { left: true, right: true, launch: false });
  assert.ok(table.flippers.every((flipper) => flipper.angle > 0));
  stepUntil(table, () => table.over, 10 * STEPS_PER_SECOND);
  assert.equal(table.number, 1);
});

test('Sine and cosine are right to a millionth', () => {
  for (let angle = -7; angle < 7; angle += 0.01) {
    assert.ok(Math.abs(sine(angle) - Math.sin(angle)) < 1e-6 && Math.abs(cosine(angle) - Math.cos(angle)) < 1e-6, String(angle));
  }
});
