// The code of docs/games as its readers copy it, run against the real server with as much of each engine as it touches.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import vm from 'node:vm';
import { umd } from '../build.mjs';
import * as sdk from '../jinbang.js';
import { Server, until } from './server.mjs';

const read = (name) => readFileSync(new URL(`../../../docs/games/${name}.md`, import.meta.url), 'utf8');
let server;
before(async () => { server = await Server.start(); });
after(() => server.stop());

/** The snippet of a page, for this game, as a script whose exports are answered. */
async function run(page, globals, isUmd = false) {
  const { game, key } = await server.game();
  const code = read(page).match(/```js\n([\s\S]*?)```/)[1]
    .replaceAll('https://scores.example', server.url).replaceAll('lantern-run', game).replaceAll('jbc_…', key)
    .replace(/^import .*$/gm, '')
    // Engines' compilers know decorators.
    .replace(/^@(\w+)\((.*)\)\nexport class (\w+)/gm, 'export class $3')
    .replace(/^export (class|const|async function|function) (\w+)/gm, (_, kind, name) => (kind === 'const' ? `const ${name} = exports.${name}` : `exports.${name} = ${name};\n${kind} ${name}`).replace(/^exports\.(\w+) = \1;\n(class)/, '$2'));
  const named = [...code.matchAll(/^class (\w+)/gm)].map((match) => `exports.${match[1]} = ${match[1]};`).join('\n');
  const exports = {};
  const context = vm.createContext({ createJinbang: sdk.createJinbang, setTimeout, clearTimeout, exports, ...globals });
  if (isUmd) vm.runInContext(`globalThis.self = globalThis; ${umd()}`, context);
  vm.runInContext(`${code}\n${named}`, context);
  return { exports, game };
}

const keepsNothing = { getStorageSync: () => '', setStorageSync() {} };

test('WeChat mini-games', async () => {
  const toasts = [];
  const { exports } = await run('wechat-minigame', { wx: { ...keepsNothing, showToast: ({ title }) => toasts.push(title) } });
  assert.equal(await exports.roundOver(120), 1);
  assert.deepEqual(toasts, ['第 1 名']);
  await exports.showMe({ nickName: '小明', avatarUrl: '' });
  assert.deepEqual((await exports.firstTen()).map((line) => [line.nickname, line.score]), [['小明', '120']]);
});

/** A component whose label shows the first ten, live. */
async function showsTheList(view, shown) {
  try {
    assert.equal(await view.roundOver(50), 1);
    await until('the list is shown', () => /^1\. — {2}50$/.test(shown()), 8000);
  } finally {
    view.stop();
  }
}

test('Cocos Creator', async () => {
  const label = { string: '' };
  class Component { getComponent() { return label; } }
  const { exports } = await run('cocos-creator', { _decorator: { ccclass: () => {} }, Component, Label: class {} });
  const view = new exports.Leaderboard();
  view.onLoad();
  await showsTheList(view, () => label.string);
});

test('LayaAir', async () => {
  const Laya = { regClass: () => {}, Script: class { owner = { text: '' }; } };
  const { exports } = await run('layaair', { Laya });
  const view = new exports.Leaderboard();
  view.onAwake();
  await showsTheList(view, () => view.owner.text);
});

test('Egret', async () => {
  class DisplayObjectContainer {
    handlers = {};
    addChild() {}
    once(name, act, self) { this.handlers[name] = () => act.call(self); }
  }
  const egret = { DisplayObjectContainer, TextField: class { text = ''; }, Event: { ADDED_TO_STAGE: 'added', REMOVED_FROM_STAGE: 'removed' } };
  const { exports } = await run('egret', { egret, fetch, AbortController, crypto }, true);
  const view = new exports.Leaderboard();
  view.handlers.added();
  await showsTheList(view, () => view.list.text);
});

test('Phaser', async () => {
  const texts = [];
  let shutdown;
  class Scene {
    add = { text: () => { const one = { text: '', setText(given) { one.text = [].concat(given).join('\n'); } }; texts.push(one); return one; } };
    events = { once: (_, act) => { shutdown = act; } };
  }
  const { exports } = await run('phaser', { Phaser: { Scene } });
  await new exports.GameOver().create({ score: 75 });
  assert.equal(texts[0].text, 'Place 1');
  await until('the list is shown', () => texts[1].text === '1. —  75', 8000);
  shutdown();
});
