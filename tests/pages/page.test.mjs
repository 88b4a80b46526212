import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { openProfile, webAddress } from '../../samples/pinball/player.js';
import { STRINGS, languageOf, texts } from '../../samples/pinball/strings.js';
import { newsOf } from '../../samples/pinball/ticker.js';

const folder = new URL('../../samples/pinball/', import.meta.url);
const read = (name) => readFileSync(new URL(name, folder), 'utf8');
const scripts = readdirSync(folder).filter((name) => name.endsWith('.js'));
const holes = (text) => (text.match(/\{\w+\}/g) || []).sort();

test('Every text exists in both languages with the same holes', () => {
  for (const [key, both] of Object.entries(STRINGS)) {
    assert.equal(both.length, 2, key);
    assert.ok(both[0].trim() && both[1].trim(), key);
    assert.deepEqual(holes(both[0]), holes(both[1]), key);
    assert.doesNotMatch(both[1], /[\u3000-\u9fff\uff00-\uffef]/, key);
  }
});

test('Every text that the page asks for exists, and none is left over', () => {
  const html = read('play.html');
  const asked = [...html.matchAll(/data-(?:t|label)="(\w+)"/g)].map((match) => match[1]);
  for (const key of asked) assert.ok(STRINGS[key], key);
  const code = scripts.filter((name) => name !== 'strings.js').map((name) => read(name)).join('');
  const dynamic = ['saved', 'jackpot', 'roll', 'bonus', 'kick', 'news_up', 'news_down', 'news_passed', 'news_scored'];
  for (const [, key] of code.matchAll(/\bt\('(\w+)'/g)) assert.ok(STRINGS[key], key);
  for (const key of Object.keys(STRINGS)) assert.ok(asked.includes(key) || dynamic.includes(key) || code.includes(`'${key}'`), `${key} is not used`);
});

test('The page already holds the Chinese texts before its script runs', () => {
  for (const [, key, text] of read('play.html').matchAll(/data-t="(\w+)">([^<]+)</g)) assert.equal(text, STRINGS[key][0]);
});

test('Chinese is the default, other languages read English', () => {
  for (const [tag, language] of [['zh-CN', 'zh'], ['zh', 'zh'], ['ZH-Hant-TW', 'zh'], ['', 'zh'], [undefined, 'zh'], ['en-US', 'en'], ['fr', 'en'], ['zhx', 'en']]) {
    assert.equal(languageOf(tag), language, tag);
  }
  assert.equal(texts('zh')('news_up', { n: 3 }), '你升到了第 3 名');
  assert.equal(texts('en')('errorRefused', { reason: '{n}' }), 'Not accepted: {n}');
});

test('The pages hold no inline script, no inline style and nothing from elsewhere', () => {
  const html = read('play.html');
  assert.doesNotMatch(html, /\sstyle=|<style|\son\w+=|javascript:/i);
  for (const [, source] of html.matchAll(/\s(?:src|href)="([^"]*)"/g)) assert.match(source, /^(\/[^/]?|data:,$)/);
  for (const [script] of html.matchAll(/<script[\s\S]*?<\/script>/g)) assert.match(script, /^<script type="module" src="[^"]+"><\/script>$/);
  for (const name of scripts) assert.doesNotMatch(read(name), /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(/, name);
});

test('The play page stays within 150 KB', () => {
  const own = readdirSync(folder).filter((name) => /\.(html|css|js)$/.test(name));
  const others = ['clients/javascript/jinbang.js', 'src/Jinbang.Server/Pages/boards/boards.css', 'src/Jinbang.Server/Pages/boards/lines.js'].map((name) => `../../${name}`);
  const sizeBytes = [...own, ...others].reduce((sum, name) => sum + readFileSync(new URL(name, folder)).length, 0);
  assert.ok(sizeBytes <= 150 * 1024, `${sizeBytes} bytes`);
});

test('Each placeholder that the server fills is there', () => {
  assert.deepEqual([...new Set(read('play.html').match(/\{\{.*?\}\}/g))].sort(), ['{{board}}', '{{game}}', '{{key}}']);
});

const drawer = () => {
  const kept = new Map();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value), removeItem: (key) => kept.delete(key) };
};
const forbidden = { getItem() { throw new Error('no'); }, setItem() { throw new Error('no'); }, removeItem() { throw new Error('no'); } };

