// What the browser remembers for one game: who plays here, and a score that has not reached the server yet.

/** In localStorage where that works; otherwise until the page closes. */
export function openMemory(game, storage = browserStorage()) {
  const own = new Map();
  const keyOf = (name) => `jinbang.${game}.${name}`;

  const read = (name) => {
    if (own.has(name)) return own.get(name);
    try {
      return JSON.parse(storage.getItem(keyOf(name)));
    } catch {
      return null;
    }
  };
  const write = (name, value) => {
    own.set(name, value);
    try {
      if (value === null) storage.removeItem(keyOf(name));
      else storage.setItem(keyOf(name), JSON.stringify(value));
    } catch {
      // Full or forbidden: `own` has it.
    }
  };

  return {
    openid() {
      const known = read('openid');
      if (typeof known === 'string' && known) return known;
      const fresh = newOpenid();
      write('openid', fresh);
      return fresh;
    },
    profile() {
      const { nickname, avatar } = read('profile') || {};
      return { nickname: String(nickname || ''), avatar: String(avatar || '') };
    },
    keepProfile: (profile) => write('profile', profile),
    unsentScore() {
      const score = read('unsent');
      return Number.isSafeInteger(score) ? score : null;
    },
    /** Of several unsent scores only the best can matter. */
    keepUnsent(score) {
      const kept = this.unsentScore();
      write('unsent', kept === null ? score : Math.max(kept, score));
    },
    /** Forgets it unless a better one came in while it was on its way. */
    forgetUnsent(score) {
      if (this.unsentScore() === score) write('unsent', null);
    },
  };
}

/** 'o' and 27 random base64url characters, the shape this API's games know. */
export function newOpenid() {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const bytes = crypto.getRandomValues(new Uint8Array(27));
  return 'o' + Array.from(bytes, (byte) => alphabet[byte & 63]).join('');
}

function browserStorage() {
  try {
    return globalThis.localStorage;
  } catch {
    return null;
  }
}
