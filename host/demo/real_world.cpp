#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "host/demo/demo_world.hpp"

namespace assay::host {
namespace {

using Facts = std::map<std::string, std::string>;

constexpr std::chrono::seconds kStart{90};

std::string overlay(const Facts& kafka, const Facts& postgres, const Facts& smtp) {
  return "# Over demo.yaml: real servers in the place of the embedded parts.\n"
         "source:\n"
         "  bootstrap: " +
         kafka.at("address") +
         "\n"
         "sinks:\n"
         "  store:\n"
         "    use: postgres\n"
         "    config:\n"
         "      file: null\n"
         "      host: " +
         postgres.at("host") + "\n      port: " + postgres.at("port") +
         "\n      database: " + postgres.at("database") +
         "\n"
         "      user: assay_engine\n"
         "      password: ${file:" +
         postgres.at("engine_password_file") +
         "}\n"
         "      administrator: { user: assay_owner, password: \"${file:" +
         postgres.at("owner_password_file") + "}\" }\n      sslrootcert: " + postgres.at("ca") +
         "\n"
         "      sslmode: verify-full\n"
         "  mail:\n"
         "    use: smtp\n"
         "    config:\n"
         "      folder: null\n"
         "      host: " +
         smtp.at("host") + "\n      port: " + smtp.at("port") +
         "\n"
         "      tls: starttls\n"
         "      ca_file: " +
         smtp.at("ca") +
         "\n"
         "chains: { main: { alert: { after: null, deferred: store } } }\n"
         "dead_letters: { mode: kafka, topic: " +
         demo_dead_letter_topic + ", file: null }\n";
}

tl::expected<Facts, std::string> facts_of(ChildProcess& server) {
  const auto line = server.first_line(kStart);
  if (!line) return tl::unexpected(line.error());
  const auto json = nlohmann::json::parse(*line, nullptr, false);
  if (json.is_object()) return json.get<Facts>();
  return tl::unexpected("a server announced itself with `" + *line + "`");
}

}  // namespace

tl::expected<DemoWorld, std::string> real_world(const DemoFolder& folder,
                                                const std::string& scripts) {
  namespace fs = std::filesystem;
  // The database server runs as a user of its own and must reach its folder.
  std::error_code failure;
  fs::permissions(folder.path(), fs::perms::group_exec | fs::perms::others_exec,
                  fs::perm_options::add, failure);
  if (failure) return tl::unexpected(folder.path().string() + ": " + failure.message());

  DemoWorld world;
  const auto start = [&](const std::string& name, std::vector<std::string> more) {
    std::vector<std::string> command{fs::path(scripts) / name, "start", folder / name};
    command.insert(command.end(), more.begin(), more.end());
    return ChildProcess::start(command, folder / (name + ".log"));
  };
  // Together: each takes its seconds.
  std::vector<Facts> facts;
  for (const auto& [name, more] :
       std::initializer_list<std::pair<const char*, std::vector<std::string>>>{
           {"kafka", {}}, {"postgres", {"--tls"}}, {"smtp", {"--starttls"}}}) {
    auto server = start(name, more);
    if (!server) return tl::unexpected(server.error());
    world.processes.push_back(std::move(*server));
  }
  for (auto& server : world.processes) {
    auto announced = facts_of(server);
    if (!announced) return tl::unexpected(announced.error());
    facts.push_back(std::move(*announced));
  }
  const auto& postgres = facts[1];
  try {
    const auto text = overlay(facts[0], postgres, facts[2]);
    if (auto written = folder.write_overlay(text); !written) {
      return tl::unexpected(written.error());
    }
    world.bootstrap = facts[0].at("address");
    world.mails = facts[2].at("mails");
    world.store = postgres_store(postgres.at("owner"));
    world.look = {
        scripts + "/postgres start " + (folder / "postgres").string() +
            " --tls      (in another terminal: the same database again)",
        "psql '" + postgres.at("owner") + "' -c 'SELECT * FROM assay_api.v_alert_queue LIMIT 5'"};
  } catch (const std::out_of_range&) {
    return tl::unexpected(std::string("a server's announcement lacks something; they are in ") +
                          scripts);
  }
  world.what = "decisions into PostgreSQL, mails to an SMTP server over TLS";
  world.needs_migration = true;
  return world;
}

}  // namespace assay::host
