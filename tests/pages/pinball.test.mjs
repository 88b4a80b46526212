import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BALL_RADIUS, HEIGHT, PLAY_SECONDS, STEPS_PER_SECOND, WIDTH, autopilot, createTable, step,
} from '../../src/Jinbang.Server/Pages/play/pinball.js';

const NOTHING = { left: false, right: false, launch: false };
const onlyLaunch = (table) => ({ ...NOTHING, launch: table.waiting });

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
