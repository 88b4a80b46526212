// The four calls of the classic API, as a released game makes them: forms in, JSON out, business errors at HTTP 200.
import { texts } from './strings.js';

const NOT_BETTER = '分数少于原分数';

/** `kind` is network, timeout, http, reply or refused; only a refusal is the server's final word. */
export class ClassicError extends Error {
  constructor(kind, message, reason = '') {
    super(message);
    this.kind = kind;
    this.reason = reason;
  }
}

/** A whole number from a JSON number or text, as this API sends either; otherwise null. */
export function wholeNumber(value) {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || !/^\s*-?\d{1,15}\s*$/.test(text)) return null;
  return Number(text) + 0;
}

export function classicApi(base, { t = texts('zh'), timeoutMs = 10000, fetch = globalThis.fetch.bind(globalThis) } = {}) {
  // The time-out covers the body as well: a server may stall half way through.
  async function call(path, options = {}) {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), timeoutMs);
    let response;
    let text;
    try {
      response = await fetch(base + path, { ...options, cache: 'no-store', credentials: 'omit', signal: abort.signal });
      text = await response.text();
    } catch {
      const silent = abort.signal.aborted;
      throw new ClassicError(silent ? 'timeout' : 'network', t(silent ? 'errorTimeout' : 'errorNetwork'));
    } finally {
      clearTimeout(timer);
    }
    if (response.status >= 400) throw new ClassicError('http', httpMessage(response, t));
    return readReply(text, t);
  }

  const get = (path) => call(path).then((reply) => orRefuse(reply, t));
  // URLSearchParams encodes as forms are, and replaces lone surrogates.
  const post = (path, fields) => call(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(Object.entries(fields).filter(([, value]) => value != null)).toString(),
  });

  return {
    /** The best score, or null. */
    async userScore(openid) {
      const { data } = await get(`user_score?openid=${encodeURIComponent(openid)}`);
      if (data == null) return null;
      const score = wholeNumber(data.score);
      if (score === null) throw new ClassicError('reply', t('errorReply'));
      return score;
    },

    /** Best first. `score` is null where the server sent no whole number. */
    async topHundred() {
      const { data } = await get('tpinball_score');
      if (!Array.isArray(data)) throw new ClassicError('reply', t('errorReply'));
      return data.filter((row) => row && typeof row === 'object').map((row) => ({
        nickname: typeof row.nickname === 'string' ? row.nickname : null,
        avatar: typeof row.avatar === 'string' ? row.avatar : null,
        score: wholeNumber(row.score),
        scoreText: String(row.score),
      }));
    },

    /** Answers first, better or notBetter. */
    async postScore(openid, score) {
      const reply = await post('post_score', { openid, score });
      if (reply.error === NOT_BETTER) return 'notBetter';
      return String(orRefuse(reply, t).msg).startsWith('添加') ? 'first' : 'better';
    },

    /** Fields that are absent from `profile` keep their old value. */
    postUserInfo: async (profile) => orRefuse(await post('post_user_info', profile), t),
  };
}

function readReply(text, t) {
  try {
    const reply = JSON.parse(text);
    if (reply && typeof reply === 'object') return reply;
  } catch {
    // Perhaps a proxy's page.
  }
  throw new ClassicError('reply', t('errorReply'));
}

// Replies of this API carry `code`, `status` or both.
function orRefuse(reply, t) {
  const outcome = wholeNumber(reply.code ?? reply.status);
  if (outcome === 200) return reply;
  if (outcome === null) throw new ClassicError('reply', t('errorReply'));
  const reason = String(reply.error ?? reply.msg ?? outcome);
  throw new ClassicError('refused', t('errorRefused', { reason }), reason);
}

function httpMessage(response, t) {
  const seconds = wholeNumber(response.headers.get('Retry-After'));
  if (response.status === 404) return t('errorNotFound');
  if (response.status === 429) return t('errorTooMany');
  if (response.status < 500) return t('errorHttp', { n: response.status });
  return seconds > 0 ? t('errorBusyFor', { n: seconds }) : t('errorBusy');
}
