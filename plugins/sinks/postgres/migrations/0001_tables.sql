-- Every transaction with its decision. Partitioned by event time; the default partition is the net
-- for times whose partition does not exist (yet): `assay db maintain` empties it. The columns stand
-- in the order of their width, so a row carries no padding. There is no unique key: what makes a row
-- unique is the cursor that moves in the same transaction, and a random unique key would cost more
-- than everything else together. Identifiers are compared as bytes: cheaper than by the rules of a
-- language, and an upgrade of the system's C library cannot break their index.
CREATE TABLE transactions (
  event_time         timestamptz NOT NULL,
  decided_at         timestamptz,
  record_offset      bigint NOT NULL,
  user_id            bigint,
  score              double precision,
  partition          integer NOT NULL,
  id_reused          boolean NOT NULL DEFAULT false,
  topic              text NOT NULL,
  transaction_id     text COLLATE "C",
  amount             numeric(19,4),
  currency           text,
  transaction_type   text,
  location           text,
  merchant           text,
  card_token         text,
  card_bin           text,
  card_last4         text,
  card_key_id        text,
  decision           text NOT NULL,
  inconclusive_rules text,
  error_rules        text,
  config_hash        text,
  fields             jsonb
) PARTITION BY RANGE (event_time);
CREATE TABLE transactions_default PARTITION OF transactions DEFAULT;
CREATE INDEX transactions_transaction_id ON transactions (transaction_id);
CREATE INDEX transactions_event_time ON transactions USING brin (event_time);

-- What was not approved, with its reasons.
CREATE TABLE fraud_transactions (
  event_time         timestamptz NOT NULL,
  decided_at         timestamptz,
  record_offset      bigint NOT NULL,
  user_id            bigint,
  score              double precision,
  partition          integer NOT NULL,
  topic              text NOT NULL,
  transaction_id     text COLLATE "C",
  amount             numeric(19,4),
  currency           text,
  transaction_type   text,
  location           text,
  merchant           text,
  card_token         text,
  card_bin           text,
  card_last4         text,
  card_key_id        text,
  decision           text NOT NULL,
  config_hash        text,
  reasons            jsonb NOT NULL
) PARTITION BY RANGE (event_time);
CREATE TABLE fraud_transactions_default PARTITION OF fraud_transactions DEFAULT;
CREATE INDEX fraud_transactions_event_time ON fraud_transactions (event_time);
CREATE INDEX fraud_transactions_transaction_id ON fraud_transactions (transaction_id);
CREATE INDEX fraud_transactions_user_id ON fraud_transactions (user_id);
CREATE INDEX fraud_transactions_card_token ON fraud_transactions (card_token);

-- What rules on trial would have hit; nothing was done about it.
CREATE TABLE shadow_hits (
  event_time     timestamptz NOT NULL,
  record_offset  bigint NOT NULL,
  user_id        bigint,
  score          double precision NOT NULL,
  partition      integer NOT NULL,
  version        integer NOT NULL,
  topic          text NOT NULL,
  transaction_id text COLLATE "C",
  decision       text NOT NULL,
  rule           text NOT NULL,
  plugin         text NOT NULL,
  reason         text NOT NULL,
  action         text NOT NULL,
  words          text NOT NULL,
  config_hash    text,
  evidence       jsonb NOT NULL
) PARTITION BY RANGE (event_time);
CREATE TABLE shadow_hits_default PARTITION OF shadow_hits DEFAULT;
CREATE INDEX shadow_hits_event_time ON shadow_hits (event_time);

CREATE TABLE account_holders (
  user_id        bigint PRIMARY KEY,
  balance        numeric(19,4),
  updated_at     timestamptz NOT NULL DEFAULT now(),
  name           text,
  address        text,
  phone_number   text,
  email          text,
  date_of_birth  text,
  account_number text,
  account_type   text,
  city           text,
  time_zone      text,
  fields         jsonb
);

-- How far each step has come; moved by compare and set in the transaction of the rows. Without an
-- offset until the first of them. Few rows, updated all the time: room on the page keeps the updates
-- off the index.
CREATE TABLE assay_cursors (
  group_id    text NOT NULL,
  step        text NOT NULL,
  topic       text NOT NULL,
  partition   integer NOT NULL,
  next_offset bigint,
  epoch       bigint NOT NULL,
  cluster     text NOT NULL,
  updated_at  timestamptz NOT NULL,
  PRIMARY KEY (group_id, step, topic, partition)
) WITH (fillfactor = 20);

-- The configuration behind each config_hash.
CREATE TABLE assay_configs (
  hash           text PRIMARY KEY,
  configuration  jsonb NOT NULL,
  engine_version text NOT NULL,
  first_seen     timestamptz NOT NULL DEFAULT now()
);
