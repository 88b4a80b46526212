// The client of Jinbang (金榜) for games in browsers, WeChat's browser and WeChat mini-games. One module, no dependencies, written for old WebViews: ES2018 and no more.
//
// What is submitted goes into a queue that is kept on the device, with an idempotency key made once, and leaves it only when the server has taken or refused it. So nothing is lost by a
// dead network or a closed page, and nothing counts twice however often it is sent. Everything else is asked once and fails if it fails.

const QUEUE_LIMIT = 100;
const CALL_MS = 10000;
const RETRY_MS = 1000;
const RETRY_MOST_MS = 60000;
const POLL_MS = 3000;
const BEACON_BYTES = 60000;

/** What went wrong: `code` is the server's own (see its reference) or network, timeout, reply, queue_full, no_key, disposed. `status` is 0 without an answer; `retryAfter` is in seconds. */
export class JinbangError extends Error {
  constructor(code, message, status, retryAfter) {
    super(message || code);
    this.name = 'JinbangError';
    this.code = code;
    this.status = status || 0;
    this.retryAfter = retryAfter || 0;
  }
}

/** Makes a client; see README.md for the options. Nothing is sent yet. */
export function createJinbang(options) {
  const o = Object.assign({ url: '', board: 'main', window: 'all_time', now: Date.now, random: Math.random }, options);
  const send = o.transport || transport();
  let store = o.storage || storage();
  const name = 'jinbang:' + o.url + ':' + o.game;
  const v1 = o.url + '/v1/games/' + encodeURIComponent(o.game);
  const waiting = {};
  const streams = [];
  let flushing = null;
  let timer = 0;
  let failures = 0;
  let signingIn = null;
  let disposed = false;

  // Read anew each time: another page of the game may have changed it.
  function state() {
    try {
      return Object.assign({ queue: [] }, JSON.parse(store.get(name) || '{}'));
    } catch (e) {
      return { queue: [] };
    }
  }

  function change(act) {
    const s = state();
    act(s);
    try {
      store.set(name, JSON.stringify(s));
    } catch (e) {
      // No room or no right: what is kept in memory is all there is.
      store = memory(store, name, JSON.stringify(s));
    }
    return s;
  }

  async function call(method, url, body, credential, headers) {
    if (disposed) throw new JinbangError('disposed', 'The client was disposed.');
    const h = Object.assign({}, headers);
    if (credential) h.Authorization = 'Bearer ' + credential;
    let text = null;
    if (body != null) {
      h['Content-Type'] = typeof body === 'string' ? 'application/x-www-form-urlencoded' : 'application/json';
      text = typeof body === 'string' ? body : JSON.stringify(body);
    }
    const r = await send({ method, url, headers: h, body: text, timeout: CALL_MS });
    const retryAfter = Number(r.header('Retry-After')) || 0;
    if (r.status === 304 || r.status === 204) return { status: r.status };
    let json;
    try {
      json = JSON.parse(r.text);
    } catch (e) {
      throw new JinbangError('reply', 'The answer is no JSON.', r.status, retryAfter);
    }
    if (r.status >= 400) throw new JinbangError(json.code && typeof json.code === 'string' ? json.code : 'http', json.detail || json.title || json.error, r.status, retryAfter);
    return { status: r.status, json, etag: r.header('ETag') };
  }

  // The player's token: kept, and renewed with the guest's secret a day before it runs out.
  function token(renew) {
    const s = state();
    if (!renew && s.token && Date.parse(s.expires) - o.now() > 86400000) return Promise.resolve(s.token);
    if (!o.key) return Promise.reject(new JinbangError('no_key', 'A client key is needed to sign in.'));
    if (!signingIn) {
      signingIn = call('POST', v1 + '/players/guest', s.secret ? { secret: s.secret } : {}, o.key).then((r) => {
        signingIn = null;
        return change((now) => {
          now.player = r.json.player;
          now.token = r.json.token;
          now.expires = r.json.expires_at;
          now.secret = r.json.secret || now.secret;
        }).token;
      }, (e) => {
        signingIn = null;
        throw e;
      });
    }
    return signingIn;
  }

  // As the player; once more with a new token when the old one is no longer taken.
  async function own(method, path, body) {
    const t = await token(false);
    try {
      return await call(method, v1 + path, body, t);
    } catch (e) {
      if (e.status !== 401) throw e;
      return call(method, v1 + path, body, await token(true));
    }
  }

  const read = (path, headers) => call('GET', v1 + path, null, state().token || o.key, headers);
  const windowPath = (q) => '/boards/' + (q && q.board || o.board) + '/windows/' + encodeURIComponent(q && q.window || o.window);

  /** Whether trying again later makes sense. */
  const passes = (e) => !(e instanceof JinbangError) || e.status === 0 || e.status === 408 || e.status === 429 || e.status >= 500 || e.code === 'reply';

  function flush() {
    clearTimeout(timer);
    timer = 0;
    if (!flushing && !disposed) flushing = run().then(() => { flushing = null; if (!timer && state().queue.length) flush(); });
    return flushing || Promise.resolve();
  }

  async function run() {
    for (let s = state(); s.queue.length && !disposed; s = state()) {
      const entry = s.queue[0];
      try {
        const r = await own('POST', '/boards/' + entry.board + '/scores', entry.body);
        failures = 0;
        settle(entry, Object.assign({ status: 'stored' }, r.json));
      } catch (e) {
        if (disposed) return;
        if (passes(e) || e.code === 'no_key') {
          later(e);
          return;
        }
        settle(entry, null, e);
      }
    }
  }

  function settle(entry, receipt, error) {
    const key = entry.body.idempotency_key;
    change((s) => { s.queue = s.queue.filter((one) => one.body.idempotency_key !== key); });
    const w = waiting[key];
    delete waiting[key];
    if (w) error ? w.reject(error) : w.resolve(receipt);
    else if (error && o.onRefused) o.onRefused(error, entry.body);
    else if (receipt && o.onStored) o.onStored(receipt, entry.body);
  }

  // Whoever waits is told that it will be sent later.
  function later(e) {
    for (const key in waiting) {
      waiting[key].resolve({ status: 'queued', idempotency_key: key });
      delete waiting[key];
    }
    const most = Math.min(RETRY_MOST_MS, RETRY_MS * Math.pow(2, failures++));
    timer = setTimeout(flush, Math.max((e.retryAfter || 0) * 1000, 0) + o.random() * most);
  }

  // Keys make it harmless that the queue is sent once more when the page comes back.
  function beacon() {
    const s = state();
    if (!s.token || typeof fetch !== 'function') return;
    let bytes = 0;
    s.queue.forEach((entry) => {
      const body = JSON.stringify(entry.body);
      bytes += body.length;
      if (bytes > BEACON_BYTES) return;
      try {
        fetch(v1 + '/boards/' + entry.board + '/scores', { method: 'POST', keepalive: true, headers: { 'Content-Type': 'application/json', Authorization: 'Bearer ' + s.token }, body }).catch(() => {});
      } catch (e) {
        // Too many at once: the queue has it.
      }
    });
  }

  const onShow = () => { failures = 0; if (state().queue.length) flush(); };
  const onVisibility = () => (document.visibilityState === 'hidden' ? beacon() : onShow());
  const listen = (on) => {
    const verb = on ? 'addEventListener' : 'removeEventListener';
    if (typeof addEventListener === 'function') {
      globalScope()[verb]('online', onShow);
      globalScope()[verb]('pagehide', beacon);
    }
    if (typeof document !== 'undefined' && document[verb]) document[verb]('visibilitychange', onVisibility);
    if (typeof wx !== 'undefined') {
      const f = wx[on ? 'onAppShow' : 'offAppShow'] || wx[on ? 'onShow' : 'offShow'];
      if (f) f(onShow);
    }
  };

  function live(q) {
    const top = q.top || 10;
    let stopped = false;
    let source = null;
    let wait = 0;
    let tries = 0;
    let seen = '';
    const status = (s) => { if (!stopped && q.onStatus) q.onStatus(s); };
    const again = (act, ms) => { wait = setTimeout(act, ms); };
    const backoff = () => RETRY_MS + o.random() * Math.min(RETRY_MOST_MS, RETRY_MS * Math.pow(2, tries++));

    async function open() {
      try {
        const body = { board: q.board || o.board, window: q.window || o.window, top };
        if (q.around != null && state().player) Object.assign(body, { player: 'me', around: q.around });
        const r = body.player ? await own('POST', '/live/tickets', body) : await call('POST', v1 + '/live/tickets', body, state().token || o.key);
        if (stopped) return;
        source = new EventSource(o.url + r.json.url);
        source.onopen = () => { tries = 0; status('live'); };
        source.addEventListener('standings', (e) => { if (!stopped) q.onChange(JSON.parse(e.data)); });
        source.addEventListener('closed', (e) => { if (!stopped && q.onClosed) q.onClosed(JSON.parse(e.data)); });
        source.addEventListener('gone', () => { status('gone'); stop(); });
        source.onerror = () => {
          status('waiting');
          // It tries again by itself unless the server said no: then the ticket is gone.
          if (source.readyState === 2) { source.close(); again(open, backoff()); }
        };
      } catch (e) {
        if (stopped) return;
        status('waiting');
        if (passes(e)) again(open, backoff());
        else { status('refused'); stop(); }
      }
    }

    async function poll() {
      try {
        const path = windowPath(q) + '/standings';
        const r = await read(path + '?limit=' + top, seen ? { 'If-None-Match': seen } : {});
        if (stopped) return;
        tries = 0;
        status('live');
        if (r.status !== 304) {
          const page = { version: r.json.version, window: r.json.window, lines: r.json.lines };
          if (q.around != null && state().player) page.player = await me(q);
          seen = r.etag || '';
          if (!stopped) q.onChange(page);
        }
        again(poll, POLL_MS * (0.8 + 0.4 * o.random()));
      } catch (e) {
        if (stopped) return;
        status('waiting');
        again(poll, Math.max((e.retryAfter || 0) * 1000, backoff()));
      }
    }

    function stop() {
      stopped = true;
      clearTimeout(wait);
      if (source) source.close();
    }

    streams.push(stop);
    (typeof EventSource === 'function' ? open : poll)();
    return stop;
  }

  async function me(q) {
    try {
      return (await own('GET', windowPath(q) + '/standings/players/me')).json.line;
    } catch (e) {
      if (e.status === 404) return null;
      throw e;
    }
  }

  async function profile(p) {
    const r = await own('POST', '/players/me/profile', p);
    return r.json;
  }

  const base = o.url + '/' + o.game + '/api/';
  const form = (fields) => Object.keys(fields).filter((k) => fields[k] != null).map((k) => encodeURIComponent(k) + '=' + encodeURIComponent(fields[k])).join('&');
  async function classic(method, path, body) {
    const reply = (await call(method, base + path, body)).json;
    const code = Number(reply.code == null ? reply.status : reply.code);
    if (code !== 200) throw new JinbangError('refused', reply.error || reply.msg, code);
    return reply;
  }

  return {
    /** How many submissions wait to be sent. */
    get pending() { return state().queue.length; },
    /** The public id of the player, or null before the first sign-in. */
    get player() { return state().player || null; },
    /** Listens to the network and the page, and sends what an earlier visit has left. */
    async init() { listen(true); onShow(); },
    /** Signs in, as the guest that this device has been before, and sets the profile if one is given. */
    async login(p) {
      await token(false);
      if (p && (p.nickname != null || p.avatar != null)) await profile(p);
      return state().player;
    },
    /** Submits a score. Answers the receipt, or { status: 'queued' } when it could not be sent now. */
    submit(score, extra) {
      const s = state();
      if (s.queue.length >= QUEUE_LIMIT) return Promise.reject(new JinbangError('queue_full', QUEUE_LIMIT + ' submissions wait to be sent.'));
      const x = extra || {};
      const body = { score: String(score), idempotency_key: newKey(o.random) };
      if (x.tieBreakers) body.tie_breakers = x.tieBreakers;
      if (x.metadata !== undefined) body.metadata = x.metadata;
      change((now) => { now.queue.push({ board: x.board || o.board, body }); });
      const done = new Promise((resolve, reject) => { waiting[body.idempotency_key] = { resolve, reject }; });
      flush();
      return done;
    },
    /** Sends what waits now. */
    flush,
    /** A page of the standings: { window, version, lines, next }. */
    async top(q) {
      const r = q || {};
      const args = ['limit=' + (r.limit || 100)].concat(r.cursor ? 'cursor=' + encodeURIComponent(r.cursor) : r.from ? 'from=' + r.from : []);
      return (await read(windowPath(r) + '/standings?' + args.join('&'))).json;
    },
    /** The player's own line, or null. */
    me,
    /** The lines around the player's own, n on each side. */
    async around(q) { return (await own('GET', windowPath(q) + '/standings/around/me?limit=' + (2 * (q && q.n || 5) + 1))).json; },
    /** Shows a window as it changes, and answers a function that stops it. */
    live,
    /** Changes the player's profile: { nickname, avatar, ... }; what is left out stays. */
    profile,
    /** Forgets the player, on the server and on this device. */
    async deleteMe() {
      if (!state().secret && !state().token) return;
      await own('DELETE', '/players/me');
      change((s) => { s.queue = []; ['player', 'token', 'expires', 'secret'].forEach((k) => { delete s[k]; }); });
    },
    /** Stops everything; what waits stays on the device. */
    dispose() {
      listen(false);
      disposed = true;
      clearTimeout(timer);
      streams.forEach((stop) => stop());
      later(new JinbangError('disposed'));
      clearTimeout(timer);
    },
    /** The four calls of the classic API, for a game that was written for it. */
    classic: {
      /** Sets the profile; fields that are left out stay. */
      postUserInfo: (p) => classic('POST', 'post_user_info', form(p)),
      /** Answers whether the score was the first, better or not better. */
      async postScore(p) {
        try {
          return String((await classic('POST', 'post_score', form(p))).msg).indexOf('添加') === 0 ? 'first' : 'better';
        } catch (e) {
          if (e.message === '分数少于原分数') return 'notBetter';
          throw e;
        }
      },
      /** The best score, or null. */
      async userScore(p) {
        const d = (await classic('GET', 'user_score?openid=' + encodeURIComponent(p.openid))).data;
        return d ? Number(d.score) : null;
      },
      /** The first hundred: nickname, avatar, score. */
      async tpinballScore() {
        return (await classic('GET', 'tpinball_score')).data.map((r) => ({ nickname: r.nickname, avatar: r.avatar, score: Number(r.score) }));
      },
    },
  };
}

