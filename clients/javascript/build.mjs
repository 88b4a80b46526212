// Makes dist/jinbang.umd.cjs of jinbang.js: the same code for <script>, require and AMD.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const read = (name) => readFileSync(new URL(name, import.meta.url), 'utf8');

/** The module as a script that sets `exports`. It has no imports, and exports only declarations. */
export function umd(source = read('jinbang.js')) {
  const names = [...source.matchAll(/^export (?:class|function) (\w+)/gm)].map((match) => match[1]);
  const body = source.replace(/^export (class|function)/gm, '$1');
  if (/^(?:import|export)\b/m.test(body)) throw new Error('jinbang.js imports or exports in a way that the build does not know.');
  return `(function (root, make) {
  if (typeof exports === 'object' && typeof module !== 'undefined') make(exports);
  else if (typeof define === 'function' && define.amd) define(['exports'], make);
  else make(root.Jinbang = {});
})(typeof self !== 'undefined' ? self : this, function (exports) {
'use strict';
${body}
${names.map((name) => `exports.${name} = ${name};`).join('\n')}
});
`;
}

if (process.argv[1] && import.meta.url.endsWith(process.argv[1].split('/').pop())) {
  mkdirSync(new URL('dist', import.meta.url), { recursive: true });
  writeFileSync(new URL('dist/jinbang.umd.cjs', import.meta.url), umd());
}
