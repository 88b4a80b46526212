/** What went wrong. */
export class JinbangError extends Error {
  /** The server's own code (see its reference), or network, timeout, reply, http, refused, queue_full, no_key, disposed. */
  code: string;
  /** The HTTP status, of the classic API its own; 0 without an answer. */
  status: number;
  /** Seconds after which trying again makes sense; 0 when the server did not say. */
  retryAfter: number;
}

export interface Request {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string | null;
  /** Milliseconds. */
  timeout: number;
}

export interface Response {
  status: number;
  text: string;
  header(name: string): string | null;
}

export interface Options {
  /** Where the server is, such as https://scores.example; '' for the page's own. */
  url?: string;
  /** The game's id. */
  game: string;
  /** A client key of the game; the classic calls need none. */
  key?: string;
  /** The board that is meant when a call names none; main. */
  board?: string;
  /** The window that is meant when a call names none; all_time. */
  window?: string;
  /** Sends a request; wx.request, fetch or XMLHttpRequest when left out. Rejects with a JinbangError. */
  transport?: (request: Request) => Promise<Response>;
  /** Keeps text on the device; wx's storage, localStorage or memory when left out. */
  storage?: { get(key: string): string | null | undefined; set(key: string, value: string): void };
  /** Milliseconds since 1970. */
  now?: () => number;
  /** A number from 0 to below 1. */
  random?: () => number;
  /** A submission of an earlier visit was stored. */
  onStored?: (receipt: Receipt, submission: Record<string, unknown>) => void;
  /** A submission of an earlier visit was refused for good. */
  onRefused?: (error: JinbangError, submission: Record<string, unknown>) => void;
}

export interface Profile {
  nickname?: string;
  avatar?: string;
  [field: string]: unknown;
}

export interface Line {
  /** The place, from 1. */
  rank: number;
  /** The public id; null for a player who was deleted. */
  player: string | null;
  nickname?: string;
  avatar?: string;
  /** Decimal text, exact. */
  score: string;
  /** The same as a number, where a number holds it exactly. */
  score_number?: number;
  tie_breakers?: Record<string, string>;
  metadata?: unknown;
}

export interface Page {
  version: string;
  window: { name: string; state: string; count: number; [field: string]: unknown };
  lines: Line[];
  /** Where the next page begins. */
  next?: string | null;
}

export interface Receipt {
  status: 'stored' | 'queued';
  player?: string;
  result?: string;
  version?: string;
  repeated?: boolean;
  windows?: { window: string; result: string; improved: boolean; rank: number; rank_before: number | null; count: number; score: string }[];
}

export interface Where {
  board?: string;
  window?: string;
}

export interface Live extends Where {
  /** How many of the first lines, 1 to 100; 10 when left out. */
  top?: number;
  /** How many neighbours on each side of the player; his line is not shown when left out. */
  around?: number;
  onChange(page: Page & { player?: (Line & { around?: Line[] }) | null }): void;
  onClosed?(window: { window: string }): void;
  /** live, waiting (it tries again), refused or gone (it has ended). */
  onStatus?(status: 'live' | 'waiting' | 'refused' | 'gone'): void;
}

export interface Jinbang {
  /** How many submissions wait to be sent. */
  readonly pending: number;
  /** The player's public id; null before the first sign-in. */
  readonly player: string | null;
  init(): Promise<void>;
  login(profile?: Profile): Promise<string>;
  submit(score: number | string, extra?: { board?: string; tieBreakers?: Record<string, number | string>; metadata?: unknown }): Promise<Receipt>;
  flush(): Promise<void>;
  top(query?: Where & { limit?: number; cursor?: string; from?: number }): Promise<Page>;
  me(query?: Where): Promise<Line | null>;
  around(query?: Where & { n?: number }): Promise<Page>;
  live(query: Live): () => void;
  profile(profile: Profile): Promise<Profile>;
  deleteMe(): Promise<void>;
  dispose(): void;
  readonly classic: {
    postUserInfo(profile: { openid: string; nickname?: string; headimgurl?: string; sex?: number; province?: string; city?: string; country?: string }): Promise<unknown>;
    postScore(score: { openid: string; score: number }): Promise<'first' | 'better' | 'notBetter'>;
    userScore(player: { openid: string }): Promise<number | null>;
    tpinballScore(): Promise<{ nickname: string | null; avatar: string | null; score: number }[]>;
  };
}

/** Makes a client. Nothing is sent yet. */
export function createJinbang(options: Options): Jinbang;
