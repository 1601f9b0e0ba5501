// A configuration in a folder of its own, assembled and judged offline.
#pragma once

#include <fstream>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>

#include "host/application/assembly.hpp"
#include "host/config/reader.hpp"
#include "host/offline/offline_engine.hpp"
#include "tests/support/servers/temporary_folder.hpp"

namespace assay::testing {

class OfflineDeployment {
 public:
  // `rules` is the configuration's section of that name; sinks write mails into the folder.
  explicit OfflineDeployment(const std::string& rules) {
    write("holders.jsonl",
          R"({"user_id": 7, "name": "Ada", "address": "Mauerstr. 1", "phone_number": "1", )"
          R"("email": "ada@example.com", "date_of_birth": "1990-01-01", "account_number": "DE1", )"
          R"("account_type": "current", "balance": 10, "city": "Berlin"})"
          "\n");
    write("assay.yaml",
          "default_currency: EUR\n"
          "holders: { file: holders.jsonl }\n"
          "card: { key_file: card.key }\n"
          "dead_letters: { mode: file, file: dead.jsonl }\n"
          "plugins: { path: [" ASSAY_RULES_FOLDER ", " ASSAY_SINKS_FOLDER ", " ASSAY_BROKEN_PLUGINS
          "] }\n"
          "sinks: { mail: { use: mail_folder, config: { folder: mails, from: "
          "\"a@example.com\", desk: \"desk@example.com\" } } }\n"
          "chains: { main: { alert: { sink: mail, required: true, when: "
          "'decision != \"approve\"' } } }\n" +
              rules);
    host::Diagnostics diagnostics;
    const auto file = (folder_ / "assay.yaml").string();
    auto config = host::read_config(std::span(&file, 1), diagnostics);
    if (config) {
      config_ = std::move(*config);
      assembly_ = host::Assembly::build(config_, host::Assembly::CardKey::or_made_up, diagnostics);
    }
    if (assembly_) engine_ = host::OfflineEngine::make(*assembly_, diagnostics);
    if (!engine_) {
      std::string why;
      for (const auto& one : diagnostics.all()) why += one.message + "\n";
      throw std::runtime_error(why);
    }
  }

  [[nodiscard]] host::Assembly& assembly() { return *assembly_; }
  [[nodiscard]] host::OfflineEngine& engine() { return *engine_; }
  [[nodiscard]] std::filesystem::path path(const std::string& file) const { return folder_ / file; }
  void write(const std::string& file, const std::string& text) const {
    std::ofstream(folder_ / file) << text;
  }

 private:
  TemporaryFolder folder_;
  host::Config config_;
  std::unique_ptr<host::Assembly> assembly_;
  std::unique_ptr<host::OfflineEngine> engine_;
};

// A payment in the sample schema.
inline std::string payment(const std::string& id, const std::string& amount,
                           const std::string& more = {}) {
  return R"({"transaction_id": ")" + id +
         R"(", "timestamp": 1514808000, "user_id": 7, "amount": )" + amount +
         R"(, "transaction_type": "purchase", "location": "Paris", "merchant": "Bakery", )"
         R"("card_number": "4111111111111111")" +
         more + "}";
}

inline constexpr const char* kTwoRules = R"(rules:
  large: { use: large_amount, version: 3, parameters: { limits: { EUR: 1000.00 } }, score: 0.6 }
  place: { use: unexpected_location, version: 1, mode: shadow, score: 0.25 }
)";

}  // namespace assay::testing
