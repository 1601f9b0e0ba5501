// Two configurations that are one but for what each test lays over it.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "host/application/assembly.hpp"
#include "host/comparison/comparison.hpp"
#include "host/config/reader.hpp"
#include "host/diagnostics/render.hpp"
#include "tests/host/config/support.hpp"

namespace assay::host::testing {

inline constexpr const char* kBase = R"(
plugins: { path: [")" ASSAY_RULES_FOLDER R"(", ")" ASSAY_SINKS_FOLDER R"("] }
default_currency: EUR
source: { group: assay, kafka: { sasl.password: hunter2 } }
schema:
  fields:
    id: { type: text, role: id }
    at: { type: time, role: time }
    user_id: { type: text, role: customer }
    amount: { type: decimal, role: amount }
    note: { type: text }
rules:
  large: { version: 3, use: large_amount, parameters: { limits: { EUR: 5000 } } }
  stolen: { version: 1, use: list, parameters: { field: user_id, kind: block, file: stolen.txt } }
  burst: { version: 1, when: recent > 5, reason: many, features: { recent: count() by user_id over 10m } }
sinks:
  db: { use: sqlite, config: { file: x.db } }
  pg: { use: postgres, config: { database: assay, user: u, password: hunter2 } }
  mail: { use: mail_folder, config: { folder: m, from: a@bank.example } }
chains:
  main:
    store: { sink: db, required: true }
    keep: { sink: pg, required: true }
    alert: { sink: mail, deferred: keep, when: 'decision != "approve"' }
)";

class TwoConfigurations {
 public:
  TwoConfigurations() {
    folder_.write("stolen.txt", "42\n");
    folder_.write("base.yaml", kBase);
  }

  Comparison compared(const std::string& before, const std::string& after) {
    after_.reset();  // it has plugins of the other
    before_ = built("old.yaml", before, std::make_shared<Ground>());
    after_ = built("new.yaml", after, before_->assembly->ground());
    return compare(*before_->assembly, *after_->assembly);
  }

  [[nodiscard]] Assembly& before() const { return *before_->assembly; }
  [[nodiscard]] Assembly& after() const { return *after_->assembly; }
  TemporaryFolder& folder() { return folder_; }

 private:
  struct Side {
    std::unique_ptr<Config> config;
    std::unique_ptr<Assembly> assembly;
  };

  std::unique_ptr<Side> built(const std::string& name, const std::string& overlay,
                              std::shared_ptr<Ground> ground) {
    std::vector<std::string> files{folder_.path() + "/base.yaml"};
    if (!overlay.empty()) files.push_back(folder_.write(name, overlay));
    Diagnostics diagnostics;
    auto config = read_config(files, diagnostics);
    auto side = std::make_unique<Side>();
    if (config) {
      side->config = std::make_unique<Config>(std::move(*config));
      side->assembly = Assembly::build(*side->config, Assembly::CardKey::not_needed, diagnostics,
                                       std::move(ground));
    }
    if (!side->assembly) {
      throw std::invalid_argument(render(diagnostics, DiagnosticFormat::human));
    }
    return side;
  }

  TemporaryFolder folder_;
  std::unique_ptr<Side> before_;
  std::unique_ptr<Side> after_;
};

}  // namespace assay::host::testing
