-- min_program_version: 1

CREATE SEQUENCE commit_number;

-- One row about the database as a whole. Times here and below are milliseconds since 1970-01-01 UTC.
CREATE TABLE store (
  single           integer PRIMARY KEY CHECK (single = 1),
  secret           bytea NOT NULL,               -- 32 random bytes: ids and tokens are made with it
  last_game        integer NOT NULL DEFAULT 0,   -- numbers are counted here, so that none is ever given again
  last_board       integer NOT NULL DEFAULT 0,
  last_window      integer NOT NULL DEFAULT 0,
  last_member      integer NOT NULL DEFAULT 0,
  departed_commit  bigint NOT NULL DEFAULT 0,    -- the last commit of members whose rows are gone
  departed_at      bigint
);

-- What members look at to see that others have changed something.
CREATE TABLE change (
  single    integer PRIMARY KEY CHECK (single = 1),
  catalog   bigint NOT NULL DEFAULT 0,
  records   bigint NOT NULL DEFAULT 0,
  erasures  bigint NOT NULL DEFAULT 0            -- the number of the last erasure
);
INSERT INTO change (single) VALUES (1);

-- A server that uses the database. Its lease is a row that nothing else touches, so a renewal never waits for a commit.
CREATE TABLE member (
  number        integer PRIMARY KEY,
  name          text NOT NULL,
  address       text NOT NULL,
  is_alone      boolean NOT NULL,                -- it shares the database with nobody
  boards        integer NOT NULL DEFAULT 0,
  entries       bigint NOT NULL DEFAULT 0,
  followed      bigint NOT NULL DEFAULT 0,
  lease_until   timestamptz NOT NULL
) WITH (fillfactor = 50);

-- What a member's writes are made under: a statement of an older generation writes nothing.
CREATE TABLE writer (
  member        integer PRIMARY KEY,
  generation    bigint NOT NULL,
  last_attempt  bigint NOT NULL DEFAULT 0,       -- the member's own count of the last commit that is stored
  last_commit   bigint NOT NULL DEFAULT 0,
  last_at       bigint
) WITH (fillfactor = 50);

CREATE TABLE game (
  number   integer PRIMARY KEY,
  id       text COLLATE "C" NOT NULL UNIQUE,
  name     text NOT NULL,
  origins  text,                                 -- JSON; NULL for any
  players  integer NOT NULL DEFAULT 0            -- the last number ever given to a player of this game
);

CREATE TABLE board (
  number          integer PRIMARY KEY,
  game            integer NOT NULL REFERENCES game (number),
  name            text COLLATE "C" NOT NULL,
  definition      text NOT NULL,                 -- JSON
  last_order      bigint NOT NULL DEFAULT 0,     -- the last order number in the folded part of the log
  folded          bigint NOT NULL DEFAULT 0,     -- the log up to here is in entry
  erased_through  bigint NOT NULL DEFAULT 0,     -- the last erasure that the board has done
  UNIQUE (game, name)
);

-- Who writes to a board. Number 0 is no board: who owns it tells the outside of events.
CREATE TABLE ownership (
  board             integer PRIMARY KEY,
  epoch             bigint NOT NULL DEFAULT 0,
  owner             integer NOT NULL DEFAULT 0,
  follower          integer NOT NULL DEFAULT 0,
  followed_through  bigint NOT NULL DEFAULT 0    -- the last row of the log that the follower has
);
INSERT INTO ownership (board) VALUES (0);
CREATE INDEX ownership_owner ON ownership (owner);

-- Former owners who may still answer for a board from memory.
CREATE TABLE handover (
  former  integer NOT NULL,
  board   integer NOT NULL,
  epoch   bigint NOT NULL,                       -- of his claim
  PRIMARY KEY (former, board)
);
CREATE INDEX handover_board ON handover (board);

CREATE TABLE player (
  game         integer NOT NULL,
  number       integer NOT NULL,
  external_id  text COLLATE "C" NOT NULL,
  PRIMARY KEY (game, number),
  UNIQUE (game, external_id)
);

CREATE TABLE profile (
  game      integer NOT NULL,
  player    integer NOT NULL,
  nickname  text,
  avatar    text,
  sex       smallint,
  province  text,
  city      text,
  country   text,
  PRIMARY KEY (game, player)
) WITH (fillfactor = 80);

