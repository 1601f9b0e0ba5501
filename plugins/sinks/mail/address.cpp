#include "plugins/sinks/mail/address.hpp"

#include <algorithm>

#include "plugins/sinks/mail/text.hpp"

namespace assay::mail {
namespace {

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_atom_character(char c) {
  return is_letter_or_digit(c) ||
         std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

// Parts between dots, none of them empty, each as `part` wants it.
template <class Part>
bool all_parts(std::string_view text, Part part) {
  while (true) {
    const auto dot = text.find('.');
    const auto head = text.substr(0, dot);
    if (head.empty() || !part(head)) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

}  // namespace

bool is_domain(std::string_view text) {
  return text.size() <= 253 && all_parts(text, [](std::string_view label) {
           return label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
                  std::all_of(label.begin(), label.end(),
                              [](char c) { return is_letter_or_digit(c) || c == '-'; });
         });
}

bool is_address(std::string_view text) {
  const auto at = text.rfind('@');
  if (at == std::string_view::npos || at > 64 || text.size() > 254) return false;
  return is_domain(text.substr(at + 1)) && all_parts(text.substr(0, at), [](std::string_view part) {
           return std::all_of(part.begin(), part.end(), is_atom_character);
         });
}

std::optional<Mailbox> parse_mailbox(std::string_view text) {
  Mailbox box;
  if (const auto open = text.find('<'); open != std::string_view::npos) {
    if (text.back() != '>') return std::nullopt;
    box.name = single_line(text.substr(0, open));
    if (box.name.size() >= 2 && box.name.front() == '"' && box.name.back() == '"') {
      box.name = box.name.substr(1, box.name.size() - 2);
    }
    text = text.substr(open + 1, text.size() - open - 2);
  }
  if (!is_address(text)) return std::nullopt;
  box.address = text;
  return box;
}

std::string_view domain_of(std::string_view address) {
  return address.substr(address.rfind('@') + 1);
}

}  // namespace assay::mail
