import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';
import { brotliCompressSync } from 'node:zlib';
import { umd } from '../build.mjs';
import * as module from '../jinbang.js';

const folder = fileURLToPath(new URL('..', import.meta.url));
const source = readFileSync(join(folder, 'jinbang.js'), 'utf8');

test('The module is at most 6 KB as it travels', () => {
  const bytes = brotliCompressSync(source).length;
  assert.ok(bytes <= 6 * 1024, `${bytes} bytes`);
});

test('Old WebViews can read it', () => {
  assert.doesNotMatch(source, /\?\.[a-z(]|\?\?|\|\|=|&&=|(?:^|\s)static\s|this\.#|\bBigInt\b|\.at\(|\.flat\(|replaceAll|globalThis|import\(|for await/m);
});

test('It imports nothing', () => assert.doesNotMatch(source, /^import /m));

test('The UMD build has the same names, as a script and for require', () => {
  const script = vm.createContext({ self: undefined });
  vm.runInContext(`this.self = this;${umd()}`, script);
  assert.deepEqual(Object.keys(script.Jinbang).sort(), Object.keys(module).sort());
  const required = { exports: {} };
  new vm.Script(`(function (module, exports) {${umd()}})`).runInThisContext()(required, required.exports);
  assert.equal(typeof required.exports.createJinbang, 'function');
});

test('The types fit the module and a game that uses it', () => {
  const sample = mkdtempSync(join(tmpdir(), 'jinbang-types-'));
  try {
    writeFileSync(join(sample, 'game.ts'), `
      import { createJinbang, JinbangError, type Receipt } from ${JSON.stringify(join(folder, 'jinbang.js'))};
      const jinbang = createJinbang({ url: 'https://scores.example', game: 'lantern-run', key: 'jbc_x' });
      async function play(): Promise<number | undefined> {
        await jinbang.init();
        try {
          const receipt: Receipt = await jinbang.submit(12, { metadata: { car: 'red' } });
          const stop = jinbang.live({ top: 3, onChange: (page) => page.lines.map((line) => line.rank.toFixed(0)) });
          stop();
          const best: number | null = await jinbang.classic.userScore({ openid: 'o' });
          return receipt.windows?.[0].rank ?? best ?? undefined;
        } catch (error) {
          return error instanceof JinbangError ? error.retryAfter : undefined;
        }
      }
      // @ts-expect-error A game is needed.
      createJinbang({});
      void play();
    `);
    execFileSync(process.execPath, [join(folder, 'node_modules/typescript/bin/tsc'), '--noEmit', '--strict', '--target', 'es2022', '--module', 'nodenext', '--lib', 'es2022,dom', join(sample, 'game.ts')], { stdio: 'pipe' });
  } catch (error) {
    assert.fail(String(error.stdout || error));
  } finally {
    rmSync(sample, { recursive: true });
  }
});

test('Every member that the types name is there, and no other', () => {
  const client = module.createJinbang({ game: 'g', storage: { get: () => null, set: () => {} }, transport: () => Promise.reject(new Error()) });
  const types = readFileSync(join(folder, 'jinbang.d.ts'), 'utf8').match(/export interface Jinbang \{([\s\S]*?)\n\}/)[1];
  const named = [...types.matchAll(/^ {2}(?:readonly )?(\w+)/gm)].map((match) => match[1]);
  assert.deepEqual(Object.keys(client).sort(), named.sort());
});
