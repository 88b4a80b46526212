// The pinball table as pure arithmetic: fixed steps, chance from the seed. The same seed and keys end with the same score on every machine: there is nothing here but + - * / and the square
// root, which every engine must round alike; the sine is made of them, because Math.sin may differ in its last bit.

export const WIDTH = 360;
export const HEIGHT = 540;
export const STEPS_PER_SECOND = 240;
/** In one game. */
export const BALLS = 3;
/** All balls together, until the flippers go dead; waiting at the plunger costs nothing. */
export const PLAY_SECONDS = 150;
export const MOST_TIMES = 5;

const DT = 1 / STEPS_PER_SECOND;
// Then the ball is taken away, so that a game always ends.
const LAST_SECOND = PLAY_SECONDS + 8;
const SAVE_SECONDS = 6;
// After all four characters are down.
const BANK_SAVE_SECONDS = 8;
// From a touch of the plunger to its end.
const PULL_SECONDS = 0.9;
const SHOT = { least: 850, more: 150, chance: 40 };
const GRAVITY = 560;
// Under 5 units a step: a ball of radius 8 cannot jump through a wall.
const TOP_SPEED = 1100;

export const BALL_RADIUS = 8;
export const FLIPPER = { length: 52, radius: 6, rest: 0.5, raised: -0.55, speed: 15 };
const PLUNGER = { x: 334, y: 488, vx: 0, vy: 0 };

export const LEFT = 12;
export const LANE = 320;
export const RIGHT = 348;
/** Left of the slope a spring throws the ball back once: again after all four characters are down. */
export const KICKER = { right: 38, y: 500 };
const TURN = 6.283185307179586;

/** The sine of an angle, the same to the last bit everywhere; exact to a millionth. */
export function sine(angle) {
  const x = angle - TURN * Math.round(angle / TURN);
  const s = x * x;
  return x * (1 - s / 6 * (1 - s / 20 * (1 - s / 42 * (1 - s / 72 * (1 - s / 110 * (1 - s / 156 * (1 - s / 210 * (1 - s / 272))))))));
}

/** The cosine, likewise. */
export const cosine = (angle) => sine(TURN / 4 - angle);

const length = (x, y) => Math.sqrt(x * x + y * y);
const path = (points) => points.slice(1).map((to, i) => [points[i], to]);

/** Two wedges that throw the ball back among the bumpers, and the slopes down to the flippers; outside of these a ball is lost. */
export const SOLIDS = [
  [[LEFT, 184], [38, 216], [LEFT, 254]],
  [[LANE, 184], [294, 216], [LANE, 254]],
  [[KICKER.right, 398], [98, 452], [98, 560], [KICKER.right, 560]],
  [[294, 398], [234, 452], [234, 560], [294, 560]],
];
export const RIM = [
  [LEFT, HEIGHT],
  ...Array.from({ length: 29 }, (_, i) => TURN / 2 * (1 + i / 28)).map((turn) => [180 + 168 * cosine(turn), 172 + 158 * sine(turn)]),
  [RIGHT, HEIGHT],
];
export const DIVIDER = [[LANE, 132], [LANE, HEIGHT]];
/** Closes behind the ball once it has left the plunger lane. */
export const GATE = [[LANE, 132], [337, 115]];
const WALLS = [RIM, DIVIDER, ...SOLIDS].flatMap(path);
/** Turns as the ball flies through it. */
export const SPINNER = [[38, 216], [77, 226]];
/** Four targets that fall when they are hit. */
export const BANK = [[258, 276], [279, 297], [300, 318], [321, 339]].map(([top, bottom]) => [[311, top], [311, bottom]]);
export const SLINGS = [[[54, 322], [88, 392]], [[278, 322], [244, 392]]];

const mulberry32 = (seed) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
};

