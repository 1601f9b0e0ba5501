// Feeds bytes to the parser of list files and checks what holds for any of them.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "plugins/rules/card_number.hpp"
#include "plugins/rules/list_parser.hpp"

namespace {

using assay::rules::ListEntry;
using assay::rules::ListFault;
using assay::rules::ListOf;

void expect(bool holds) {
  if (!holds) std::abort();
}

void check_line(std::string_view text, ListOf kind) {
  const auto line = assay::rules::parse_list_line(text, 7, kind);
  if (const auto* entry = std::get_if<ListEntry>(&line)) {
    expect(entry->line == 7);
    expect(!entry->value.empty() && entry->value.size() <= text.size());
    expect(entry->column >= 1 && entry->column <= text.size());
    expect(entry->expires >= 0);
    expect(!assay::rules::is_card_number(entry->value, 13));
    expect(!assay::rules::mentions_card_number(entry->reason, 13));
    expect(kind == ListOf::texts || entry->value.size() == 32);
  } else if (const auto* fault = std::get_if<ListFault>(&line)) {
    expect(!fault->message.empty() && !fault->help.empty());
    expect(fault->column >= 1 && fault->column <= text.size() + 1);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  while (!text.empty()) {
    const auto end = text.find('\n');
    check_line(text.substr(0, end), ListOf::texts);
    check_line(text.substr(0, end), ListOf::cards);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
  }
  return 0;
}
