-- min_program_version: 2

-- Boards get definitions and windows, submissions get keys, metadata and several columns. Numbers of games, boards and windows are counted in store,
-- so that none is ever given again.

DROP VIEW standing;

ALTER TABLE store ADD COLUMN secret BLOB;              -- 32 random bytes: ids and tokens are made with it
ALTER TABLE store ADD COLUMN last_commit_at INTEGER;   -- milliseconds since 1970-01-01 UTC, as all times here
ALTER TABLE store ADD COLUMN last_game INTEGER NOT NULL DEFAULT 0;
ALTER TABLE store ADD COLUMN last_board INTEGER NOT NULL DEFAULT 0;
ALTER TABLE store ADD COLUMN last_window INTEGER NOT NULL DEFAULT 0;
UPDATE store SET
  secret = randomblob(32),
  last_commit_at = (SELECT at FROM log ORDER BY number DESC LIMIT 1),
  last_game = (SELECT coalesce(max(number), 0) FROM game),
  last_board = (SELECT coalesce(max(number), 0) FROM board),
  last_window = (SELECT coalesce(max(number), 0) FROM board);

ALTER TABLE game ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE game ADD COLUMN origins TEXT;              -- JSON; NULL for any

-- Every board has had one table of standings: it becomes the window "all_time" with the board's own number, so that keys of entries stay as they are.
CREATE TABLE window (
  number      INTEGER PRIMARY KEY,
  board       INTEGER NOT NULL,
  rule        TEXT NOT NULL,
  kind        INTEGER NOT NULL,      -- 1 all time, 2 daily, 3 weekly, 4 monthly, 5 season
  key         TEXT NOT NULL,         -- '' where a rule has only one window
  starts      INTEGER,
  ends        INTEGER,
  closes      INTEGER,
  state       INTEGER NOT NULL,      -- 1 open, 2 closed, 3 replaced
  closed_at   INTEGER,
  last_order  INTEGER,               -- from here on as it was closed
  count       INTEGER,
  checksum    INTEGER,
  score_order INTEGER                -- of a closed one: a digit a column, 1 higher is better, 2 lower is better
);
INSERT INTO window (number, board, rule, kind, key, state) SELECT number, number, 'all_time', 1, '', 1 FROM board;
CREATE UNIQUE INDEX window_name ON window (board, rule, key) WHERE state <> 3;
CREATE INDEX window_board ON window (board, number);

CREATE TABLE board_2 (
  number      INTEGER PRIMARY KEY,
  game        INTEGER NOT NULL REFERENCES game (number),
  name        TEXT NOT NULL,
  definition  TEXT NOT NULL,         -- JSON
  last_order  INTEGER NOT NULL,      -- the last order number in the folded part of the log
  UNIQUE (game, name)
);
INSERT INTO board_2 SELECT
  number, game, name,
  '{"Name":' || json_quote(name) || ',"Title":"","Columns":[{"Name":"score","Order":"'
    || CASE score_order WHEN 2 THEN 'LowerIsBetter' ELSE 'HigherIsBetter' END
    || '","Decimals":0,"Lowest":-9223372036854775808,"Highest":9223372036854775807}],"Keep":"Best","Ties":"EarlierFirst","Writers":"Client","Ledger":false,'
    || '"MetadataBytes":0,"Windows":[{"Name":"all_time","Kind":"AllTime","Zone":"UTC","StartHour":0,"WeekStart":"Monday","Grace":"00:00:00",'
    || '"Starts":null,"Ends":null}]}',
  last_order
FROM board;
DROP TABLE board;
ALTER TABLE board_2 RENAME TO board;

-- Public ids are made from the player's number and the secret.
ALTER TABLE player DROP COLUMN public_id;

-- What was submitted, in the order of commitment: the truth. entry is a view of it that is brought up to date in the background.
CREATE TABLE log_2 (
  number    INTEGER PRIMARY KEY,
  board     INTEGER NOT NULL,
  player    INTEGER NOT NULL,
  ord       INTEGER NOT NULL,        -- the board's own count of changes; 0 when nothing changed
  at        INTEGER NOT NULL,
  result    INTEGER NOT NULL,        -- 1 first, 2 improved, 3 not better, ...
  score     INTEGER NOT NULL,        -- as it was submitted
  score2    INTEGER NOT NULL,
  score3    INTEGER NOT NULL,
  score4    INTEGER NOT NULL,
  key       TEXT,                    -- the idempotency key
  metadata  TEXT,                    -- JSON
  windows   TEXT NOT NULL            -- what it did: "window:result:rank:rank before:count[:scores kept]", joined by ';'
);
INSERT INTO log_2
  SELECT number, board, player, ord, at, result, score, 0, 0, 0, NULL, NULL, board || ':' || result || ':0:0:0' FROM log ORDER BY number;
DROP TABLE log;
ALTER TABLE log_2 RENAME TO log;

-- Finds rows of the log, as far as it is folded, by player and by idempotency key.
CREATE TABLE log_index (
  owner   INTEGER NOT NULL,          -- board, player
  key     INTEGER NOT NULL,          -- a hash of the idempotency key; 0 for none
  number  INTEGER NOT NULL,          -- in the log
  PRIMARY KEY (owner, key, number)
) WITHOUT ROWID;
INSERT INTO log_index SELECT (board << 32) | player, 0, number FROM log WHERE number <= (SELECT folded FROM store) ORDER BY 1, 3;

-- Its key is window, player from now on.
ALTER TABLE entry ADD COLUMN score2 INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entry ADD COLUMN score3 INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entry ADD COLUMN score4 INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entry ADD COLUMN metadata TEXT;            -- JSON, of the submission that made the entry

CREATE TABLE event (
  number  INTEGER PRIMARY KEY AUTOINCREMENT,
  id      TEXT NOT NULL UNIQUE,
  game    INTEGER NOT NULL,
  type    TEXT NOT NULL,
  at      INTEGER NOT NULL,
  body    TEXT NOT NULL              -- JSON
);
CREATE INDEX event_game ON event (game);

CREATE TABLE record (
  kind  TEXT NOT NULL,
  id    TEXT NOT NULL,
  body  TEXT NOT NULL,
  PRIMARY KEY (kind, id)
) WITHOUT ROWID;

-- What was deleted and is still to be cleared away in the background.
CREATE TABLE purge (
  kind    INTEGER NOT NULL,          -- 1 a window's entries, 2 a board's rows of the log, 3 a game's players
  number  INTEGER NOT NULL,          -- of the window, board or game
  after   INTEGER NOT NULL,          -- not before the log is folded up to here: until then a fold may write rows of it
  PRIMARY KEY (kind, number)
) WITHOUT ROWID;

-- For people who read with SQL: the standings of every window that is shown, complete up to store.folded.
CREATE VIEW standing AS
  SELECT
    game.id AS game, board.name AS board, w.rule || CASE w.key WHEN '' THEN '' ELSE ':' || w.key END AS window,
    CASE w.state WHEN 1 THEN 'open' ELSE 'closed' END AS state,
    entry.key & 4294967295 AS player, entry.score, entry.score2, entry.score3, entry.score4, entry.ord
  FROM entry
  JOIN window AS w ON w.number = entry.key >> 32 AND w.state <> 3
  JOIN board ON board.number = w.board
  JOIN game ON game.number = board.game;
