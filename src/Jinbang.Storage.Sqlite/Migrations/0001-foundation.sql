-- min_program_version: 1

-- One row about the file as a whole.
CREATE TABLE store (
  only           INTEGER PRIMARY KEY CHECK (only = 1),
  commit_number  INTEGER NOT NULL,  -- of the last commit
  log_number     INTEGER NOT NULL,  -- of the last row ever appended to the log
  folded         INTEGER NOT NULL   -- the log up to here is in entry
);
INSERT INTO store VALUES (1, 0, 0, 0);

CREATE TABLE game (
  number   INTEGER PRIMARY KEY,
  id       TEXT NOT NULL UNIQUE,
  players  INTEGER NOT NULL         -- the last number ever given to a player of this game
);

CREATE TABLE board (
  number       INTEGER PRIMARY KEY,
  game         INTEGER NOT NULL REFERENCES game (number),
  name         TEXT NOT NULL,
  score_order  INTEGER NOT NULL,    -- 1 higher is better, 2 lower is better
  keep         INTEGER NOT NULL,    -- 1 best
  last_order   INTEGER NOT NULL,    -- the last order number in the folded part of the log
  UNIQUE (game, name)
);

-- Keys of two numbers are one integer, first * 2^32 + second: SQLite finds a row by such a key in one search of one tree.

CREATE TABLE player (
  key          INTEGER PRIMARY KEY, -- game, player
  game         INTEGER NOT NULL,
  external_id  TEXT NOT NULL,
  public_id    BLOB NOT NULL,       -- 10 random bytes
  UNIQUE (game, external_id)
);

CREATE TABLE profile (
  key       INTEGER PRIMARY KEY,    -- game, player
  nickname  TEXT,
  avatar    TEXT,
  sex       INTEGER,
  province  TEXT,
  city      TEXT,
  country   TEXT
);

-- What was accepted, in the order of commitment: the truth. entry is a view of it that is brought up to date in the background.
CREATE TABLE log (
  number  INTEGER PRIMARY KEY,
  board   INTEGER NOT NULL,
  player  INTEGER NOT NULL,
  score   INTEGER NOT NULL,         -- that counts from this row on
  ord     INTEGER NOT NULL,         -- the board's own count of changes
  result  INTEGER NOT NULL,         -- 1 first, 2 improved
  at      INTEGER NOT NULL          -- milliseconds since 1970-01-01 UTC
);

CREATE TABLE entry (
  key    INTEGER PRIMARY KEY,       -- board, player
  score  INTEGER NOT NULL,
  ord    INTEGER NOT NULL
);

-- For people who read with SQL: every board's scores, complete up to store.folded.
CREATE VIEW standing AS
  SELECT game.id AS game, board.name AS board, entry.key & 4294967295 AS player, entry.score, entry.ord
  FROM entry
  JOIN board ON board.number = entry.key >> 32
  JOIN game ON game.number = board.game;
