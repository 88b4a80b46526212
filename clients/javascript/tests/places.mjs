// Where the client runs: each place opens a page, and a page calls the client that lives in it.
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import vm from 'node:vm';
import { chromium } from 'playwright-core';

const source = readFileSync(new URL('../jinbang.js', import.meta.url), 'utf8');

/** Chromium, with all it has or with XMLHttpRequest alone. */
export function inBrowser({ xhrOnly }) {
  let browser;
  return {
    name: xhrOnly ? 'a browser with XMLHttpRequest alone' : 'a browser',
    isPolling: xhrOnly,
    async start() {
      browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
    },
    stop: () => browser.close(),
    /** A device: what it keeps outlives its pages. */
    async device() {
      const context = await browser.newContext();
      if (xhrOnly) await context.addInitScript(() => { delete window.fetch; delete window.EventSource; });
      return {
        async open(options) {
          const page = await context.newPage();
          await page.goto(options.url + '/health/ready');
          await page.evaluate(async (given) => {
            const { createJinbang } = await import('/sdk/jinbang.js');
            window.refused = [];
            window.seen = [];
            window.client = createJinbang({ ...given, url: '', onRefused: (error) => window.refused.push(error.code) });
            await window.client.init();
          }, options);
          const call = (name, ...args) => page.evaluate(async ([path, given]) => {
            const parts = path.split('.');
            const of = parts.slice(0, -1).reduce((at, part) => at[part], window.client);
            const member = of[parts.at(-1)];
            try {
              return { value: await (typeof member === 'function' ? member.apply(of, given) : member) };
            } catch (error) {
              return { error: { code: error.code, status: error.status, message: error.message } };
            }
          }, [name, args]);
          return {
            call,
            live: (query) => page.evaluate((given) => { window.client.live({ ...given, onChange: (shown) => window.seen.push(shown) }); }, query),
            seen: () => page.evaluate(() => window.seen),
            refused: () => page.evaluate(() => window.refused),
            change: (act, given) => page.evaluate(([code, key, value]) => {
              const state = JSON.parse(localStorage.getItem(key));
              Object.assign(state, value);
              localStorage.setItem(key, JSON.stringify(state));
            }, [String(act), `jinbang::${options.game}`, given]),
            close: () => page.close({ runBeforeUnload: false }),
          };
        },
        close: () => context.close(),
      };
    },
  };
}

/** A stand-in of the mini-game environment: nothing of a browser, and `wx` over real HTTP. */
export function inMiniGame() {
  return {
    name: 'a mini-game',
    isPolling: true,
    start: async () => {},
    stop: async () => {},
    async device() {
      const kept = new Map();
      const pages = [];
      return {
        async open(options) {
          const shows = [];
          const timers = new Set();
          const wx = {
            request({ url, method, header, data, timeout, success, fail }) {
              if (!['OPTIONS', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'TRACE', 'CONNECT'].includes(method)) throw new Error(`wx.request knows no ${method}.`);
              const call = request(url, { method, headers: { ...header, ...(data ? { 'Content-Length': Buffer.byteLength(data) } : {}) }, timeout }, (reply) => {
                const parts = [];
                reply.on('data', (part) => parts.push(part));
                reply.on('end', () => success({ statusCode: reply.statusCode, data: Buffer.concat(parts).toString(), header: reply.headers }));
                reply.on('error', (error) => fail({ errMsg: `request:fail ${error.message}` }));
              });
              call.on('error', (error) => fail({ errMsg: `request:fail ${error.message}` }));
              call.on('timeout', () => call.destroy(new Error('timeout')));
              call.end(data);
            },
            getStorageSync: (key) => kept.get(key) ?? '',
            setStorageSync: (key, value) => kept.set(key, value),
            onAppShow: (act) => shows.push(act),
            offAppShow: (act) => shows.splice(shows.indexOf(act), 1),
          };
          const context = vm.createContext({
            wx,
            setTimeout: (act, ms) => { const timer = setTimeout(act, ms); timers.add(timer); return timer; },
            clearTimeout,
          });
          vm.runInContext(`${source.replace(/^export /gm, '')}\nglobalThis.createJinbang = createJinbang;`, context);
          const [refused, seen] = [[], []];
          const client = context.createJinbang({ ...options, onRefused: (error) => refused.push(error.code) });
          await client.init();
          const page = {
            async call(path, ...args) {
              const parts = path.split('.');
              const of = parts.slice(0, -1).reduce((at, part) => at[part], client);
              const member = of[parts.at(-1)];
              try {
                const value = await (typeof member === 'function' ? member.apply(of, args) : member);
                return { value: value === undefined ? undefined : JSON.parse(JSON.stringify(value)) };
              } catch (error) {
                return { error: { code: error.code, status: error.status, message: error.message } };
              }
            },
            live: async (query) => { client.live({ ...query, onChange: (shown) => seen.push(JSON.parse(JSON.stringify(shown))) }); },
            seen: async () => seen,
            refused: async () => refused,
            async change(_, given) {
              const key = `jinbang:${options.url}:${options.game}`;
              kept.set(key, JSON.stringify({ ...JSON.parse(kept.get(key)), ...given }));
            },
            async close() {
              // The process is gone, and all its timers.
              for (const timer of timers) clearTimeout(timer);
              wx.request = () => {};
            },
          };
          pages.push(page);
          return page;
        },
        async close() {
          for (const page of pages) await page.close();
        },
      };
    },
  };
}
