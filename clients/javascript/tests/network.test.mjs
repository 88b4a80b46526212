// What becomes of the queue when the page hides, the network comes back, and the server asks for patience. In Chromium, against the real server.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { Server, pause, until } from './server.mjs';

let browser;
before(async () => { browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] }); });
after(() => browser.close());

/** A page with a client in it; `chance` is what every random pause is multiplied with. */
async function open(server, game, { context, chance = 0 } = {}) {
  const within = context || await browser.newContext();
  const page = await within.newPage();
  await page.goto(`${server.url}/health/ready`);
  await page.evaluate(async ([given, fixed]) => {
    const { createJinbang } = await import('/sdk/jinbang.js');
    window.client = createJinbang({ ...given, url: '', random: () => fixed });
    await window.client.init();
  }, [game, chance]);
  return { page, context: within, submit: (score) => page.evaluate((value) => window.client.submit(value).then(({ status }) => status), score), pending: () => page.evaluate(() => window.client.pending) };
}

const totalOf = async (server, { game }) => (await server.lines(game)).map((line) => line.score);

test('What waits when the page hides arrives without the page, and counts once when it comes back', async () => {
  const server = await Server.start();
  try {
    const game = await server.game({ keep: 'sum' });
    const { page, context } = await open(server, game);
    await page.evaluate(() => window.client.login());
    let sent = 0;
    // The page's own attempt hangs until it gives up after ten seconds; what it sends as it hides gets through.
    await page.route('**/scores', (route) => { sent += 1; return sent === 1 ? undefined : route.continue(); });
    await page.evaluate(() => { window.client.submit(70); });
    await until('the first attempt is under way', async () => sent === 1);
    assert.deepEqual(await totalOf(server, game), []);
    await page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, value: 'hidden' });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    await until('the beacon has arrived', async () => (await totalOf(server, game)).join() === '70', 5000);
    await page.close();
    const again = await open(server, game, { context });
    await until('the queue is empty', async () => await again.pending() === 0);
    assert.deepEqual(await totalOf(server, game), ['70']);
    await context.close();
  } finally {
    await server.stop();
  }
});

test('A network that comes back is used at once, however long the pauses have become', async () => {
  const server = await Server.start();
  try {
    const game = await server.game();
    // Every pause has its full length: after six failures that is half a minute.
    const { page, context, submit, pending } = await open(server, game, { chance: 0.99 });
    await page.evaluate(() => window.client.login());
    await context.setOffline(true);
    assert.equal(await submit(90), 'queued');
    for (let i = 0; i < 5; i += 1) await page.evaluate(() => window.client.flush());
    assert.equal(await pending(), 1);
    await context.setOffline(false);
    await until('the score has arrived', async () => await pending() === 0, 8000);
    assert.deepEqual(await totalOf(server, game), ['90']);
    await context.close();
  } finally {
    await server.stop();
  }
});

test('A server that asks for patience is not asked again before its time, and gets everything', async () => {
  const server = await Server.start({ JINBANG_Limits__RequestsPerSecond: '5', JINBANG_Limits__RequestBurst: '25' });
  try {
    const game = await server.game({ keep: 'sum' });
    // No pause of its own: what is waited is what the server asks for.
    const { page, context, pending } = await open(server, game);
    const calls = [];
    page.on('request', (request) => { if (request.url().endsWith('/scores')) calls.push({ request, at: Date.now() }); });
    page.on('response', async (response) => {
      const call = calls.find(({ request }) => request === response.request());
      if (call) Object.assign(call, { status: response.status(), answeredAt: Date.now(), seconds: Number(response.headers()['retry-after']) });
    });
    await page.evaluate(() => Promise.all(Array.from({ length: 40 }, (_, i) => window.client.submit(i + 1))));
    await until('the queue is empty', async () => await pending() === 0, 40000);
    const refused = calls.filter(({ status }) => status === 429);
    assert.ok(refused.length > 0, 'nothing was refused');
    for (const call of refused) {
      assert.ok(call.seconds >= 1, String(call.seconds));
      const next = calls[calls.indexOf(call) + 1];
      // Its answer is seen here a little later than in the page.
      assert.ok(next.at - call.answeredAt > call.seconds * 1000 - 150, `${next.at - call.answeredAt} ms after ${call.seconds} s`);
    }
    await pause(1500);
    assert.deepEqual(await totalOf(server, game), ['820']);
    await context.close();
  } finally {
    await server.stop();
  }
});
