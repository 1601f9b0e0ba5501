#include "host/isolation/papers.hpp"

#include <map>
#include <memory>
#include <utility>

#include "host/isolation/message.hpp"

namespace assay::host {
namespace {

constexpr int kDeepest = 100;  // maps and lists in each other: the reader of the files takes fewer

// Counted, for a writer needs room.
std::size_t size_of(const Node& node) {
  std::size_t size = 64 + node.text.size();
  if (node.span.source) size += node.span.source->path().size();
  for (const auto& item : node.items) size += size_of(item);
  for (const auto& entry : node.entries) size += 8 + entry.key.size() + size_of(entry.value);
  return size;
}

void put(MessageWriter& to, const Node& node) {
  to.put(static_cast<std::uint8_t>(node.kind)).put_text(node.text);
  to.put_text(node.span.source ? node.span.source->path() : std::string_view{});
  to.put(node.span.line).put(node.span.column);
  to.put(static_cast<std::uint32_t>(node.items.size()));
  for (const auto& item : node.items) put(to, item);
  to.put(static_cast<std::uint32_t>(node.entries.size()));
  for (const auto& entry : node.entries) {
    to.put_text(entry.key);
    put(to, entry.value);
  }
}

// Sources without their text: a place in a file is all that a plugin hears of them.
class Sources {
 public:
  SourcePtr of(std::string_view path) {
    if (path.empty()) return nullptr;
    auto& known = known_[std::string(path)];
    if (!known) known = std::make_shared<const Source>(std::string(path), "");
    return known;
  }

 private:
  std::map<std::string, SourcePtr> known_;
};

bool take(MessageReader& from, Sources& sources, Node& node, int depth) {
  if (depth == kDeepest) return false;
  const auto kind = from.take<std::uint8_t>();
  if (kind > static_cast<std::uint8_t>(Node::Kind::map)) return false;
  node.kind = static_cast<Node::Kind>(kind);
  node.text = from.take_text();
  node.span.source = sources.of(from.take_text());
  node.span.line = from.take<std::uint32_t>();
  node.span.column = from.take<std::uint32_t>();
  for (auto count = from.take<std::uint32_t>(); count > 0 && from.whole(); --count) {
    if (!take(from, sources, node.items.emplace_back(), depth + 1)) return false;
  }
  for (auto count = from.take<std::uint32_t>(); count > 0 && from.whole(); --count) {
    auto& entry = node.entries.emplace_back();
    entry.key = from.take_text();
    if (!take(from, sources, entry.value, depth + 1)) return false;
  }
  return from.whole();
}

}  // namespace

std::vector<std::byte> to_bytes(const Papers& papers) {
  std::vector<std::byte> bytes(256 + papers.file.size() + papers.whom.size() +
                               size_of(papers.parameters) + papers.config_hash.size() +
                               papers.configuration.size() + papers.engine_version.size());
  MessageWriter to(bytes);
  to.put_text(papers.file).put_text(papers.whom);
  put(to, papers.parameters);
  to.put_text(papers.config_hash).put_text(papers.configuration).put_text(papers.engine_version);
  to.put(papers.memory).put(papers.spin.count());
  bytes.resize(to.size());
  return bytes;
}

std::optional<Papers> papers_of(std::span<const std::byte> bytes) {
  MessageReader from(bytes);
  Sources sources;
  Papers papers;
  papers.file = from.take_text();
  papers.whom = from.take_text();
  if (!take(from, sources, papers.parameters, 0)) return std::nullopt;
  papers.config_hash = from.take_text();
  papers.configuration = from.take_text();
  papers.engine_version = from.take_text();
  papers.memory = from.take<std::int64_t>();
  papers.spin = std::chrono::nanoseconds(from.take<std::int64_t>());
  if (!from.whole()) return std::nullopt;
  return papers;
}

}  // namespace assay::host