export function createTable(seed) {
  return {
    random: mulberry32(seed),
    ball: { ...PLUNGER },
    waiting: true,
    // Which of the balls this is, from 1, and for how long it has been in play.
    number: 1,
    ballSeconds: 0,
    // What every point counts, and what waits for the end of the ball.
    times: 1,
    bonus: 0,
    // How far the plunger is drawn, 0 to 1.
    pull: 0,
    steps: 0,
    // For how many steps the ball has lain still.
    still: 0,
    gateClosed: false,
    saved: false,
    savedUntil: 0,
    kicker: true,
    over: false,
    score: 0,
    seconds: 0,
    flippers: [[102, 1], [230, -1]].map(([x, side]) => ({ x, y: 458, side, angle: FLIPPER.rest, turning: 0 })),
    bumpers: [[166, 164, 26, 100], [100, 232, 23, 60], [232, 232, 23, 30]]
      .map(([x, y, radius, points]) => ({ x, y, radius, points, hitAt: -1 })),
    coins: [[82, 126], [166, 86], [250, 126]].map(([x, y]) => ({ x, y, radius: 11, lit: false })),
    bank: BANK.map((at) => ({ at, down: false })),
    // In half turns, and half turns a second.
    spinner: { angle: 0, speed: 0 },
    // For the viewer, who empties it.
    events: [],
  };
}

/** One step of 1/240 second; `keys` is { left, right, launch }, true while held. */
export function step(table, keys) {
  if (table.over) return;
  table.steps += 1;
  const dead = table.seconds >= PLAY_SECONDS;
  turnFlipper(table.flippers[0], keys.left && !dead);
  turnFlipper(table.flippers[1], keys.right && !dead);
  if (table.waiting) {
    pullPlunger(table, keys.launch);
    return;
  }
  table.seconds += DT;
  table.ballSeconds += DT;
  const { x, y } = table.ball;
  moveBall(table.ball);
  turnSpinner(table, x, y);
  touchWalls(table);
  touchTargets(table);
  for (const flipper of table.flippers) touchFlipper(table.ball, flipper);
  throwBack(table);
  freeStuckBall(table, keys);
  if (table.ball.x < LANE - 2 * BALL_RADIUS) table.gateClosed = true;
  if (!table.gateClosed && table.ball.y > PLUNGER.y) backToPlunger(table);
  if (table.ball.y > HEIGHT + BALL_RADIUS || table.seconds > LAST_SECOND) drain(table);
}

// Drawn for as long as it is held, and let go with it, or when it can be drawn no further.
function pullPlunger(table, held) {
  if (held && table.pull < 1) {
    table.pull = Math.min(1, table.pull + DT / PULL_SECONDS);
  } else if (table.pull > 0) {
    table.waiting = false;
    table.ball.vy = -(SHOT.least + SHOT.more * table.pull + SHOT.chance * table.random());
    table.pull = 0;
    table.events.push({ kind: 'shot', x: PLUNGER.x, y: PLUNGER.y, points: 0 });
  }
}

const bits = ({ left, right, launch }) => (left ? 1 : 0) + (right ? 2 : 0) + (launch ? 4 : 0);

/** What was played: the seed, and each change of the keys with the step at which it was made. */
export function createRecording(seed) {
  const inputs = [];
  let last = 0;
  return {
    seed: seed >>> 0,
    inputs,
    /** To be called before each step, with the keys that it gets. */
    note(table, keys) {
      const now = bits(keys);
      if (now === last) return;
      last = now;
      inputs.push([table.steps, now]);
    },
  };
}

/** Plays a recording to its end, in the same steps. `most` is how many there may be. */
export function replay({ seed, inputs }, most = 144000) {
  const table = createTable(seed);
  let next = 0;
  let keys = { left: false, right: false, launch: false };
  while (!table.over && table.steps < most) {
    if (next < inputs.length && inputs[next][0] === table.steps) {
      const now = inputs[next][1];
      keys = { left: (now & 1) > 0, right: (now & 2) > 0, launch: (now & 4) > 0 };
      next += 1;
    }
    step(table, keys);
    table.events.length = 0;
  }
  return table;
}

/** Everything that a table is, in a few letters: two that are alike to the last bit have the same. */
export function digest(table) {
  const view = new DataView(new ArrayBuffer(8));
  let hash = 2166136261;
  const mix = (value) => {
    view.setFloat64(0, value);
    for (let i = 0; i < 8; i += 1) hash = Math.imul(hash ^ view.getUint8(i), 16777619) >>> 0;
  };
  const { ball } = table;
  [ball.x, ball.y, ball.vx, ball.vy, table.score, table.steps, table.seconds, table.spinner.angle, ...table.flippers.map((flipper) => flipper.angle)].forEach(mix);
  return hash.toString(16).padStart(8, '0');
}

