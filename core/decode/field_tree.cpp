#include "core/decode/field_tree.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>

namespace assay::core {
namespace {

// The tree while it grows; keys stay in the order in which the fields name them.
struct Branch {
  std::vector<std::string> keys;
  std::map<std::string, Branch> below;
  std::uint32_t leaf = FieldTree::kNone;
};

FieldTree::Entry entry_of(const std::string& key) {
  FieldTree::Entry entry;
  entry.key = key;
  const auto closed = key + '"';
  const auto size = std::min(closed.size(), FieldTree::kReadAhead);
  std::array<unsigned char, FieldTree::kReadAhead> mask{};
  std::fill_n(mask.begin(), size, static_cast<unsigned char>(0xFF));
  std::memcpy(entry.words.data(), closed.data(), size);
  std::memcpy(entry.masks.data(), mask.data(), mask.size());
  return entry;
}

Slot slot_of(const Layout& layout, const std::string& name) {
  const auto slot = layout.find(name);
  if (!slot) throw std::invalid_argument("the layout lacks the schema's field " + name);
  return *slot;
}

}  // namespace

FieldTree::FieldTree(const Schema& schema, const Layout& layout) {
  Branch root;
  for (const auto& field : schema.fields()) {
    auto* branch = &root;
    const auto steps = pointer_steps(field.json_pointer);
    for (const auto& step : *steps) {
      const auto [place, added] = branch->below.try_emplace(step);
      if (added) branch->keys.push_back(step);
      branch = &place->second;
    }
    branch->leaf = add_leaf(field, layout);
  }

  // Breadth first: the entries of a node stand together.
  std::vector<const Branch*> branches{&root};
  nodes_.emplace_back();
  for (std::size_t n = 0; n < branches.size(); ++n) {
    const auto& branch = *branches[n];
    nodes_[n].first = static_cast<std::uint32_t>(entries_.size());
    nodes_[n].count = static_cast<std::uint32_t>(branch.keys.size());
    for (const auto& key : branch.keys) {
      const auto& below = branch.below.at(key);
      auto& entry = entries_.emplace_back(entry_of(key));
      entry.leaf = below.leaf;
      if (below.leaf != kNone) continue;
      entry.child = static_cast<std::uint32_t>(nodes_.size());
      branches.push_back(&below);
      nodes_.push_back({0, 0, nodes_[n].path + "/" + key});
    }
  }
}

std::uint32_t FieldTree::find(const Node& node, std::string_view key) const {
  for (auto i = node.first; i < node.first + node.count; ++i) {
    if (entries_[i].key == key) return i;
  }
  return kNone;
}

std::uint32_t FieldTree::add_leaf(const FieldSpec& field, const Layout& layout) {
  FieldLeaf leaf{field.name, field.json_pointer, field.kind, field.role, field.required, {}, {},
                 {}};
  if (field.kind == FieldKind::card) {
    const auto slots = CardSlots::of(field.name);
    leaf.slot = slot_of(layout, slots.token);
    leaf.bin = slot_of(layout, slots.bin);
    leaf.last4 = slot_of(layout, slots.last4);
  } else {
    leaf.slot = slot_of(layout, field.name);
  }
  leaves_.push_back(std::move(leaf));
  return static_cast<std::uint32_t>(leaves_.size() - 1);
}

}  // namespace assay::core
