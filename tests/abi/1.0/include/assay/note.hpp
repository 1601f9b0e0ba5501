// The note that ASSAY_RULE and ASSAY_SINK write (note.h): joined while compiling, of what the code
// says anyhow, so that it can say nothing else. It is there without a build system.
//
// Thread: none; nothing here runs.
#pragma once

#include <assay/note.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace assay::detail {

// As ASSAY_NOTE lays it out; `size` is a multiple of 4.
template <std::size_t size>
struct Note {
  std::uint32_t name_size;
  std::uint32_t content_size;
  std::uint32_t type;
  char name[8];
  std::uint32_t format;
  std::uint32_t abi_minor;
  char text[size];
};

template <class Parts>
constexpr std::uint32_t size_of(const Parts& parts) {
  std::size_t sum = 0;
  for (const std::string_view part : parts) sum += part.size();
  return static_cast<std::uint32_t>(sum);
}

// `Parts` is a captureless lambda that answers an array of texts.
template <class Parts>
constexpr auto make_note(Parts) {
  constexpr auto parts = Parts{}();
  constexpr std::uint32_t length = size_of(parts);
  Note<(std::size_t{length} + 3) / 4 * 4> note{};
  note.name_size = sizeof(ASSAY_NOTE_NAME);
  note.content_size = 8 + length;
  note.type = ASSAY_NOTE_TYPE;
  for (std::size_t i = 0; i < sizeof(ASSAY_NOTE_NAME); ++i) note.name[i] = ASSAY_NOTE_NAME[i];
  note.format = ASSAY_NOTE_FORMAT;
  note.abi_minor = ASSAY_ABI_MINOR;
  std::size_t end = 0;
  for (const std::string_view part : parts) {
    for (const char letter : part) note.text[end++] = letter;
  }
  return note;
}

// What stands in JSON as it is.
constexpr bool is_plain(std::string_view text) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.+";
  return !text.empty() && text.find_first_not_of(kPlain) == text.npos;
}

inline constexpr const char* no_parameters = R"({"type": "object", "additionalProperties": false})";

// A schema that is not known while compiling is told by describe() alone.
template <class Class>
concept HasConstantSchema = requires {
  typename std::integral_constant<std::size_t, std::string_view(Class::schema).size()>;
};

template <class Class>
constexpr std::string_view schema_for_note() {
  if constexpr (HasConstantSchema<Class>) return Class::schema;
  if constexpr (!requires { Class::schema; }) return no_parameters;
  return {};
}

// Ids of interfaces; an empty one is none.
using InterfaceIds = std::array<std::string_view, 5>;

// `offers` are those that get_interface of the plugin answers to, `wants` those that the veneer
// asks the host for.
template <class Class>
constexpr auto note_parts(std::string_view id, std::string_view version, const InterfaceIds& offers,
                          const InterfaceIds& wants) {
  std::array<std::string_view, 40> parts;
  parts.fill("");
  std::size_t end = 0;
  const auto add = [&](std::string_view part) { parts[end++] = part; };
  const auto add_list = [&](std::string_view key, const InterfaceIds& ids) {
    add(key);
    std::string_view before = "[\"";
    for (const std::string_view one : ids) {
      if (one.empty()) continue;
      add(before);
      add(one);
      before = "\",\"";
    }
    add("\"]");
  };
  add(R"({"id":")");
  add(id);
  add(R"(","version":")");
  add(version);
  add_list(R"(","interfaces":)", offers);
  add_list(R"(,"wants":)", wants);
  constexpr std::string_view schema = schema_for_note<Class>();
  if (!schema.empty()) add(R"(,"schema":)");
  add(schema);
  add("}");
  return parts;
}

}  // namespace assay::detail

// Inside the macros that end a plugin's file.
#define ASSAY_NOTE_OF_CODE(Class, note_id, note_version, offers, wants)                    \
  static_assert(assay::detail::is_plain(note_id) && assay::detail::is_plain(note_version), \
                "a plugin's id and version are letters, digits, `_`, `-`, `.` and `+`");   \
  static constexpr auto assay_note_of_code ASSAY_NOTE_PLACE = assay::detail::make_note(    \
      [] { return assay::detail::note_parts<Class>(note_id, note_version, offers, wants); })
