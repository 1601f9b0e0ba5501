#include "plugins/sinks/postgres/administration.hpp"

#include <algorithm>

namespace assay::postgres {
namespace {

// Any constant that nobody else uses: "assay" in ASCII.
constexpr const char* take_lock = "SELECT pg_advisory_lock(418581344633)";

std::string connection_string(const Settings& settings) {
  std::string text;
  for (const auto& [name, value] : settings.for_administrator()) {
    text += name + "='";
    for (const char c : value) {
      if (c == '\'' || c == '\\') text += '\\';
      text += c;
    }
    text += "' ";
  }
  return text;
}

// libpqxx 6 tells a few errors by their class alone, without a SQLSTATE.
std::string sqlstate_of(const pqxx::sql_error& error) {
  if (dynamic_cast<const pqxx::insufficient_privilege*>(&error)) return "42501";
  return error.sqlstate();
}

std::string advice_for(const std::string& sqlstate, const Settings& settings) {
  if (sqlstate == "42501") {
    return "run it as the owner of the database: administrator.user, administrator.password (now " +
           settings.administrator + ")";
  }
  if (sqlstate == "55P03" || sqlstate == "57014") {
    return "another session holds a lock: try again, or give it more time";
  }
  return "";
}

}  // namespace

void administer(const Settings& settings, Deadline deadline,
                const std::function<void(pqxx::connection&)>& body) {
  try {
    pqxx::connection connection(connection_string(settings));
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline.left()).count();
    pqxx::nontransaction setup(connection);
    setup.exec("SET search_path = public");
    setup.exec("SET TimeZone = 'UTC'");
    setup.exec("SET client_min_messages = warning");
    setup.exec("SET statement_timeout = " + std::to_string(std::max<std::int64_t>(1, left)));
    setup.commit();
    body(connection);
  } catch (const pqxx::sql_error& error) {
    std::string text = error.what();
    text = text.substr(0, text.find('\n'));  // what follows quotes the statement or its data
    const auto sqlstate = sqlstate_of(error);
    throw Refusal(settings.without_secrets(text) + " (" +
                  (sqlstate.empty() ? "" : sqlstate + ", ") + settings.place() + ")")
        .advise(advice_for(sqlstate, settings));
  } catch (const pqxx::failure& error) {
    throw Refusal(settings.without_secrets(error.what()) + " (" + settings.place() + ")")
        .advise("check host, port, user and password of the sink, and that the server runs");
  }
}

void administer_alone(const Settings& settings, Deadline deadline,
                      const std::function<void(pqxx::connection&)>& body) {
  administer(settings, deadline, [&](pqxx::connection& connection) {
    pqxx::nontransaction(connection).exec(take_lock);
    body(connection);
  });
}

}  // namespace assay::postgres
