import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  BALL_RADIUS, HEIGHT, PLAY_SECONDS, STEPS_PER_SECOND, WIDTH, autopilot, cosine, createRecording, createTable, digest, replay, sine, step,
} from '../../samples/pinball/pinball.js';

const NOTHING = { left: false, right: false, launch: false };
const onlyLaunch = (table) => ({ ...NOTHING, launch: table.waiting && table.pull < 0.5 });

// The clock stands still at the plunger, so the bound counts steps: the longest game and one more flight of a saved ball.
function playToTheEnd(seed, player, watch = () => {}) {
  const table = createTable(seed);
  const most = (PLAY_SECONDS + 20) * STEPS_PER_SECOND;
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

test('A player who never touches a flipper loses the ball soon', () => {
  for (let seed = 0; seed < 60; seed += 1) assert.ok(playToTheEnd(seed, onlyLaunch).seconds < PLAY_SECONDS);
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
  while (!table.over && table.steps < 40000) {
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

test('Sine and cosine are right to a millionth', () => {
  for (let angle = -7; angle < 7; angle += 0.01) {
    assert.ok(Math.abs(sine(angle) - Math.sin(angle)) < 1e-6 && Math.abs(cosine(angle) - Math.cos(angle)) < 1e-6, String(angle));
  }
});