test('The profile is remembered for each game on its own', () => {
  const storage = drawer();
  openProfile('a', storage).keep({ nickname: '云', avatar: '' });
  assert.deepEqual(openProfile('a', storage).get(), { nickname: '云', avatar: '' });
  assert.deepEqual(openProfile('b', storage).get(), { nickname: '', avatar: '' });
});

for (const [name, storage] of [['forbidden', forbidden], ['absent', null], ['working', drawer()]]) {
  test(`One visit works with ${name} storage`, () => {
    const profile = openProfile('a', storage);
    assert.deepEqual(profile.get(), { nickname: '', avatar: '' });
    profile.keep({ nickname: '云', avatar: '' });
    assert.equal(profile.get().nickname, '云');
  });
}

test('A spoilt store is read as empty', () => {
  for (const text of ['{"nickname":5', 'null', '7', '[]']) assert.equal(openProfile('a', { getItem: () => text, setItem() {} }).get().nickname, '');
});

test('Pictures come from the web only', () => {
  for (const good of ['http://pictures.example/a', 'https://pictures.example/头']) assert.ok(webAddress(good), good);
  for (const bad of ['javascript:alert(1)', 'data:image/svg+xml,<svg/>', '//pictures.example/a', '/a.png', 'a', '', 'file:///a']) {
    assert.equal(webAddress(bad), null, bad);
  }
});

const line = (player, rank, score) => ({ player, rank, score: String(score), nickname: player });
const viewOf = (lines, player = null, count = lines.length) => ({ window: { count }, lines, player });
const kinds = (before, now) => newsOf(before, now).map((news) => `${news.kind} ${news.line.player}`);

test('The first view is no news, nor is one that is the same', () => {
  const now = viewOf([line('ann', 1, 9)], { ...line('me', 2, 5), around: [] });
  assert.deepEqual(newsOf(null, now), []);
  assert.deepEqual(newsOf(now, now), []);
});

test('News are the own place, who passes, and who scores nearby', () => {
  const before = viewOf([line('ann', 1, 9), line('me', 2, 5), line('bob', 3, 4)], line('me', 2, 5));
  assert.deepEqual(kinds(before, viewOf([line('ann', 1, 9), line('bob', 2, 6), line('me', 3, 5)], line('me', 3, 5))), ['down me', 'passed bob']);
  assert.deepEqual(kinds(before, viewOf([line('me', 1, 10), line('ann', 2, 9), line('bob', 3, 4)], line('me', 1, 10))), ['up me']);
  assert.deepEqual(kinds(before, viewOf([line('ann', 1, 12), line('me', 2, 5), line('bob', 3, 4)], line('me', 2, 5))), ['scored ann']);
  assert.deepEqual(kinds(before, viewOf([line('ann', 1, 9), line('me', 2, 5), line('bob', 3, 4), line('eve', 4, 1)], line('me', 2, 5))), ['scored eve']);
});

test('Who is far away is no news, and who has none sees the top', () => {
  const top = Array.from({ length: 30 }, (_, i) => line(`p${i + 1}`, i + 1, 1000 - i));
  const with9 = top.map((one) => (one.rank === 9 ? line('p9', 9, 992.5) : one));
  const own = line('me', 20, 500);
  assert.deepEqual(kinds(viewOf(top, own), viewOf(with9, own)), []);
  assert.deepEqual(kinds(viewOf(top), viewOf(with9)), ['scored p9']);
});

test('Somebody who was not in view before is no news unless all were in view', () => {
  const before = viewOf([line('a', 1, 9)], null, 500);
  assert.deepEqual(kinds(before, viewOf([line('b', 1, 8)], null, 499)), []);
  assert.deepEqual(kinds(viewOf([line('a', 1, 9)]), viewOf([line('b', 1, 10), line('a', 2, 9)])), ['scored b']);
});

test('However much happens, three news are told, the nearest first', () => {
  const before = viewOf(Array.from({ length: 12 }, (_, i) => line(`p${i}`, i + 1, 100 - i)), line('p5', 6, 95));
  const now = viewOf(before.lines.map((one) => (one.player === 'p5' ? one : { ...one, score: `${one.score}.5` })), line('p5', 6, 95));
  assert.deepEqual(newsOf(before, now).map((news) => news.distance), [1, 1, 2]);
});
