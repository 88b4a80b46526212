import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { afterEach, test } from 'node:test';
import { ClassicError, classicApi, wholeNumber } from '../../samples/pinball/classic.js';
import { texts } from '../../samples/pinball/strings.js';

const PLAYER = 'oTestPlayer_Invented-000001';
let server;

/** Answers every request by `answer(request)`, which gives an object, or { status, headers, body } for anything unusual. */
async function serve(answer) {
  const requests = [];
  server = createServer(async (incoming, outgoing) => {
    let body = '';
    incoming.setEncoding('utf8');
    for await (const chunk of incoming) body += chunk;
    const request = { method: incoming.method, url: incoming.url, type: incoming.headers['content-type'], body };
    requests.push(request);
    const given = answer(request);
    if (given === 'silence') return;
    const raw = 'body' in given ? given : { body: JSON.stringify(given) };
    outgoing.writeHead(raw.status ?? 200, { 'Content-Type': 'application/json; charset=utf-8', ...raw.headers });
    if (raw.stall) outgoing.write(raw.body);
    else outgoing.end(raw.body);
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const base = `http://127.0.0.1:${server.address().port}/night-market/api/`;
  return { requests, base, api: (options) => classicApi(base, options) };
}

afterEach(async () => {
  if (!server) return;
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
  server = undefined;
});

const fails = (promise, kind, text) => assert.rejects(promise, (error) => {
  assert.ok(error instanceof ClassicError, String(error));
  assert.equal(error.kind, kind);
  assert.match(error.message, text);
  return true;
});

test('A profile goes out as a form that survives Chinese, emoji and the signs of forms', async () => {
  const { api, requests } = await serve(() => ({ code: 200, status: 200, msg: '添加用户信息成功' }));
  const nickname = '云 & 雨+100%=😀"<b>\u{F0000}';
  const headimgurl = 'https://pictures.example/a?b=1&c=%20#d';
  await api().postUserInfo({ openid: PLAYER, nickname, headimgurl, province: undefined, city: null, country: '' });
  const [{ method, url, type, body }] = requests;
  assert.deepEqual([method, url, type], ['POST', '/night-market/api/post_user_info', 'application/x-www-form-urlencoded']);
  assert.match(body, /^[\x21-\x7e]+$/);
  assert.deepEqual(Object.fromEntries(new URLSearchParams(body)), { openid: PLAYER, nickname, headimgurl, country: '' });
  assert.ok(body.includes('%2B100%25%3D%F0%9F%98%80') && body.includes('%26'));
});

test('A lone surrogate does not stop the call', async () => {
  const { api, requests } = await serve(() => ({ code: 200, msg: '修改用户信息成功' }));
  await api().postUserInfo({ openid: PLAYER, nickname: 'a\ud83d' });
  assert.equal(new URLSearchParams(requests[0].body).get('nickname'), 'a\ufffd');
});

for (const [reply, outcome] of [
  [{ status: 200, code: 200, msg: '添加成绩成功' }, 'first'],
  [{ status: 200, msg: '修改成绩成功' }, 'better'],
  [{ code: '200', msg: '修改成绩成功' }, 'better'],
  [{ status: 400, code: 400, error: '分数少于原分数' }, 'notBetter'],
]) {
  test(`Posting a score answers ${outcome} for ${JSON.stringify(reply)}`, async () => {
    const { api, requests } = await serve(() => reply);
    assert.equal(await api().postScore(PLAYER, 0), outcome);
    assert.equal(requests[0].body, `openid=${PLAYER}&score=0`);
  });
}

test('Any other business error is a refusal with the reason', async () => {
  const { api } = await serve(() => ({ status: 400, code: 400, error: '分数超出范围' }));
  await fails(api().postScore(PLAYER, 5), 'refused', /分数超出范围/);
  await fails(api().postUserInfo({ openid: PLAYER }), 'refused', /没有被接受/);
});

for (const [data, score] of [[{ score: 100 }, 100], [{ score: '1501' }, 1501], [{ score: 0 }, 0], [{ score: '0' }, 0], [{ score: '-7' }, -7], [null, null], [undefined, null]]) {
  test(`The best score of ${JSON.stringify(data)} is ${score}`, async () => {
    const { api } = await serve(() => ({ status: 200, code: 200, data }));
    assert.equal(await api().userScore(PLAYER), score);
  });
}

test('An openid is escaped in the query', async () => {
  const { api, requests } = await serve(() => ({ status: 200 }));
  await api().userScore('o&a=b c/榜');
  assert.equal(new URL(requests[0].url, 'http://x').searchParams.get('openid'), 'o&a=b c/榜');
});

test('The top hundred accepts text and number scores, null names and any rank', async () => {
  const { api, requests } = await serve(() => ({
    code: 200,
    data: [
      { nickname: '云中鹤', avatar: 'https://pictures.example/1', score: '1501', rank: null },
      { nickname: null, avatar: null, score: 1000, rank: '2' },
      { nickname: '<b>雨</b>', avatar: '', score: 'many', rank: null },
      null,
    ],
  }));
  const rows = await api().topHundred();
  assert.equal(requests[0].url, '/night-market/api/tpinball_score');
  assert.equal(requests[0].method, 'GET');
  assert.deepEqual(rows.map((row) => [row.nickname, row.avatar, row.score, row.scoreText]), [
    ['云中鹤', 'https://pictures.example/1', 1501, '1501'],
    [null, null, 1000, '1000'],
    ['<b>雨</b>', '', null, 'many'],
  ]);
});

test('An empty board is an empty list, a board without a list is no reply', async () => {
  const replies = [{ code: 200, data: [] }, { code: 200 }];
  const { api } = await serve(() => replies.shift());
  assert.deepEqual(await api().topHundred(), []);
  await fails(api().topHundred(), 'reply', /看不懂/);
});

for (const [status, headers, text] of [
  [503, { 'Retry-After': '5' }, /请 5 秒后再试/],
  [500, {}, /服务器正忙/],
  [404, {}, /没有找到这个游戏/],
  [429, { 'Retry-After': '2' }, /太频繁/],
  [413, {}, /413/],
]) {
  test(`HTTP ${status} is told in clear words`, async () => {
    const { api } = await serve(() => ({ status, headers, body: '{"code":1,"error":"inside"}' }));
    await fails(api().topHundred(), 'http', text);
  });
}

for (const body of ['<!doctype html><p>proxy</p>', '', 'null', '[]', '"text"', '{"code":"<b>"}', '{}']) {
  test(`A reply of ${body || 'nothing'} is not taken for an answer`, async () => {
    const { api } = await serve(() => ({ body }));
    await fails(api().postScore(PLAYER, 1), 'reply', /看不懂/);
  });
}

test('A silent server is given up', async () => {
  const { api } = await serve(() => 'silence');
  await fails(api({ timeoutMs: 80 }).topHundred(), 'timeout', /太久没有回应/);
});

test('A server that stalls half way through its reply is given up', async () => {
  const { api } = await serve(() => ({ body: '{"code":200,', stall: true }));
  await fails(api({ timeoutMs: 80 }).topHundred(), 'timeout', /太久没有回应/);
});

test('A server that is not there is a network error, in English where asked', async () => {
  const { base } = await serve(() => ({}));
  await new Promise((closed) => server.close(closed));
  server = undefined;
  await fails(classicApi(base).topHundred(), 'network', /网络连接不上/);
  await fails(classicApi(base, { t: texts('en') }).topHundred(), 'network', /No connection/);
});

test('Only whole decimal numbers of at most 15 digits are numbers', () => {
  for (const [given, number] of [[7, 7], [' 12 ', 12], ['-3', -3], ['-0', 0], ['999999999999999', 999999999999999]]) {
    assert.equal(wholeNumber(given), number);
  }
  for (const given of ['', '1e3', '0x10', '12.5', 'NaN', 1.5, Number.NaN, null, undefined, true, {}, '1000000000000000']) {
    assert.equal(wholeNumber(given), null, String(given));
  }
});