/** A fair but human player, for demonstrations and tests. */
export function autopilot(table) {
  const { x, y, vy } = table.ball;
  const near = y > 428 && y < 480 && vy > -40 && (table.seconds * 5) % 1 < 0.6;
  return { launch: table.waiting && table.pull < 0.5, left: near && x < 172, right: near && x > 160 };
}

function backToPlunger(table) {
  Object.assign(table.ball, PLUNGER);
  table.waiting = true;
  table.pull = 0;
  table.gateClosed = false;
}

function drain(table) {
  // A ball lost at once is no fun: it comes back, one time.
  if (isSaving(table)) {
    if (table.ballSeconds < SAVE_SECONDS) table.saved = true;
    table.savedUntil = 0;
    backToPlunger(table);
    award(table, 0, 166, 300, 'saved');
    return;
  }
  award(table, table.bonus, 166, 400, 'bonus');
  if (table.number === BALLS || table.seconds >= PLAY_SECONDS) {
    table.over = true;
    return;
  }
  backToPlunger(table);
  Object.assign(table, { number: table.number + 1, ballSeconds: 0, times: 1, bonus: 0, saved: false, savedUntil: 0, kicker: true });
  for (const coin of table.coins) coin.lit = false;
}

function throwBack(table) {
  const { ball } = table;
  if (!table.kicker || ball.x > KICKER.right || ball.y < KICKER.y) return;
  table.kicker = false;
  ball.vx = 0;
  ball.vy = -900 - 80 * table.random();
  award(table, 50, ball.x, ball.y, 'kick');
}

/** Whether a ball that is lost now comes back. */
export const isSaving = (table) => table.seconds < PLAY_SECONDS && ((table.ballSeconds < SAVE_SECONDS && !table.saved) || table.seconds < table.savedUntil);

// Two edges can hold a ball between them for ever. Whoever holds it on a raised flipper may.
function freeStuckBall(table, keys) {
  const { ball } = table;
  table.still = length(ball.vx, ball.vy) < 20 && !keys.left && !keys.right ? table.still + 1 : 0;
  if (table.still < STEPS_PER_SECOND) return;
  table.still = 0;
  ball.vx += (ball.x < LANE / 2 ? 1 : -1) * (60 + 60 * table.random());
  ball.vy -= 80;
}

function turnFlipper(flipper, held) {
  const goal = held ? FLIPPER.raised : FLIPPER.rest;
  const turn = Math.max(-FLIPPER.speed * DT, Math.min(FLIPPER.speed * DT, goal - flipper.angle));
  flipper.angle += turn;
  flipper.turning = turn / DT;
}

function moveBall(ball) {
  ball.vy += GRAVITY * DT;
  const slowing = Math.min(1, TOP_SPEED / length(ball.vx, ball.vy));
  ball.vx *= slowing;
  ball.vy *= slowing;
  ball.x += ball.vx * DT;
  ball.y += ball.vy * DT;
}

function touchWalls(table) {
  const { ball } = table;
  for (const wall of WALLS) touchSegment(ball, wall, 0, 0.45);
  if (table.gateClosed) touchSegment(ball, GATE, 0, 0.45);
  for (const sling of SLINGS) {
    const touched = touchSegment(ball, sling, 4, 0.5);
    if (touched) kick(table, touched, 200, 10);
  }
}

