-- The tables of the PostgreSQL store, without partitions. An amount is stored as a whole number of
-- ten-thousandths, which is exact; `amount` is computed from it for reading and comparing.
CREATE TABLE transactions (
  event_time         TEXT NOT NULL,
  decided_at         TEXT,
  topic              TEXT NOT NULL,
  partition          INTEGER NOT NULL,
  record_offset      INTEGER NOT NULL,
  transaction_id     TEXT,
  user_id            INTEGER,
  amount_units       INTEGER,
  currency           TEXT,
  transaction_type   TEXT,
  location           TEXT,
  merchant           TEXT,
  card_token         TEXT,
  card_bin           TEXT,
  card_last4         TEXT,
  card_key_id        TEXT,
  decision           TEXT NOT NULL,
  score              REAL,
  inconclusive_rules TEXT,
  error_rules        TEXT,
  id_reused          INTEGER NOT NULL DEFAULT 0,
  config_hash        TEXT,
  fields             TEXT,
  amount             NUMERIC GENERATED ALWAYS AS (amount_units / 10000.0) VIRTUAL
);
CREATE INDEX transactions_transaction_id ON transactions (transaction_id);

CREATE TABLE fraud_transactions (
  event_time       TEXT NOT NULL,
  decided_at       TEXT,
  topic            TEXT NOT NULL,
  partition        INTEGER NOT NULL,
  record_offset    INTEGER NOT NULL,
  transaction_id   TEXT,
  user_id          INTEGER,
  amount_units     INTEGER,
  currency         TEXT,
  transaction_type TEXT,
  location         TEXT,
  merchant         TEXT,
  card_token       TEXT,
  card_bin         TEXT,
  card_last4       TEXT,
  card_key_id      TEXT,
  decision         TEXT NOT NULL,
  score            REAL,
  config_hash      TEXT,
  reasons          TEXT NOT NULL,
  amount           NUMERIC GENERATED ALWAYS AS (amount_units / 10000.0) VIRTUAL
);
CREATE INDEX fraud_transactions_transaction_id ON fraud_transactions (transaction_id);

CREATE TABLE shadow_hits (
  event_time     TEXT NOT NULL,
  topic          TEXT NOT NULL,
  partition      INTEGER NOT NULL,
  record_offset  INTEGER NOT NULL,
  transaction_id TEXT,
  user_id        INTEGER,
  decision       TEXT NOT NULL,
  rule           TEXT NOT NULL,
  version        INTEGER NOT NULL,
  plugin         TEXT NOT NULL,
  reason         TEXT NOT NULL,
  score          REAL NOT NULL,
  action         TEXT NOT NULL,
  words          TEXT NOT NULL,
  evidence       TEXT NOT NULL,
  config_hash    TEXT
);

CREATE TABLE account_holders (
  user_id        INTEGER PRIMARY KEY,
  name           TEXT,
  address        TEXT,
  phone_number   TEXT,
  email          TEXT,
  date_of_birth  TEXT,
  account_number TEXT,
  account_type   TEXT,
  balance_units  INTEGER,
  city           TEXT,
  time_zone      TEXT,
  fields         TEXT,
  updated_at     TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  balance        NUMERIC GENERATED ALWAYS AS (balance_units / 10000.0) VIRTUAL
);

CREATE TABLE assay_cursors (
  group_id    TEXT NOT NULL,
  step        TEXT NOT NULL,
  topic       TEXT NOT NULL,
  partition   INTEGER NOT NULL,
  next_offset INTEGER,
  epoch       INTEGER NOT NULL,
  cluster     TEXT NOT NULL,
  updated_at  TEXT NOT NULL,
  PRIMARY KEY (group_id, step, topic, partition)
) WITHOUT ROWID;

CREATE TABLE assay_configs (
  hash           TEXT PRIMARY KEY,
  configuration  TEXT NOT NULL,
  engine_version TEXT NOT NULL,
  first_seen     TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
) WITHOUT ROWID;

-- SQLite has no schemas: the views carry the name in front.
CREATE VIEW assay_api_v_decisions AS
  SELECT transaction_id, event_time, user_id, amount, currency, transaction_type, location,
         merchant, card_bin, card_last4, decision, score, inconclusive_rules, error_rules, id_reused,
         config_hash, decided_at, topic, partition, record_offset, fields
    FROM transactions;

CREATE VIEW assay_api_v_alert_queue AS
  SELECT transaction_id, event_time, user_id, amount, currency, transaction_type, location,
         merchant, card_bin, card_last4, decision, score, reasons, config_hash, decided_at, topic,
         partition, record_offset
    FROM fraud_transactions;

CREATE VIEW assay_api_v_shadow_hits AS
  SELECT transaction_id, event_time, user_id, decision, rule, version, plugin, reason, score, action,
         words, evidence, config_hash, topic, partition, record_offset
    FROM shadow_hits;

CREATE VIEW assay_api_v_rule_daily AS
  SELECT day, rule, mode, reason, count(*) AS hits
    FROM (SELECT substr(event_time, 1, 10) AS day, json_extract(verdict.value, '$.rule') AS rule,
                 'live' AS mode, json_extract(verdict.value, '$.reason') AS reason
            FROM fraud_transactions, json_each(reasons) AS verdict
           WHERE json_extract(verdict.value, '$.answer') = 'hit'
             AND json_extract(verdict.value, '$.mode') = 'live'
          UNION ALL
          SELECT substr(event_time, 1, 10), rule, 'shadow', reason FROM shadow_hits) AS hits
   GROUP BY day, rule, mode, reason;

CREATE VIEW assay_api_v_repeated_ids AS
  SELECT transaction_id, count(*) AS times, min(event_time) AS first_time,
         max(event_time) AS last_time
    FROM transactions
   WHERE transaction_id IS NOT NULL
   GROUP BY transaction_id
  HAVING count(*) > 1;