/** 22 characters that nobody else makes, of the strongest randomness there is. */
function newKey(random) {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const strong = typeof crypto !== 'undefined' && crypto.getRandomValues ? crypto.getRandomValues(new Uint8Array(22)) : null;
  let key = '';
  for (let i = 0; i < 22; i++) key += letters[strong ? strong[i] & 63 : Math.floor(random() * 64)];
  return key;
}

function globalScope() {
  return typeof window !== 'undefined' ? window : self;
}

/** One way to send a request: { method, url, headers, body, timeout } in, { status, text, header(name) } out; fails with network or timeout. */
function transport() {
  const failed = (code) => new JinbangError(code, code === 'timeout' ? 'The server did not answer in time.' : 'The server cannot be reached.');
  const headersOf = (all) => (name) => {
    for (const key in all) if (key.toLowerCase() === name.toLowerCase()) return all[key];
    return null;
  };
  if (typeof wx !== 'undefined' && wx.request) {
    return (r) => new Promise((resolve, reject) => {
      wx.request({
        url: r.url,
        method: r.method,
        header: r.headers,
        data: r.body == null ? undefined : r.body,
        dataType: 'text',
        responseType: 'text',
        timeout: r.timeout,
        success: (a) => resolve({ status: a.statusCode, text: typeof a.data === 'string' ? a.data : JSON.stringify(a.data), header: headersOf(a.header || {}) }),
        fail: (e) => reject(failed(/time\s*out/i.test(e && e.errMsg || '') ? 'timeout' : 'network')),
      });
    });
  }
  if (typeof fetch === 'function' && typeof AbortController === 'function') {
    return async (r) => {
      const abort = new AbortController();
      const t = setTimeout(() => abort.abort(), r.timeout);
      try {
        const a = await fetch(r.url, { method: r.method, headers: r.headers, body: r.body, cache: 'no-store', credentials: 'omit', signal: abort.signal });
        return { status: a.status, text: await a.text(), header: (n) => a.headers.get(n) };
      } catch (e) {
        throw failed(abort.signal.aborted ? 'timeout' : 'network');
      } finally {
        clearTimeout(t);
      }
    };
  }
  return (r) => new Promise((resolve, reject) => {
    const x = new XMLHttpRequest();
    x.open(r.method, r.url);
    for (const key in r.headers) x.setRequestHeader(key, r.headers[key]);
    x.timeout = r.timeout;
    x.onload = () => resolve({ status: x.status, text: x.responseText, header: (n) => x.getResponseHeader(n) });
    x.onerror = () => reject(failed('network'));
    x.ontimeout = () => reject(failed('timeout'));
    x.send(r.body);
  });
}

/** Where the state is kept: the mini-game's storage, the browser's, or memory where neither may be used. */
function storage() {
  if (typeof wx !== 'undefined' && wx.getStorageSync) return { get: (k) => wx.getStorageSync(k), set: (k, v) => wx.setStorageSync(k, v) };
  try {
    localStorage.getItem('');
    return { get: (k) => localStorage.getItem(k), set: (k, v) => localStorage.setItem(k, v) };
  } catch (e) {
    return memory();
  }
}

function memory(under, name, value) {
  const kept = {};
  if (name) kept[name] = value;
  return { get: (k) => (k in kept ? kept[k] : under ? under.get(k) : null), set: (k, v) => { kept[k] = v; } };
}
