// What the operator decided, as plain values: the reader has checked it, so nobody checks again.
// Where a later stage can still find a fault (a plugin's parameters, a field's name) the place is
// kept beside the value.
//
// Thread: control; immutable once read.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "host/config/listen.hpp"
#include "host/config/node.hpp"

namespace assay::host {

using Nanoseconds = std::int64_t;
using Bytes = std::int64_t;

inline constexpr Nanoseconds second_ns = 1'000'000'000;

/// librdkafka properties, secrets in clear: never print one.
using KafkaProperties = std::map<std::string, std::string>;

struct FieldConfig {
  std::string name{};
  std::string type{};  // text int64 double bool decimal time duration card
  std::string from{};  // JSON pointer
  bool required = false;
  std::string role{};  // empty: none
  Span span{};
};

struct SourceConfig {
  enum class KeyIsPan { refuse, tokenise };
  enum class OnGap { halt, proceed };

  std::string topic = "transactions";
  std::string group = "assay";
  std::string key = "user_id";  // "none": not keyed by a field
  Span key_span{};
  std::vector<std::string> implies{};
  KeyIsPan key_is_pan = KeyIsPan::refuse;
  std::string bootstrap = "localhost:9092";
  KafkaProperties kafka{};
  bool static_membership = true;
  std::string member{};  // prefix of the static id; empty: the host's name
  Bytes max_message = 64 << 10;
  OnGap on_gap = OnGap::halt;
};

struct TimeConfig {
  std::optional<Nanoseconds> behind{};  // nothing: no limit
  std::optional<Nanoseconds> ahead = 300 * second_ns;
  Nanoseconds skew = 3'600 * second_ns;
  std::optional<Nanoseconds> alignment = 10 * second_ns;  // nothing: partitions go as they come
  std::string zone = "UTC";
};

// Where what is remembered outlives the process.
struct StateConfig {
  std::string dir{};  // empty: nowhere, the log is read again
  Nanoseconds interval = 60 * second_ns;
};

struct HoldersConfig {
  std::string topic = "account_holders";  // empty when `file` is given
  std::string file{};
  std::string key = "user_id";
  std::vector<FieldConfig> fields{};  // empty: the sample schema
};

struct CardConfig {
  std::string key_file{};
  std::string key_env{};
  std::string key_id = "k1";
};

enum class OnError { open, review, closed };

// Windowed history under a name. What the text means is known where the fields are.
struct NamedFeature {
  std::string name{};
  Node text{};
  Span span{};  // the name
};

struct FeaturesConfig {
  std::int64_t exact_events = 4096;
  Nanoseconds retention = Nanoseconds{400} * 86'400 * second_ns;
  Bytes memory = 256 << 20;
  std::vector<NamedFeature> named{};
};

// How much history a hit needs.
struct MinHistory {
  std::string feature{};  // empty: every feature of the rule
  Nanoseconds least = 0;
  Span span{};
};

struct BandConfig {
  Node above{};  // a scalar; null: the first band, and whatever is below the next
  double score = 0;
  std::string code{};  // empty: the reason's
  Node reason{};       // a scalar, or null where the reason's words stand
  Span span{};
};

struct ReasonBands {
  std::string reason{};  // its code
  std::vector<BandConfig> bands{};
  Span span{};
};

struct BreakerConfig {
  std::int32_t share = 0;  // millionths of the transactions
  std::int64_t count = 1;
  Nanoseconds window = 600 * second_ns;
  bool demote = false;
  Span span{};  // of `demote`, or of the breaker
};

// Where a rule's code runs.
enum class Isolation { in_process, process };

// A rule has a plugin (`use`) or a condition (`when`), never both.
struct RuleConfig {
  enum class Mode { off, shadow, live };

  std::string id{};
  std::int64_t version = 1;
  std::string owner{};
  std::string description{};
  Mode mode = Mode::live;
  std::string use{};  // empty: the rule has a condition
  Span use_span{};
  Node when{};                                  // a scalar, or null where the rule has a plugin
  Isolation isolation = Isolation::in_process;  // its own or that of `plugins`
  std::string code{};                           // the reason code of a condition's hits
  Node parameters{};  // a map, perhaps empty; the plugin's schema has yet to judge it
  std::vector<NamedFeature> features{};
  std::vector<MinHistory> min_history{};
  std::optional<double> score{};
  double weight = 1;  // `decision.weights` already applied
  Node reason{};      // a scalar, or null where the plugin's words stand
  Node tests{};       // a list, perhaps empty
  std::vector<ReasonBands> bands{};
  std::optional<BreakerConfig> breaker{};
  OnError on_error = OnError::open;  // the rule's own or the policy's
  Span span{};                       // the rule's id
};

// Of rules whose code runs in a process of its own.
struct ProcessConfig {
  Nanoseconds deadline = second_ns;    // for the verdicts on a batch
  Nanoseconds start = 10 * second_ns;  // for each step until it judges
  Bytes memory = Bytes{1} << 30;       // of address space
  std::int64_t restarts = 5;           // within `restart_window`; then it stays down
  Nanoseconds restart_window = 600 * second_ns;
  Nanoseconds spin = 0;  // how long each side waits for the other without going to sleep
};

struct PluginsConfig {
  struct Pin {
    std::string plugin{};  // as `use` says it
    std::string sha256{};  // 64 small hexadecimal digits
  };

