// One function per part of the configuration: the merged tree, checked by the schema, becomes
// structs. What the schema cannot say about a single part is checked on the way.
//
// Thread: control.
#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "host/config/config.hpp"
#include "host/config/node.hpp"
#include "host/diagnostics/diagnostic.hpp"

namespace assay::host {

inline constexpr std::array on_error_words{
    std::pair{std::string_view("open"), OnError::open},
    std::pair{std::string_view("review"), OnError::review},
    std::pair{std::string_view("closed"), OnError::closed},
};

inline constexpr std::array isolation_words{
    std::pair{std::string_view("in_process"), Isolation::in_process},
    std::pair{std::string_view("process"), Isolation::process},
};

[[nodiscard]] SourceConfig read_source(const Node& root, Diagnostics& diagnostics);
[[nodiscard]] std::vector<FieldConfig> read_fields(const Node* schema, const std::string& path,
                                                   Diagnostics& diagnostics);
[[nodiscard]] FeaturesConfig read_features(const Node& root, Diagnostics& diagnostics);
[[nodiscard]] std::optional<HoldersConfig> read_holders(const Node& root, Diagnostics& diagnostics);
[[nodiscard]] CardConfig read_card(const Node& root, Diagnostics& diagnostics);
[[nodiscard]] DecisionConfig read_decision(const Node& root, Diagnostics& diagnostics);
[[nodiscard]] std::vector<RuleConfig> read_rules(const Node& root, const DecisionConfig& decision,
                                                 const PluginsConfig& plugins,
                                                 Diagnostics& diagnostics);
/// Of a rule at `path`; a null pointer has none.
[[nodiscard]] std::vector<ReasonBands> read_bands(const Node* bands, const std::string& path,
                                                  Diagnostics& diagnostics);
/// A null pointer is no breaker.
[[nodiscard]] std::optional<BreakerConfig> read_breaker(const Entry* entry, const std::string& path,
                                                        Diagnostics& diagnostics);
[[nodiscard]] std::optional<DecisionConfig::Cap> read_cap(const Node* node,
                                                          Diagnostics& diagnostics);
/// What a null pointer or the node does not say stays as it is.
void read_guard(const Node* node, DeadLettersConfig::Guard& guard, Diagnostics& diagnostics);
[[nodiscard]] std::vector<SinkConfig> read_sinks(const Node& root, Diagnostics& diagnostics);
[[nodiscard]] std::vector<ChainConfig> read_chains(const Node& root, Diagnostics& diagnostics);
[[nodiscard]] DeadLettersConfig read_dead_letters(const Node& root, Diagnostics& diagnostics);
[[nodiscard]] OutboxConfig read_outbox(const Node& root, Diagnostics& diagnostics);
[[nodiscard]] PluginsConfig read_plugins(const Node& root, Diagnostics& diagnostics);
/// Warns of pins that no rule and no sink can mean.
void check_pins(const Node& root, const Config& config, Diagnostics& diagnostics);
[[nodiscard]] ObserveConfig read_observe(const Node& root, Diagnostics& diagnostics);

}  // namespace assay::host
