// What the page remembers of whoever plays here; who he is to the server is kept by the client of Jinbang.

const NOBODY = { nickname: '', avatar: '' };

/** In localStorage where that works; otherwise until the page closes. */
export function openProfile(game, storage = browserStorage()) {
  const key = `pinball.${game}.profile`;
  let kept = null;
  return {
    get() {
      if (kept) return kept;
      try {
        const { nickname, avatar } = JSON.parse(storage.getItem(key)) || NOBODY;
        return { nickname: String(nickname || ''), avatar: String(avatar || '') };
      } catch {
        return NOBODY;
      }
    },
    keep(profile) {
      kept = profile;
      try {
        storage.setItem(key, JSON.stringify(profile));
      } catch {
        // Full or forbidden: `kept` has it.
      }
    },
  };
}

/** The address if an image may come from it, else null. */
export function webAddress(text) {
  try {
    const { protocol, href } = new URL(text);
    return protocol === 'http:' || protocol === 'https:' ? href : null;
  } catch {
    return null;
  }
}

function browserStorage() {
  try {
    return globalThis.localStorage;
  } catch {
    return null;
  }
}
