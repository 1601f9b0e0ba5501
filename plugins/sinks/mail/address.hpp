// Addresses: what a mail may be sent to, and how one is written in the configuration.
//
// Only plain addresses are taken (RFC 5321 dot-atom, ASCII). That refuses a few exotic ones, and
// with them every trick that quotes, comments, commas and line breaks allow in a header or in an
// SMTP command.
//
// Thread: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace assay::mail {

[[nodiscard]] bool is_address(std::string_view text);

// "Your Bank <alerts@bank.example>", or the address alone.
struct Mailbox {
  std::string name;
  std::string address;
};
[[nodiscard]] std::optional<Mailbox> parse_mailbox(std::string_view text);

// What stands behind the @; the address is valid.
[[nodiscard]] std::string_view domain_of(std::string_view address);

// A host name of letters, digits, dots and hyphens.
[[nodiscard]] bool is_domain(std::string_view text);

}  // namespace assay::mail