  std::vector<std::string> path{};
  Bytes max_size = 64 << 20;
  std::vector<Pin> pins{};
  bool require_pins = false;
  std::vector<std::string> libraries{};         // allowed besides the usual ones
  std::string cache{};                          // empty: where the environment says
  std::int64_t max_retired = 200;               // libraries that are mapped and not used
  Isolation isolation = Isolation::in_process;  // of rules that say nothing themselves
  ProcessConfig process{};
};

struct DecisionConfig {
  enum class Combine { sum, maximum, noisy_or };
  enum class Action { block, allow, review };

  struct HardAction {
    std::string rule{};
    std::string reason{};
    Action action = Action::review;
    Span span{};  // the reason code
  };

  struct Cap {
    std::int64_t declines = 0;  // more of them alarm
    Nanoseconds window = 600 * second_ns;
  };

  Combine combine = Combine::sum;
  double review = 0.5;
  double decline = 0.9;
  Action wins = Action::block;  // block or allow, where both apply
  std::vector<HardAction> actions{};
  std::optional<Cap> cap{};
  OnError on_error = OnError::open;
};

struct SinkConfig {
  enum class Parallel { none, by_partition };

  std::string id{};
  std::string use{};
  Span use_span{};
  Node config{};  // a map, perhaps empty; the plugin's schema has yet to judge it
  Parallel parallel = Parallel::none;
  std::int64_t instances = 1;
  std::int64_t batch_rows = 5000;
  Bytes batch_bytes = 8 << 20;
  Nanoseconds batch_age = 10'000'000;
  Nanoseconds timeout = 30 * second_ns;
  Span span{};
};

struct StepConfig {
  std::string id{};
  std::string sink{};
  Node when{};  // a scalar, or null: every record
  std::vector<std::string> after{};
  std::string deferred{};  // the step whose sink keeps the outbox; empty: not deferred
  Span deferred_span{};
  // The step that takes what this one cannot deliver; empty: none.
  std::string fallback{};
  Span fallback_span{};
  std::optional<std::int64_t> fallback_after{};  // nanoseconds
  std::optional<std::int64_t> cooldown{};        // nanoseconds of event time
  Span cooldown_span{};
  bool required = false;
  Span span{};
};

struct ChainConfig {
  enum class Kind { decision, holder };

  std::string id{};
  Kind kind = Kind::decision;
  std::vector<StepConfig> steps{};  // every step behind those it waits for
  Span span{};
};

struct DeadLettersConfig {
  enum class Mode { kafka, file };

  Mode mode = Mode::kafka;
  std::string topic = "assay.dead_letters";
  KafkaProperties kafka{};
  std::string file{};
  // More rejected records than both in the window, and a sink halts instead.
  struct Guard {
    std::int32_t share = 50'000;  // millionths of the sink's records
    std::int64_t count = 100;
    Nanoseconds window = 60 * second_ns;  // of the process's own clock
  } guard{};
};

// Of the outboxes that deferred steps are delivered from.
struct OutboxConfig {
  enum class Ambiguous { resend, hold };

  Nanoseconds keep = std::int64_t{7} * 86'400 * second_ns;  // what was sent
  std::int64_t batch = 20;                                  // records in one hand
  Bytes max = Bytes{1} << 30;                               // of one step that wait
  Ambiguous ambiguous = Ambiguous::resend;
};

// Where the engine can be looked at.
struct ObserveConfig {
  Listen listen{};
  std::string token{};  // empty: none is asked for; never print it
  Span span{};          // of the address
};

struct LogConfig {
  enum class Level { debug, info, warning, error };
  enum class Format { human, json };

  Level level = Level::info;
  Format format = Format::human;
};

struct Config {
  SourceConfig source{};
  std::int64_t workers = 0;  // 0: the engine chooses
  Bytes memory = 512 << 20;
  TimeConfig time{};
  StateConfig state{};
  Nanoseconds dedupe_horizon = 86'400 * second_ns;
  std::string default_currency{};     // empty: every message must name one
  std::vector<FieldConfig> fields{};  // empty: the sample schema
  FeaturesConfig features{};
  std::optional<HoldersConfig> holders{};  // nothing: no holders
  CardConfig card{};
  std::vector<RuleConfig> rules{};
  PluginsConfig plugins{};
  DecisionConfig decision{};
  std::vector<SinkConfig> sinks{};
  std::vector<ChainConfig> chains{};
  DeadLettersConfig dead_letters{};
  OutboxConfig outbox{};
  ObserveConfig observe{};
  LogConfig log{};

  Node merged{};                 // the whole tree, rules by id: for `validate --merged`
  std::string canonical_json{};  // the same, keys sorted, secrets as ***: stored beside decisions
  std::string hash{};            // SHA-256 of `canonical_json`, 64 hexadecimal digits
};

}  // namespace assay::host
