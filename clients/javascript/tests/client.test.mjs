// The same tests in every place, all against the real server.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { inBrowser, inMiniGame } from './places.mjs';
import { Server, pause, until } from './server.mjs';

const got = async (promise) => {
  const { value, error } = await promise;
  assert.equal(error, undefined, JSON.stringify(error));
  return value;
};

for (const place of [inBrowser({ xhrOnly: false }), inBrowser({ xhrOnly: true }), inMiniGame()]) {
  describe(`In ${place.name}`, () => {
    let server;
    before(async () => {
      server = await Server.start();
      await place.start();
    });
    after(async () => {
      await place.stop();
      await server.stop();
    });

    const open = async (device, game) => device.open({ url: server.url, ...game });

    test('A guest signs in, submits, and finds himself', async () => {
      const game = await server.game();
      const [one, other] = [await place.device(), await place.device()];
      const [ming, ann] = [await open(one, game), await open(other, game)];
      const id = await got(ming.call('login', { nickname: '小明' }));
      assert.match(id, /^.{16}$/);
      assert.equal(await got(ming.call('me')), null);
      const first = await got(ming.call('submit', 120, { metadata: { car: 'red' } }));
      assert.deepEqual([first.status, first.result, first.windows[0].rank, first.player], ['stored', 'first', 1, id]);
      await got(ann.call('submit', '300'));
      const me = await got(ming.call('me'));
      assert.deepEqual([me.rank, me.score, me.nickname], [2, '120', '小明']);
      assert.deepEqual((await got(ming.call('top', { limit: 10 }))).lines.map((line) => [line.rank, line.score_number]), [[1, 300], [2, 120]]);
      assert.deepEqual((await got(ming.call('around', { n: 1 }))).lines.map((line) => line.rank), [1, 2]);
      await got(ming.call('profile', { nickname: 'Ming' }));
      assert.equal((await got(ming.call('me'))).nickname, 'Ming');
      await ming.close();
      const again = await open(one, game);
      assert.equal(await got(again.call('login')), id);
      await one.close();
      await other.close();
    });

    test('What is submitted while the server is away is sent after a restart of the game, once', async () => {
      const game = await server.game({ keep: 'sum' });
      const device = await place.device();
      const page = await open(device, game);
      await got(page.call('submit', 1));
      await server.kill();
      assert.equal((await got(page.call('submit', 10))).status, 'queued');
      assert.equal((await got(page.call('submit', 100))).status, 'queued');
      assert.equal(await got(page.call('pending')), 2);
      await page.close();
      await server.begin();
      const next = await open(device, game);
      await until('the queue is empty', async () => await got(next.call('pending')) === 0);
      assert.deepEqual((await server.lines(game.game)).map((line) => line.score), ['111']);
      await device.close();
    });

    test('A server that is killed in the middle of the queue loses nothing and counts nothing twice', async () => {
      const game = await server.game({ keep: 'sum' });
      const device = await place.device();
      const page = await open(device, game);
      await got(page.call('login'));
      const submitting = Array.from({ length: 40 }, (_, i) => page.call('submit', 1 + i));
      await pause(60);
      await server.kill();
      const receipts = await Promise.all(submitting);
      assert.ok(receipts.every(({ value }) => value), JSON.stringify(receipts.find(({ error }) => error)));
      await server.begin();
      await got(page.call('flush'));
      await until('the queue is empty', async () => await got(page.call('pending')) === 0, 40000);
      assert.deepEqual((await server.lines(game.game)).map((line) => line.score), ['820']);
      await device.close();
    });

    test('A token that is no longer taken is renewed, for the same player', async () => {
      const game = await server.game();
      const device = await place.device();
      const page = await open(device, game);
      const id = await got(page.call('login'));
      await page.change(null, { token: 'jbp_expired' });
      assert.equal((await got(page.call('submit', 5))).player, id);
      await page.change(null, { expires: '2020-01-01T00:00:00Z' });
      assert.equal((await got(page.call('submit', 6))).player, id);
      await device.close();
    });

    test('A refusal is told and lets the next one through', async () => {
      const game = await server.game({ highest: '1000' });
      const device = await place.device();
      const page = await open(device, game);
      assert.equal((await page.call('submit', 5000)).error.code, 'out_of_bounds');
      assert.equal((await got(page.call('submit', 50))).status, 'stored');
      assert.equal(await got(page.call('pending')), 0);
      await device.close();
    });

    test('A full queue takes no more and loses none', async () => {
      const game = await server.game();
      const device = await place.device();
      const page = await open(device, game);
      await got(page.call('login'));
      await server.kill();
      for (let i = 1; i <= 100; i++) assert.equal((await got(page.call('submit', i))).status, 'queued');
      assert.equal((await page.call('submit', 101)).error.code, 'queue_full');
      await server.begin();
      await got(page.call('flush'));
      await until('the queue is empty', async () => await got(page.call('pending')) === 0, 40000);
      assert.deepEqual((await server.lines(game.game)).map((line) => line.score), ['100']);
      await device.close();
    });

    test('A window is watched live, also through a restart of the server', async () => {
      const game = await server.game();
      const [one, other] = [await place.device(), await place.device()];
      const [watcher, player] = [await open(one, game), await open(other, game)];
      await got(watcher.call('submit', 10));
      await watcher.live({ top: 5, around: 1 });
      await until('the first state is shown', async () => (await watcher.seen()).length > 0);
      await got(player.call('submit', 20));
      await until('the change is shown', async () => (await watcher.seen()).at(-1).lines.length === 2, place.isPolling ? 8000 : 2500);
      const shown = (await watcher.seen()).at(-1);
      assert.deepEqual([shown.lines[0].score, shown.player.rank], ['20', 2]);
      await server.kill();
      await server.begin();
      await got(player.call('submit', 30));
      await until('a change after the restart is shown', async () => (await watcher.seen()).at(-1).lines[0].score === '30', 30000);
      await one.close();
      await other.close();
    });

    test('A game that was written for the classic API changes one import', async () => {
      const device = await place.device();
      const page = await device.open({ url: server.url, game: '5f195b8dc01e13002c2d7341' });
      const openid = `o-${Math.random()}`;
      assert.equal(await got(page.call('classic.userScore', { openid })), null);
      await got(page.call('classic.postUserInfo', { openid, nickname: '甲 & 乙', headimgurl: '' }));
      assert.equal(await got(page.call('classic.postScore', { openid, score: 70 })), 'first');
      assert.equal(await got(page.call('classic.postScore', { openid, score: 60 })), 'notBetter');
      assert.equal(await got(page.call('classic.postScore', { openid, score: 90 })), 'better');
      assert.equal(await got(page.call('classic.userScore', { openid })), 90);
      assert.ok((await got(page.call('classic.tpinballScore'))).some((row) => row.nickname === '甲 & 乙' && row.score === 90));
      assert.equal((await page.call('classic.postScore', { openid: '', score: 1 })).error.code, 'refused');
      await device.close();
    });

    test('A player is forgotten on both sides, and comes back as another', async () => {
      const game = await server.game();
      const device = await place.device();
      const page = await open(device, game);
      const id = await got(page.call('login'));
      await got(page.call('submit', 5));
      await got(page.call('deleteMe'));
      assert.deepEqual(await server.lines(game.game), []);
      assert.equal(await got(page.call('player')), null);
      assert.notEqual(await got(page.call('login')), id);
      await device.close();
    });

    test('Without a key, with a wrong one and with a wrong game the error says so', async () => {
      const { game, key } = await server.game();
      const device = await place.device();
      assert.equal((await (await open(device, { game })).call('login')).error.code, 'no_key');
      assert.equal((await (await open(device, { game, key: 'jbc_wrong' })).call('login')).error.code, 'unauthenticated');
      assert.equal((await (await open(device, { game: 'nowhere', key })).call('login')).error.code, 'forbidden');
      await device.close();
    });
  });
}