CREATE TABLE "window" (
  number       integer PRIMARY KEY,
  board        integer NOT NULL,
  rule         text COLLATE "C" NOT NULL,
  kind         integer NOT NULL,                 -- 1 all time, 2 daily, 3 weekly, 4 monthly, 5 season
  key          text COLLATE "C" NOT NULL,        -- '' where a rule has only one window
  starts       bigint,
  ends         bigint,
  closes       bigint,
  state        integer NOT NULL,                 -- 1 open, 2 closed, 3 replaced
  closed_at    bigint,
  last_order   bigint,                           -- from here on as it was closed
  count        integer,
  checksum     bigint,
  score_order  integer                           -- of a closed one: a digit a column, 1 higher is better, 2 lower is better
);
CREATE UNIQUE INDEX window_name ON "window" (board, rule, key) WHERE state <> 3;
CREATE INDEX window_board ON "window" (board, number);

-- What was submitted, board by board in the order of commitment: the truth. entry is a view of it that is brought up to date in the background.
CREATE TABLE log (
  board     integer NOT NULL,
  number    bigint NOT NULL,                     -- counted per board, without gaps
  player    integer NOT NULL,
  ord       bigint NOT NULL,                     -- the board's own count of changes; 0 when nothing changed
  at        bigint NOT NULL,
  result    smallint NOT NULL,                   -- 1 first, 2 improved, 3 not better, ...
  score     bigint NOT NULL,                     -- as it was submitted
  score2    bigint NOT NULL,
  score3    bigint NOT NULL,
  score4    bigint NOT NULL,
  key       text COLLATE "C",                    -- the idempotency key
  metadata  text,                                -- JSON
  windows   text COLLATE "C" NOT NULL,           -- what it did: "window:result:rank:rank before:count[:scores kept]", joined by ';'
  PRIMARY KEY (board, number)
);
CREATE INDEX log_player ON log (board, player, number);
CREATE INDEX log_key ON log (board, player, key) WHERE key IS NOT NULL;

CREATE TABLE entry (
  "window"  integer NOT NULL,
  player    integer NOT NULL,
  score     bigint NOT NULL,
  score2    bigint NOT NULL,
  score3    bigint NOT NULL,
  score4    bigint NOT NULL,
  ord       bigint NOT NULL,
  metadata  text,                                -- JSON, of the submission that made the entry
  PRIMARY KEY ("window", player)
) WITH (fillfactor = 85);

CREATE TABLE event (
  number  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id      text COLLATE "C" NOT NULL UNIQUE,
  game    integer NOT NULL,
  type    text NOT NULL,
  at      bigint NOT NULL,
  body    text NOT NULL                          -- JSON
);
CREATE INDEX event_game ON event (game, number);

CREATE TABLE record (
  kind  text COLLATE "C" NOT NULL,
  id    text COLLATE "C" NOT NULL,
  body  text NOT NULL,
  PRIMARY KEY (kind, id)
);

-- Players who were deleted: every board of the game erases them when it sees this.
CREATE TABLE erasure (
  number  bigint PRIMARY KEY,
  game    integer NOT NULL,
  player  integer NOT NULL
);

-- What was deleted and is still to be cleared away in the background.
CREATE TABLE purge (
  kind    integer NOT NULL,                      -- 1 a window's entries, 2 a board's rows of the log, 3 a game's players
  number  integer NOT NULL,                      -- of the window, board or game
  PRIMARY KEY (kind, number)
);

-- For people who read with SQL: the standings of every window that is shown, complete up to board.folded.
CREATE VIEW standing AS
  SELECT
    game.id AS game, board.name AS board, w.rule || CASE w.key WHEN '' THEN '' ELSE ':' || w.key END AS "window",
    CASE w.state WHEN 1 THEN 'open' ELSE 'closed' END AS state,
    entry.player, entry.score, entry.score2, entry.score3, entry.score4, entry.ord
  FROM entry
  JOIN "window" AS w ON w.number = entry."window" AND w.state <> 3
  JOIN board ON board.number = w.board
  JOIN game ON game.number = board.game;
