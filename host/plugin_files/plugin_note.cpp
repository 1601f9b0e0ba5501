#include "host/plugin_files/plugin_note.hpp"

#include <assay/note.h>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

namespace assay::host {
namespace {

constexpr std::size_t kMostNotes = 1 << 20;   // bytes of all notes together
constexpr std::size_t kMostText = 256 << 10;  // bytes of one note of ours
constexpr std::size_t kMostOfOurs = 8;
constexpr int kDeepest = 32;
constexpr std::size_t kLongestWord = 128;  // bytes of an id, a version, an interface

using Fault = tl::unexpected<std::string>;
using Json = nlohmann::json;  // sorted: in one that keeps the order each look-up is a walk

struct RawNote {
  std::uint32_t abi_minor;
  std::string text;
};

std::size_t padded(std::size_t size, std::size_t alignment) {
  return (size + alignment - 1) / alignment * alignment;
}

// Of one segment of notes, those that are ours.
tl::expected<void, std::string> collect(std::string_view bytes, std::size_t alignment,
                                        std::vector<RawNote>& found) {
  const Fault damaged("is damaged: its notes end in the middle of one");
  while (bytes.size() >= sizeof(Elf64_Nhdr)) {
    Elf64_Nhdr header{};
    std::memcpy(&header, bytes.data(), sizeof header);
    // Padding counts from the note's start: with an alignment of 8 the name is not padded by
    // itself.
    const auto content_at = padded(sizeof header + header.n_namesz, alignment);
    if (content_at > bytes.size() || header.n_descsz > bytes.size() - content_at) return damaged;
    const auto name = bytes.substr(sizeof header, header.n_namesz);
    const auto content = bytes.substr(content_at, header.n_descsz);
    bytes.remove_prefix(std::min(padded(content_at + header.n_descsz, alignment), bytes.size()));
    if (name != std::string_view(ASSAY_NOTE_NAME, sizeof(ASSAY_NOTE_NAME))) continue;
    if (header.n_type != ASSAY_NOTE_TYPE) continue;  // of a release that comes later
    std::uint32_t numbers[2]{};
    if (content.size() < sizeof numbers) return Fault("has a note of Assay without content");
    std::memcpy(numbers, content.data(), sizeof numbers);
    if (numbers[0] != ASSAY_NOTE_FORMAT) {
      return Fault("has a note of format " + std::to_string(numbers[0]) + "; this engine reads " +
                   std::to_string(ASSAY_NOTE_FORMAT));
    }
    // ASSAY_NOTE has a zero behind a text that fills whole words.
    auto text = content.substr(sizeof numbers);
    text = text.substr(0, text.find_last_not_of('\0') + 1);
    if (text.size() > kMostText) {
      return Fault("has a note of " + std::to_string(text.size()) + " bytes; at most " +
                   std::to_string(kMostText) + " are read");
    }
    if (found.size() == kMostOfOurs) {
      return Fault("has more than " + std::to_string(kMostOfOurs) + " notes of Assay");
    }
    found.push_back({numbers[1], std::string(text)});
  }
  return {};
}

tl::expected<std::vector<RawNote>, std::string> raw_notes(const ElfImage& image) {
  std::vector<RawNote> found;
  std::size_t whole = 0;
  for (const auto& segment : image.segments()) {
    if (segment.p_type != PT_NOTE) continue;
    if (segment.p_filesz > kMostNotes - whole) {
      return Fault("has notes of " + std::to_string(segment.p_filesz) + " bytes; at most " +
                   std::to_string(kMostNotes) + " are read");
    }
    whole += segment.p_filesz;
    std::string bytes(segment.p_filesz, '\0');
    if (!image.bytes().read(segment.p_offset, std::as_writable_bytes(std::span(bytes)))) {
      return Fault("cannot be read");
    }
    const std::size_t alignment = segment.p_align == 8 ? 8 : 4;
    if (const auto collected = collect(bytes, alignment, found); !collected) {
      return Fault(collected.error());
    }
  }
  return found;
}

tl::expected<Json, std::string> parsed(const std::string& text) {
  bool deep = false;
  const auto shallow = [&](int depth, Json::parse_event_t, Json&) {
    deep = deep || depth > kDeepest;
    return !deep;
  };
  const auto json = Json::parse(text, shallow, false);
  if (deep) return Fault("has a note that is nested too deeply");
  if (!json.is_object()) return Fault("has a note that is not one JSON object");
  return json;
}

std::string shown(const Json& value) {
  auto text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (text.size() <= kLongestWord) return text;
  text.resize(kLongestWord);
  return text + "...";
}

tl::expected<void, std::string> join(Json& all, const Json& one) {
  for (const auto& [key, value] : one.items()) {
    const auto [known, fresh] = all.emplace(key, value);
    if (!fresh && *known != value) {
      return Fault("has notes that contradict each other about `" + key.substr(0, kLongestWord) +
                   "`: " + shown(*known) + " and " + shown(value));
    }
  }
  return {};
}

tl::expected<std::string, std::string> word(const Json& all, const char* key) {
  const auto found = all.find(key);
  if (found == all.end() || !found->is_string()) {
    return Fault(std::string("has a note without `") + key + "`");
  }
  auto text = found->get<std::string>();
  if (text.empty() || text.size() > kLongestWord) {
    return Fault(std::string("has a note whose `") + key + "` is empty or too long");
  }
  return text;
}

tl::expected<std::vector<std::string>, std::string> interfaces_of(const Json& all) {
  const Fault wrong("has a note whose `interfaces` are not a list of ids");
  const auto found = all.find("interfaces");
  if (found == all.end() || !found->is_array()) return wrong;
  std::vector<std::string> ids;
  for (const auto& one : *found) {
    if (!one.is_string()) return wrong;
    ids.push_back(one.get<std::string>().substr(0, kLongestWord));
  }
  return ids;
}

}  // namespace

tl::expected<std::optional<PluginNote>, std::string> read_plugin_note(const ElfImage& image) {
  const auto raw = raw_notes(image);
  if (!raw) return Fault(raw.error());
  if (raw->empty()) return std::nullopt;
  PluginNote note;
  note.all = Json::object();
  for (const auto& one : *raw) {
    note.abi_minor = std::max(note.abi_minor, one.abi_minor);
    const auto json = parsed(one.text);
    if (!json) return Fault(json.error());
    if (const auto joined = join(note.all, *json); !joined) return Fault(joined.error());
  }
  auto id = word(note.all, "id");
  auto version = word(note.all, "version");
  auto interfaces = interfaces_of(note.all);
  if (!id) return Fault(id.error());
  if (!version) return Fault(version.error());
  if (!interfaces) return Fault(interfaces.error());
  note.id = std::move(*id);
  note.version = std::move(*version);
  note.interfaces = std::move(*interfaces);
  return note;
}

}  // namespace assay::host
