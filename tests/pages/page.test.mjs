import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { initialOf, ownRow, webAddress } from '../../samples/pinball/list.js';
import { newOpenid, openMemory } from '../../samples/pinball/player.js';
import { STRINGS, languageOf, texts } from '../../samples/pinball/strings.js';

const pages = new URL('../../src/Jinbang.Server/Pages/', import.meta.url);
const folder = new URL('../../samples/pinball/', import.meta.url);
const read = (name) => readFileSync(new URL(name, name.startsWith('home/') ? pages : folder), 'utf8');
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
  const dynamic = ['first', 'better', 'notBetter', 'saved', 'jackpot'];
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
  assert.equal(texts('zh')('place', { n: 3 }), '目前第 3 名');
  assert.equal(texts('en')('errorRefused', { reason: '{n}' }), 'Not accepted: {n}');
});

test('The pages hold no inline script, no inline style and nothing from elsewhere', () => {
  for (const name of ['play.html', 'home/home.html']) {
    const html = read(name);
    assert.doesNotMatch(html, /\sstyle=|<style|\son\w+=|javascript:/i, name);
    for (const [, source] of html.matchAll(/\s(?:src|href)="([^"]*)"/g)) assert.match(source, /^(\/[^/]|data:,$)/, name);
    for (const [script] of html.matchAll(/<script[\s\S]*?<\/script>/g)) assert.match(script, /^<script type="module" src="[^"]+"><\/script>$/);
  }
  for (const name of scripts) assert.doesNotMatch(read(name), /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(/, name);
});

test('The play page stays within 150 KB', () => {
  const sizeBytes = readdirSync(folder).reduce((sum, name) => sum + readFileSync(new URL(name, folder)).length, 0);
  assert.ok(sizeBytes <= 150 * 1024, `${sizeBytes} bytes`);
});

test('The landing page has each placeholder once', () => {
  assert.deepEqual(read('home/home.html').match(/\{\{.*?\}\}/g).sort(), ['{{games}}', '{{version}}']);
});

test('An openid is o and 27 characters of base64url, and never the same', () => {
  const made = new Set(Array.from({ length: 500 }, newOpenid));
  assert.equal(made.size, 500);
  for (const openid of made) assert.match(openid, /^o[\w-]{27}$/);
});

const drawer = () => {
  const kept = new Map();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value), removeItem: (key) => kept.delete(key) };
};
const forbidden = { getItem() { throw new Error('no'); }, setItem() { throw new Error('no'); }, removeItem() { throw new Error('no'); } };

test('The player is remembered for each game on its own', () => {
  const storage = drawer();
  const openid = openMemory('a', storage).openid();
  assert.equal(openMemory('a', storage).openid(), openid);
  assert.notEqual(openMemory('b', storage).openid(), openid);
});

for (const [name, storage] of [['forbidden', forbidden], ['absent', null], ['working', drawer()]]) {
  test(`One visit works with ${name} storage`, () => {
    const memory = openMemory('a', storage);
    assert.equal(memory.openid(), memory.openid());
    assert.deepEqual(memory.profile(), { nickname: '', avatar: '' });
    memory.keepProfile({ nickname: '云', avatar: '' });
    assert.equal(memory.profile().nickname, '云');
    assert.equal(memory.unsentScore(), null);
    memory.keepUnsent(0);
    assert.equal(memory.unsentScore(), 0);
    memory.keepUnsent(50);
    memory.keepUnsent(20);
    assert.equal(memory.unsentScore(), 50);
    memory.forgetUnsent(20);
    assert.equal(memory.unsentScore(), 50);
    memory.forgetUnsent(50);
    assert.equal(memory.unsentScore(), null);
  });
}

test('A spoilt store is read as empty', () => {
  const memory = openMemory('a', { getItem: () => '{"nickname":5', setItem() {}, removeItem() {} });
  assert.equal(memory.unsentScore(), null);
  assert.deepEqual(memory.profile(), { nickname: '', avatar: '' });
  assert.match(memory.openid(), /^o/);
});

test('Pictures come from the web only', () => {
  for (const good of ['http://pictures.example/a', 'https://pictures.example/头']) assert.ok(webAddress(good), good);
  for (const bad of ['javascript:alert(1)', 'data:image/svg+xml,<svg/>', '//pictures.example/a', '/a.png', 'a', '', 'file:///a']) {
    assert.equal(webAddress(bad), null, bad);
  }
});

test('The initial is one character to the eye', () => {
  for (const [name, initial] of [['云中鹤', '云'], [' mira', 'M'], ['👨‍👩‍👧 家', '👨‍👩‍👧'], ['𠮷野', '𠮷'], ['   ', '?'], ['', '?']]) {
    assert.equal(initialOf(name), initial);
  }
});

test('A row is the player’s own only when nothing else could be', () => {
  const mine = { nickname: '云', avatar: null, score: 50 };
  const profile = { nickname: '云', avatar: '' };
  assert.equal(ownRow([{ ...mine, score: 70 }, mine], profile, 50), 1);
  assert.equal(ownRow([mine, { ...mine }], profile, 50), -1);
  assert.equal(ownRow([mine], profile, 40), -1);
  assert.equal(ownRow([mine], profile, null), -1);
  assert.equal(ownRow([{ ...mine, avatar: 'https://pictures.example/1' }], profile, 50), -1);
});
