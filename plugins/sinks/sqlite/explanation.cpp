#include "plugins/sinks/sqlite/explanation.hpp"

namespace assay::sqlite {
namespace {

// Amounts are written from their units: the computed column is a double.
constexpr const char* stored_decisions = R"sql(
SELECT json_object(
         'transaction_id', transaction_id, 'event_time', event_time, 'decided_at', decided_at,
         'topic', topic, 'partition', partition, 'record_offset', record_offset,
         'user_id', user_id,
         'amount', json(CASE WHEN amount_units IS NULL THEN 'null'
                             ELSE printf('%s%d.%04d', CASE WHEN amount_units < 0 THEN '-' ELSE '' END,
                                         abs(amount_units / 10000), abs(amount_units % 10000)) END),
         'currency', currency, 'transaction_type', transaction_type, 'location', location,
         'merchant', merchant, 'card_bin', card_bin, 'card_last4', card_last4,
         'decision', decision, 'score', score,
         'inconclusive_rules', inconclusive_rules, 'error_rules', error_rules,
         'id_reused', json(CASE WHEN id_reused THEN 'true' ELSE 'false' END),
         'config_hash', config_hash, 'fields', json(fields),
         'reasons',
         (SELECT json(reasons) FROM fraud_transactions f
           WHERE (f.topic, f.partition, f.record_offset) = (t.topic, t.partition, t.record_offset)
             AND f.transaction_id = t.transaction_id LIMIT 1),
         'shadow_hits',
         json((SELECT json_group_array(json_object(
                        'rule', rule, 'version', version, 'plugin', plugin, 'reason', reason,
                        'score', score, 'action', action, 'words', words,
                        'evidence', json(evidence)))
                 FROM shadow_hits s
                WHERE (s.topic, s.partition, s.record_offset) =
                      (t.topic, t.partition, t.record_offset) AND
                      s.transaction_id = t.transaction_id)))
  FROM transactions t
 WHERE transaction_id = ?
 ORDER BY decided_at, event_time, topic, partition, record_offset
)sql";

}  // namespace

void explain(Database& database, std::string_view transaction_id, const TextStream& stream) {
  auto query = database.prepare(stored_decisions);
  query.add(transaction_id);
  while (query.step()) stream << query.text(0) << "\n";
}

}  // namespace assay::sqlite
