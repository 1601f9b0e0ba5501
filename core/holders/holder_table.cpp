#include "core/holders/holder_table.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <new>
#include <utility>

namespace assay::core {
namespace {

// A record, front to back: its head; the key (a number, or a text's place); the cells in the plan's
// order; a validity byte for each; the texts, the key's first. Texts are told by their offset in
// the record.
constexpr std::uint32_t kKey = sizeof(HolderIndex::Record);
constexpr std::uint32_t kCells = kKey + 8;

// What an allocation of that size takes from the C library's heap: eight bytes of its own, rounded
// up to sixteen.
std::size_t allocated(std::uint32_t size) {
  return std::max<std::size_t>(32, (std::size_t{size} + 8 + 15) / 16 * 16);
}

template <class T>
T load(const HolderIndex::Record& record, std::uint32_t offset) {
  T value;
  std::memcpy(&value, reinterpret_cast<const std::byte*>(&record) + offset, sizeof value);
  return value;
}

template <class T>
void store(HolderIndex::Record& record, std::uint32_t offset, T value) {
  std::memcpy(reinterpret_cast<std::byte*>(&record) + offset, &value, sizeof value);
}

std::string_view text_at(const HolderIndex::Record& record, std::uint32_t offset) {
  const auto cell = load<assay_cell>(record, offset);
  return {reinterpret_cast<const char*>(&record) + cell.offset, cell.size};
}

// Neighbouring numbers must not make neighbouring places: linear probing would pile them up.
std::uint32_t mixed(std::uint64_t bits) {
  bits ^= bits >> 32;
  bits *= 0x9e3779b97f4a7c15u;
  bits ^= bits >> 29;
  bits *= 0xbf58476d1ce4e5b9u;
  return static_cast<std::uint32_t>(bits >> 32);
}

}  // namespace

HolderTable::HolderTable(HolderPlan plan) : plan_(std::move(plan)) {
  for (const auto& copy : plan_.copies) targets_.emplace_back(copy.to);
}

HolderTable::~HolderTable() {
  for (auto* record : index_.records()) {
    if (record != nullptr) ::operator delete (record, std::size_t{record->size});
  }
}

HolderTable::HolderTable(HolderTable&& other) noexcept
    : plan_(std::move(other.plan_)),
      targets_(std::move(other.targets_)),
      index_(std::exchange(other.index_, {})),
      record_bytes_(std::exchange(other.record_bytes_, 0)),
      most_text_(other.most_text_) {}

std::uint32_t HolderTable::hash(const RowBlock& block, std::uint32_t row, Slot key) const {
  if (plan_.key_type == FieldType::int64) {
    return mixed(static_cast<std::uint64_t>(block.int64(row, key)));
  }
  return mixed(std::hash<std::string_view>{}(block.text(row, key)));
}

std::string_view HolderTable::key_text(const Record& record) const { return text_at(record, kKey); }

std::size_t HolderTable::find(const RowBlock& block, std::uint32_t row, Slot key,
                              std::uint32_t hash) const {
  if (plan_.key_type == FieldType::int64) {
    const auto wanted = block.int64(row, key);
    return index_.find(
        hash, [&](const Record& record) { return load<std::int64_t>(record, kKey) == wanted; });
  }
  const auto wanted = block.text(row, key);
  return index_.find(hash, [&](const Record& record) { return key_text(record) == wanted; });
}

std::uint32_t HolderTable::fixed_size() const {
  return kCells + plan_.cells + static_cast<std::uint32_t>(plan_.copies.size());
}

std::uint32_t HolderTable::texts_of(const Record& record) const {
  if (plan_.key_type != FieldType::text) return fixed_size();
  const auto key = load<assay_cell>(record, kKey);
  return key.offset + key.size;
}

bool HolderTable::upsert(const RowBlock& holders, std::uint32_t row) {
  if (!holders.has(row, plan_.holder_key)) return false;
  std::uint32_t texts = 0;
  for (const auto& copy : plan_.copies) {
    if (copy.type == FieldType::text && holders.has(row, copy.from)) {
      texts += static_cast<std::uint32_t>(holders.text(row, copy.from).size());
    }
  }
  most_text_ = std::max(most_text_, texts);
  auto size = fixed_size() + texts;
  if (plan_.key_type == FieldType::text) {
    size += static_cast<std::uint32_t>(holders.text(row, plan_.holder_key).size());
  }

  const auto hashed = hash(holders, row, plan_.holder_key);
  const auto place = find(holders, row, plan_.holder_key, hashed);
  if (place != HolderIndex::npos && index_.at(place)->size == size) {
    pack(holders, row, *index_.at(place));
    return true;
  }
  auto* record = new (::operator new(size)) Record{hashed, size};
  record_bytes_ += allocated(size);
  pack(holders, row, *record);
  if (place == HolderIndex::npos) {
    index_.insert(record);
  } else {
    free(index_.at(place));
    index_.replace(place, record);
  }
  return true;
}

bool HolderTable::erase(const RowBlock& holders, std::uint32_t row) {
  if (!holders.has(row, plan_.holder_key)) return false;
  const auto hashed = hash(holders, row, plan_.holder_key);
  const auto place = find(holders, row, plan_.holder_key, hashed);
  if (place == HolderIndex::npos) return false;
  free(index_.at(place));
  index_.erase(place);
  return true;
}

void HolderTable::free(Record* record) {
  record_bytes_ -= allocated(record->size);
  ::operator delete (record, std::size_t{record->size});
}

void HolderTable::pack(const RowBlock& holders, std::uint32_t row, Record& record) const {
  auto* const bytes = reinterpret_cast<std::byte*>(&record);
  auto end = fixed_size();
  const auto put_text = [&](std::uint32_t cell, std::string_view text) {
    store(record, cell, assay_cell{end, static_cast<std::uint32_t>(text.size())});
    if (!text.empty()) std::memcpy(bytes + end, text.data(), text.size());
    end += static_cast<std::uint32_t>(text.size());
  };
  if (plan_.key_type == FieldType::text) {
    put_text(kKey, holders.text(row, plan_.holder_key));
  } else {
    store(record, kKey, holders.int64(row, plan_.holder_key));
  }
  auto validity = kCells + plan_.cells;
  for (const auto& copy : plan_.copies) {
    const auto cell = kCells + copy.cell;
    const bool has = holders.has(row, copy.from);
    store(record, validity++, has ? std::uint8_t{ASSAY_PRESENT} : std::uint8_t{ASSAY_ABSENT});
    if (!has) continue;
    if (copy.type == FieldType::text) {
      put_text(cell, holders.text(row, copy.from));
    } else if (copy.type == FieldType::token) {
      store(record, cell, holders.token(row, copy.from));
    } else {
      store(record, cell, holders.int64(row, copy.from));
    }
  }
}

JoinCounts HolderTable::join(RowBlock& transactions, const HolderPlan::Targets& targets) const {
  // A group's misses are waited for together instead of one after the other.
  constexpr std::uint32_t kGroup = 16;
  std::array<std::uint32_t, kGroup> hashes{};
  JoinCounts counts;
  const auto key = plan_.transaction_key;
  for (std::uint32_t begin = 0; begin < transactions.rows(); begin += kGroup) {
    const auto rows = std::min(kGroup, transactions.rows() - begin);
    for (std::uint32_t i = 0; i < rows; ++i) {
      if (!transactions.has(begin + i, key)) continue;
      hashes[i] = hash(transactions, begin + i, key);
      index_.prefetch(hashes[i]);
    }
    for (std::uint32_t i = 0; i < rows; ++i) {
      if (transactions.has(begin + i, key)) index_.prefetch_record(hashes[i]);
    }
    for (std::uint32_t i = 0; i < rows; ++i) {
      const auto row = begin + i;
      auto place = HolderIndex::npos;
      if (transactions.has(row, key)) place = find(transactions, row, key, hashes[i]);
      if (place == HolderIndex::npos) {
        ++counts.unknown;
        continue;
      }
      ++counts.known;
      if (!copy(*index_.at(place), transactions, row, targets)) ++counts.no_room;
    }
  }
  return counts;
}

bool HolderTable::copy(const Record& record, RowBlock& transactions, std::uint32_t row,
                       const HolderPlan::Targets& targets) const {
  // All or nothing: half a holder would be judged as if the other half were unknown.
  const auto begin = texts_of(record);
  const auto size = record.size - begin;
  if (size > transactions.arena_left()) return false;
  const auto* const bytes = reinterpret_cast<const char*>(&record);
  const auto texts = transactions.add_text({bytes + begin, size});
  auto validity = kCells + plan_.cells;
  for (std::size_t i = 0; i < plan_.copies.size(); ++i) {
    const auto& copy = plan_.copies[i];
    const auto& to = targets[i];
    if (load<std::uint8_t>(record, validity++) == ASSAY_ABSENT || !to) continue;
    const auto cell = kCells + copy.cell;
    if (copy.type == FieldType::text) {
      auto text = load<assay_cell>(record, cell);
      text.offset += texts.offset - begin;
      transactions.put_cell(row, *to, text);
    } else if (copy.type == FieldType::token) {
      transactions.put_token(row, *to, load<assay_token>(record, cell));
    } else {
      transactions.put_int64(row, *to, load<std::int64_t>(record, cell));
    }
  }
  return true;
}

}  // namespace assay::core
