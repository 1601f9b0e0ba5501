-- What analysts query, in a schema of its own: a base table may change, a view stays. The token that
-- stands for a card is left out everywhere but in v_card_tokens, which is granted to nobody by
-- default: token and last digits together are more than most questions need.
CREATE SCHEMA assay_api;

CREATE VIEW assay_api.v_decisions AS
  SELECT transaction_id, event_time, user_id, amount, currency, transaction_type, location,
         merchant, card_bin, card_last4, decision, score, inconclusive_rules, error_rules, id_reused,
         config_hash, decided_at, topic, partition, record_offset, fields
    FROM transactions;

CREATE VIEW assay_api.v_alert_queue AS
  SELECT transaction_id, event_time, user_id, amount, currency, transaction_type, location,
         merchant, card_bin, card_last4, decision, score, reasons, config_hash, decided_at, topic,
         partition, record_offset
    FROM fraud_transactions;

CREATE VIEW assay_api.v_shadow_hits AS
  SELECT transaction_id, event_time, user_id, decision, rule, version, plugin, reason, score, action,
         words, evidence, config_hash, topic, partition, record_offset
    FROM shadow_hits;

-- Hits per day and rule. Live hits of approved transactions are not counted: their reasons are not
-- stored.
CREATE VIEW assay_api.v_rule_daily AS
  SELECT day, rule, mode, reason, count(*) AS hits
    FROM (SELECT date_trunc('day', event_time, 'UTC') AS day, verdict ->> 'rule' AS rule,
                 'live' AS mode, verdict ->> 'reason' AS reason
            FROM fraud_transactions, jsonb_array_elements(reasons) AS verdict
           WHERE verdict ->> 'answer' = 'hit' AND verdict ->> 'mode' = 'live'
          UNION ALL
          SELECT date_trunc('day', event_time, 'UTC'), rule, 'shadow', reason FROM shadow_hits) hits
   GROUP BY day, rule, mode, reason;

-- Identifiers that came more than once. The engine tells a repeat it has seen itself; this finds
-- those that were too far apart for it.
CREATE VIEW assay_api.v_repeated_ids AS
  SELECT transaction_id, count(*) AS times, min(event_time) AS first_time,
         max(event_time) AS last_time
    FROM transactions
   WHERE transaction_id IS NOT NULL
   GROUP BY transaction_id
  HAVING count(*) > 1;

CREATE VIEW assay_api.v_card_tokens AS
  SELECT topic, partition, record_offset, event_time, transaction_id, card_token, card_key_id
    FROM transactions;
