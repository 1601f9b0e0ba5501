#include "host/state/snapshot_head.hpp"

#include <cstring>
#include <type_traits>

namespace assay::host {
namespace {

template <class T>
void put(std::string& out, T value) {
  static_assert(std::is_trivially_copyable_v<T>);
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void put_text(std::string& out, const std::string& text) {
  put(out, static_cast<std::uint32_t>(text.size()));
  out += text;
}

// Reads from front to back; once something did not fit, nothing does.
class HeadReader {
 public:
  explicit HeadReader(std::span<const std::byte> bytes) : rest_(bytes) {}

  template <class T>
  T take() {
    T value{};
    if (rest_.size() < sizeof value) {
      fits_ = false;
    } else {
      std::memcpy(&value, rest_.data(), sizeof value);
      rest_ = rest_.subspan(sizeof value);
    }
    return value;
  }
  std::string text() {
    const auto size = take<std::uint32_t>();
    if (!fits_ || size > rest_.size()) {
      fits_ = false;
      return {};
    }
    std::string text(reinterpret_cast<const char*>(rest_.data()), size);
    rest_ = rest_.subspan(size);
    return text;
  }
  // How many records of `size` bytes there can be at most.
  [[nodiscard]] std::size_t room_for(std::size_t size) const { return rest_.size() / size; }
  [[nodiscard]] bool whole() const { return fits_ && rest_.empty(); }

 private:
  std::span<const std::byte> rest_;
  bool fits_ = true;
};

}  // namespace

std::string encode(const SnapshotHead& head) {
  std::string out;
  for (const auto* text : {&head.group, &head.topic, &head.cluster, &head.plan, &head.engine}) {
    put_text(out, *text);
  }
  put(out, head.newest);
  put(out, static_cast<std::uint32_t>(head.positions.size()));
  for (const auto& [partition, next] : head.positions) {
    put(out, partition.value);
    put(out, next.value);
  }
  return out;
}

std::optional<SnapshotHead> decode_head(std::span<const std::byte> bytes) {
  HeadReader reader(bytes);
  SnapshotHead head;
  for (auto* text : {&head.group, &head.topic, &head.cluster, &head.plan, &head.engine}) {
    *text = reader.text();
  }
  head.newest = reader.take<std::int64_t>();
  const auto count = reader.take<std::uint32_t>();
  if (count > reader.room_for(sizeof(std::int32_t) + sizeof(std::int64_t))) return std::nullopt;
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto partition = reader.take<std::int32_t>();
    head.positions.push_back({{partition}, {reader.take<std::int64_t>()}});
  }
  if (!reader.whole()) return std::nullopt;
  return head;
}

}  // namespace assay::host
