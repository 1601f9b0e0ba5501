// A rule under check: made, bound, asked and destroyed as the engine does it, and judged at every
// step by what the header promises.
//
// Everything here throws Broken where the rule breaks a promise. One for the process of a check.
//
// Thread: the check's; evaluate() may be called from others, one at a time.
#pragma once

#include <assay/rule.h>

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "host/conformance/open_binder.hpp"
#include "host/conformance/opened_plugin.hpp"
#include "host/conformance/sample_block.hpp"
#include "host/conformance/sample_rows.hpp"
#include "host/plugins/config_view.hpp"

namespace assay::host {

// A verdict with all of its evidence; what only hits have is zero of others.
struct RuleAnswer {
  std::uint16_t answer = 0;
  std::uint16_t reason = 0;
  std::int32_t score = 0;
  std::array<std::int64_t, ASSAY_MAX_EVIDENCE> evidence{};

  friend bool operator==(const RuleAnswer&, const RuleAnswer&) = default;
};

class CheckedRule final {
 public:
  // Opens the plugin and calls init; create_shared with make_shared().
  explicit CheckedRule(const Candidate& candidate);
  ~CheckedRule();
  CheckedRule(const CheckedRule&) = delete;
  CheckedRule& operator=(const CheckedRule&) = delete;

  struct Instance {
    assay_rule* rule = nullptr;
    Declared declared{};
    std::uint64_t batches = 0;
  };

  [[nodiscard]] const assay_rule_api& api() const { return *api_; }
  [[nodiscard]] const OpenedPlugin& plugin() const { return plugin_; }
  [[nodiscard]] const Node& settings() const { return settings_->root; }
  [[nodiscard]] bool stateful() const { return (api_->flags & ASSAY_RULE_STATEFUL) != 0; }

  void make_shared();
  // Creates and binds.
  [[nodiscard]] Instance make();
  void destroy(Instance& instance) const;
  void destroy_shared();
  // What is left: the shared data, then deinit.
  void close();

  [[nodiscard]] std::vector<std::byte> save(Instance& instance) const;
  // The plugin's own answer; `at_end` tells whether all was read. Where the bytes are sound it must
  // succeed.
  struct Loading {
    assay_status status;
    bool with_words;
    bool at_end;
  };
  [[nodiscard]] Loading load(Instance& instance, std::span<const std::byte> state,
                             std::uint64_t version) const;

  [[nodiscard]] std::vector<RuleAnswer> evaluate(Instance& instance,
                                                 std::span<const SampleRow> rows,
                                                 BlockShape shape = {}) const;
  // The rows in batches of `size`, with a tick between them.
  [[nodiscard]] std::vector<RuleAnswer> evaluate_in_batches(Instance& instance,
                                                            std::span<const SampleRow> rows,
                                                            std::size_t size) const;
  void tick(Instance& instance, std::int64_t now) const;

  // In words: "hit `round_amount` with score 0.4".
  [[nodiscard]] static std::string words(const Instance& instance, const RuleAnswer& answer);
  // Throws Broken at the first difference; `how` tells what differed: "in batches of 1".
  static void compare(const Instance& instance, std::span<const RuleAnswer> one,
                      std::span<const RuleAnswer> other, const std::string& how,
                      const std::string& help);

 private:
  [[nodiscard]] std::vector<RuleAnswer> read(const Instance& instance,
                                             const CheckedVerdicts& verdicts) const;

  OpenedPlugin plugin_;
  const assay_rule_api* api_;
  std::unique_ptr<assay_config> settings_;
  assay_rule_shared* shared_ = nullptr;
  bool initialised_ = false;
};

}  // namespace assay::host
