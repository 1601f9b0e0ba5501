#include "plugins/sinks/postgres/explanation.hpp"

#include <string>

#include "plugins/sinks/postgres/administration.hpp"

namespace assay::postgres {
namespace {

// A record's place in the topic joins its rows; its time leads to the partition that they are in.
constexpr const char* stored_decisions = R"sql(
SELECT to_jsonb(t) || jsonb_build_object(
         'reasons',
         (SELECT reasons FROM assay_api.v_alert_queue f
           WHERE (f.event_time, f.topic, f.partition, f.record_offset) =
                 (t.event_time, t.topic, t.partition, t.record_offset) AND
                 f.transaction_id = t.transaction_id LIMIT 1),
         'shadow_hits',
         (SELECT coalesce(jsonb_agg(jsonb_build_object(
                   'rule', rule, 'version', version, 'plugin', plugin, 'reason', reason,
                   'score', score, 'action', action, 'words', words, 'evidence', evidence)), '[]')
            FROM assay_api.v_shadow_hits s
           WHERE (s.event_time, s.topic, s.partition, s.record_offset) =
                 (t.event_time, t.topic, t.partition, t.record_offset)))
  FROM assay_api.v_decisions t
 WHERE t.transaction_id = $1
 ORDER BY t.decided_at, t.event_time, t.topic, t.partition, t.record_offset
)sql";

}  // namespace

void explain(const Settings& settings, std::string_view transaction_id, Deadline deadline,
             const TextStream& stream) {
  administer(settings, deadline, [&](pqxx::connection& connection) {
    pqxx::read_transaction transaction(connection);
    for (const auto& row : transaction.exec_params(stored_decisions, std::string(transaction_id))) {
      stream << row[0].as<std::string>() << "\n";
    }
  });
}

}  // namespace assay::postgres
