#include "host/config/sections.hpp"

#include <array>
#include <map>
#include <string_view>
#include <utility>

#include "host/config/bounded_size.hpp"
#include "host/config/kafka_properties.hpp"
#include "host/config/members.hpp"

namespace assay::host {
namespace {

constexpr SizeBounds kOutbox{{64 << 10, "64 KiB"}, {Bytes{1} << 40, "1 TiB"}};
constexpr SizeBounds kBatch{{1, "1 B"}, {Bytes{1} << 30, "1 GiB"}};

}  // namespace

SourceConfig read_source(const Node& root, Diagnostics& diagnostics) {
  SourceConfig source;
  const Members members = Members(&root).map("source");
  members.text("topic", source.topic);
  members.text("group", source.group);
  members.text("key", source.key);
  source.key_span = members.place("key");
  members.texts("implies", source.implies);
  members.choice(
      "key_is_pan", source.key_is_pan,
      std::array{std::pair{std::string_view("refuse"), SourceConfig::KeyIsPan::refuse},
                 std::pair{std::string_view("tokenise"), SourceConfig::KeyIsPan::tokenise}});
  members.text("bootstrap", source.bootstrap);
  members.properties("kafka", source.kafka);
  members.text("member", source.member);
  if (source.member == "none") {
    source.static_membership = false;
    source.member.clear();
  }
  read_size(members, "max_message", source.max_message, kMessage, "source.max_message",
            diagnostics);
  members.choice("on_gap", source.on_gap,
                 std::array{std::pair{std::string_view("halt"), SourceConfig::OnGap::halt},
                            std::pair{std::string_view("continue"), SourceConfig::OnGap::proceed}});
  check_consumer_properties(members.find("kafka"), diagnostics);
  return source;
}

std::vector<FieldConfig> read_fields(const Node* schema, const std::string& path,
                                     Diagnostics& diagnostics) {
  std::map<std::string, Span> roles;
  return each_entry(Members(schema).find("fields"), [&](const Entry& entry) {
    FieldConfig field{.name = entry.key, .from = "/" + entry.key, .span = entry.key_span};
    const Members members(&entry.value);
    members.text("type", field.type);
    members.text("from", field.from);
    members.boolean("required", field.required);
    members.text("role", field.role);
    if (field.role.empty()) return field;
    const auto [first, fresh] = roles.try_emplace(field.role, members.place("role"));
    if (!fresh) {
      diagnostics.add({.code = Code::repeated_role,
                       .message = "two fields have the role `" + field.role + "`",
                       .span = members.place("role"),
                       .label = "second time",
                       .note = "first at " + first->second.text(),
                       .help = "remove the role from one of the two",
                       .path = path + ".fields." + field.name + ".role"});
    }
    return field;
  });
}

std::optional<HoldersConfig> read_holders(const Node& root, Diagnostics& diagnostics) {
  const Node* node = root.find("holders");
  if (node == nullptr || !node->is_map()) return std::nullopt;
  HoldersConfig holders;
  const Members members(node);
  members.text("topic", holders.topic);
  members.path("file", holders.file);
  members.text("key", holders.key);
  if (!holders.file.empty()) {
    if (node->find("topic") != nullptr) {
      diagnostics.add({.code = Code::conflicting_keys,
                       .message = "holders come from a topic or from a file, not from both",
                       .span = node->entry("file")->key_span,
                       .note = "`topic` stands at " + node->entry("topic")->key_span.text(),
                       .help = "remove one of the two",
                       .path = "holders.file"});
    }
    holders.topic.clear();
  }
  holders.fields = read_fields(members.find("schema"), "holders.schema", diagnostics);
  return holders;
}

CardConfig read_card(const Node& root, Diagnostics& diagnostics) {
  CardConfig card;
  const Node* node = root.find("card");
  const Members members(node);
  members.path("key_file", card.key_file);
  members.text("key_env", card.key_env);
  members.text("key_id", card.key_id);
  if (!card.key_file.empty() && !card.key_env.empty()) {
    diagnostics.add(
        {.code = Code::conflicting_keys,
         .message = "the card key comes from a file or from the environment, not from both",
         .span = node->entry("key_env")->key_span,
         .note = "`key_file` stands at " + node->entry("key_file")->key_span.text(),
         .help = "remove one of the two",
         .path = "card.key_env"});
  }
  return card;
}

DecisionConfig read_decision(const Node& root, Diagnostics& diagnostics) {
  using Action = DecisionConfig::Action;
  using Combine = DecisionConfig::Combine;
  DecisionConfig decision;
  const Members members = Members(&root).map("decision");
  members.choice("combine", decision.combine,
                 std::array{std::pair{std::string_view("sum"), Combine::sum},
                            std::pair{std::string_view("maximum"), Combine::maximum},
                            std::pair{std::string_view("noisy_or"), Combine::noisy_or}});
  members.number("review", decision.review);
  members.number("decline", decision.decline);
  members.choice("on_error", decision.on_error, on_error_words);
  decision.cap = read_cap(members.find("cap"), diagnostics);
  if (const Node* order = members.find("precedence");
      order != nullptr && order->items.size() == 2) {
    if (order->items[0].text == order->items[1].text) {
      diagnostics.add(
          {.code = Code::bad_value,
           .message = "`decision.precedence` names `" + order->items[0].text + "` twice",
           .span = order->items[1].span,
           .help = "write [block, allow] or [allow, block]",
           .path = "decision.precedence"});
    }
    decision.wins = order->items[0].text == "allow" ? Action::allow : Action::block;
  }
  if (const Node* actions = members.find("actions")) {
    for (const Entry& rule : actions->entries) {
      for (const Entry& reason : rule.value.entries) {
        DecisionConfig::HardAction action{
            .rule = rule.key, .reason = reason.key, .span = reason.key_span};
        Members(&rule.value)
            .choice(reason.key, action.action,
                    std::array{std::pair{std::string_view("block"), Action::block},
                               std::pair{std::string_view("allow"), Action::allow},
                               std::pair{std::string_view("review"), Action::review}});
        decision.actions.push_back(std::move(action));
      }
    }
  }
  if (decision.review > decision.decline) {
    const Span review = members.place("review");
    const Span decline = members.place("decline");
    diagnostics.add({.code = Code::cut_offs_out_of_order,
                     .message = "the cut-off `decision.review` lies above `decision.decline`",
                     .span = review.source ? review : decline,
                     .label = review.source ? "higher than the cut-off of decline"
                                            : "lower than the cut-off of review",
                     .note = "a score from `review` on is reviewed, from `decline` on declined",
                     .help = "make `review` at most as large as `decline`",
                     .path = "decision.review"});
  }
  return decision;
}

std::vector<SinkConfig> read_sinks(const Node& root, Diagnostics& diagnostics) {
  return each_entry(root.find("sinks"), [&](const Entry& entry) {
    SinkConfig sink{.id = entry.key, .span = entry.key_span};
    const Members members(&entry.value);
    members.text("use", sink.use);
    sink.use_span = members.place("use");
    sink.config = members.map_or_empty("config", entry.key_span);
    members.choice("parallel", sink.parallel,
                   std::array{std::pair{std::string_view("none"), SinkConfig::Parallel::none},
                              std::pair{std::string_view("by_partition"),
                                        SinkConfig::Parallel::by_partition}});
    members.integer("instances", sink.instances);
    const Members batch = members.map("batch");
    batch.integer("rows", sink.batch_rows);
    read_size(batch, "bytes", sink.batch_bytes, kBatch, "sinks." + sink.id + ".batch.bytes",
              diagnostics);
    batch.duration("age", sink.batch_age);
    members.duration("timeout", sink.timeout);
    if (sink.instances > 1 && sink.parallel == SinkConfig::Parallel::none) {
      diagnostics.add({.code = Code::conflicting_keys,
                       .message = "the sink `" + sink.id +
                                  "` has several instances and nothing to divide them by",
                       .span = members.place("instances"),
                       .help = "add `parallel: by_partition`, or remove `instances`",
                       .path = "sinks." + sink.id + ".instances"});
    }
    return sink;
  });
}

DeadLettersConfig read_dead_letters(const Node& root, Diagnostics& diagnostics) {
  DeadLettersConfig letters;
  const Node* node = root.find("dead_letters");
  const Members members(node);
  members.choice("mode", letters.mode,
                 std::array{std::pair{std::string_view("kafka"), DeadLettersConfig::Mode::kafka},
                            std::pair{std::string_view("file"), DeadLettersConfig::Mode::file}});
  members.text("topic", letters.topic);
  members.properties("kafka", letters.kafka);
  members.path("file", letters.file);
  read_guard(members.find("guard"), letters.guard, diagnostics);
  check_producer_properties(members.find("kafka"), "dead_letters.kafka", diagnostics);
  if (letters.mode == DeadLettersConfig::Mode::file && letters.file.empty()) {
    diagnostics.add({.code = Code::missing_key,
                     .message = "dead letters go to a file, and no file is named",
                     .span = members.place("mode"),
                     .help = "add `file:` to `dead_letters`",
                     .path = "dead_letters"});
  }
  return letters;
}

OutboxConfig read_outbox(const Node& root, Diagnostics& diagnostics) {
  using Ambiguous = OutboxConfig::Ambiguous;
  OutboxConfig outbox;
  const Members members = Members(&root).map("outbox");
  members.duration("keep", outbox.keep);
  members.integer("batch", outbox.batch);
  read_size(members, "max", outbox.max, kOutbox, "outbox.max", diagnostics);
  members.choice("ambiguous", outbox.ambiguous,
                 std::array{std::pair{std::string_view("resend"), Ambiguous::resend},
                            std::pair{std::string_view("hold"), Ambiguous::hold}});
  return outbox;
}

ObserveConfig read_observe(const Node& root, Diagnostics& diagnostics) {
  ObserveConfig observe;
  const Members members = Members(&root).map("observe");
  std::string listen;
  members.text("listen", listen);
  members.text("token", observe.token);
  observe.span = members.place("listen");
  if (!listen.empty()) observe.listen = parse_listen(listen).value_or(Listen{});
  if (!observe.listen.local() && observe.token.empty()) {
    diagnostics.add(
        {.code = Code::missing_key,
         .message = "other machines can reach `" + listen + "`, and no token is asked for",
         .span = observe.span,
         .help = "add `token: ${file:...}` to `observe`, or listen at 127.0.0.1",
         .path = "observe.listen"});
  }
  return observe;
}

}  // namespace assay::host
