#include "plugins/sinks/postgres/outbox_table.hpp"

#include <string>

#include "plugins/sinks/postgres/administration.hpp"

namespace assay::postgres {
namespace {

// $1 to $5: what a filter names; an empty text leaves it open.
constexpr const char* meant = R"sql(
 group_id = $1 AND ($2 = '' OR step = $2) AND ($3 = '' OR state = $3) AND
 ($4 = '' OR code = $4) AND ($5 = '' OR position($5 IN reason) > 0)
)sql";

constexpr const char* groups = R"sql(
SELECT json_build_object(
         'step', g.step, 'state', g.state, 'code', coalesce(g.code, ''),
         'reason', coalesce(g.reason, ''), 'count', g.count,
         'oldest', to_char(g.oldest, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
         'newest', to_char(g.newest, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
         'example', json_build_object('topic', e.topic, 'partition', e.partition,
                                      'offset', e.record_offset,
                                      'receipt', coalesce(e.receipt, '')))
  FROM g JOIN assay_outbox e ON e.id = g.newest_id
 ORDER BY g.step, g.state, g.count DESC, g.code
)sql";

std::string text(assay_text from) { return std::string(detail::from_c(from)); }

// Runs a statement that changes what the filter means, up to its limit.
std::uint64_t change(const Settings& settings, const OutboxFilter& filter, Deadline deadline,
                     const std::string& how, const std::string& also) {
  const auto statement = how + " WHERE id IN (SELECT id FROM assay_outbox WHERE" + meant + "AND " +
                         also + " ORDER BY id LIMIT nullif($6::bigint, 0) FOR UPDATE)";
  std::uint64_t changed = 0;
  administer(settings, deadline, [&](pqxx::connection& connection) {
    pqxx::work transaction(connection);
    changed = static_cast<std::uint64_t>(
        transaction
            .exec_params(statement, text(filter.group), text(filter.step), text(filter.state),
                         text(filter.code), text(filter.text), std::int64_t{filter.limit})
            .affected_rows());
    transaction.commit();
  });
  return changed;
}

}  // namespace

void list_outbox(const Settings& settings, const OutboxFilter& filter, Deadline deadline,
                 const TextStream& stream) {
  const auto statement =
      std::string(
          "WITH g AS (SELECT step, state, code, reason, count(*) AS count, min(stored_at) AS "
          "oldest, max(stored_at) AS newest, max(id) AS newest_id FROM assay_outbox WHERE") +
      meant + "GROUP BY step, state, code, reason)" + groups;
  administer(settings, deadline, [&](pqxx::connection& connection) {
    pqxx::read_transaction transaction(connection);
    for (const auto& row :
         transaction.exec_params(statement, text(filter.group), text(filter.step),
                                 text(filter.state), text(filter.code), text(filter.text))) {
      stream << row[0].as<std::string>() << "\n";
    }
  });
}

std::uint64_t retry_outbox(const Settings& settings, const OutboxFilter& filter,
                           Deadline deadline) {
  return change(settings, filter, deadline,
                "UPDATE assay_outbox SET state = 'pending', due_at = now(), settled_at = NULL",
                "state = 'dead'");
}

std::uint64_t drop_from_outbox(const Settings& settings, const OutboxFilter& filter,
                               Deadline deadline) {
  return change(settings, filter, deadline, "DELETE FROM assay_outbox",
                "state IN ('dead', 'pending')");
}

}  // namespace assay::postgres