function touchTargets(table) {
  for (const bumper of table.bumpers) {
    const touched = touchPoint(table.ball, bumper.x, bumper.y, bumper.radius, 0.6);
    if (!touched) continue;
    bumper.hitAt = table.seconds;
    table.bonus += 10;
    kick(table, touched, 260, bumper.points);
  }
  for (const coin of table.coins) {
    if (coin.lit || length(table.ball.x - coin.x, table.ball.y - coin.y) > coin.radius + BALL_RADIUS) continue;
    coin.lit = true;
    award(table, 50, coin.x, coin.y);
  }
  if (table.coins.every((coin) => coin.lit)) {
    for (const coin of table.coins) coin.lit = false;
    award(table, 500, 166, 124, 'jackpot');
    table.times = Math.min(MOST_TIMES, table.times + 1);
  }
  for (const target of table.bank) {
    if (target.down || !touchSegment(table.ball, target.at, 3, 0.6)) continue;
    target.down = true;
    award(table, 100, target.at[0][0], (target.at[0][1] + target.at[1][1]) / 2);
  }
  if (table.bank.every((target) => target.down)) {
    for (const target of table.bank) target.down = false;
    table.savedUntil = table.seconds + BANK_SAVE_SECONDS;
    table.kicker = true;
    award(table, 1000, 166, 270, 'roll');
  }
}

// The plate is no obstacle: what counts is whether the ball has come to its other side.
function turnSpinner(table, x, y) {
  const { spinner, ball } = table;
  const [[x1, y1], [x2, y2]] = SPINNER;
  const [dx, dy] = [x2 - x1, y2 - y1];
  const sideOf = (atX, atY) => dx * (atY - y1) - dy * (atX - x1);
  const along = ((ball.x - x1) * dx + (ball.y - y1) * dy) / (dx * dx + dy * dy);
  if (sideOf(x, y) > 0 !== sideOf(ball.x, ball.y) > 0 && along > 0 && along < 1) {
    spinner.speed = Math.min(30, spinner.speed + length(ball.vx, ball.vy) / 20);
  }
  if (spinner.speed === 0) return;
  const before = Math.floor(spinner.angle);
  spinner.angle += spinner.speed * DT;
  spinner.speed = spinner.speed < 0.5 ? 0 : spinner.speed * (1 - DT);
  if (Math.floor(spinner.angle) > before) award(table, 10, (x1 + x2) / 2, (y1 + y2) / 2, 'spin');
}

function touchFlipper(ball, flipper) {
  const tipX = flipper.x + flipper.side * FLIPPER.length * cosine(flipper.angle);
  const tipY = flipper.y + FLIPPER.length * sine(flipper.angle);
  touchSegment(ball, [[flipper.x, flipper.y], [tipX, tipY]], FLIPPER.radius, 0.3, flipper, flipper.turning * flipper.side);
}

function touchSegment(ball, [[x1, y1], [x2, y2]], radius, bounciness, pivot, turning) {
  const dx = x2 - x1;
  const dy = y2 - y1;
  const along = ((ball.x - x1) * dx + (ball.y - y1) * dy) / (dx * dx + dy * dy);
  const part = Math.max(0, Math.min(1, along));
  return touchPoint(ball, x1 + dx * part, y1 + dy * part, radius, bounciness, pivot, turning);
}

// Pushes the ball out of a disc and reflects it. Gives the outward normal, or null without contact.
function touchPoint(ball, x, y, radius, bounciness, pivot = ball, turning = 0) {
  const reach = radius + BALL_RADIUS;
  const distance = length(ball.x - x, ball.y - y);
  if (distance >= reach || distance === 0) return null;
  const nx = (ball.x - x) / distance;
  const ny = (ball.y - y) / distance;
  ball.x = x + nx * reach;
  ball.y = y + ny * reach;
  // A turning surface moves at right angles to its arm.
  const surface = nx * turning * (pivot.y - y) + ny * turning * (x - pivot.x);
  const inward = ball.vx * nx + ball.vy * ny - surface;
  if (inward < 0) {
    ball.vx -= (1 + bounciness) * inward * nx;
    ball.vy -= (1 + bounciness) * inward * ny;
  }
  return { nx, ny };
}

function kick(table, { nx, ny }, speed, points) {
  const { ball } = table;
  // Slightly crooked, or the ball could bounce between two bumpers for ever.
  ball.vx += nx * speed + (table.random() - 0.5) * 60;
  ball.vy += ny * speed;
  award(table, points, ball.x, ball.y);
}

function award(table, points, x, y, kind = 'points') {
  const counted = points * table.times;
  table.score += counted;
  table.events.push({ kind, x, y, points: counted });
}
