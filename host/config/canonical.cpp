#include "host/config/canonical.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <vector>

#include "host/diagnostics/credentials.hpp"

namespace assay::host {
namespace {

std::string as_string(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

bool is_json_literal(const std::string& text) {
  if (text == "true" || text == "false") return true;
  if (text.empty() || (text.front() != '-' && (text.front() < '0' || text.front() > '9')))
    return false;
  // The library judges the grammar; beyond a double's range it would not read the number back.
  const auto parsed = nlohmann::json::parse(text, nullptr, false);
  return parsed.is_number() && text.find_first_of(" \t\r\n") == std::string::npos;
}

void write(std::string& out, const Node& node) {
  switch (node.kind) {
    case Node::Kind::null:
      out += "null";
      break;
    case Node::Kind::scalar:
      if (node.secret) {
        out += "\"***\"";
      } else {
        out += !node.quoted && is_json_literal(node.text)
                   ? node.text
                   : as_string(without_credentials(node.text));
      }
      break;
    case Node::Kind::list:
      out += '[';
      for (std::size_t i = 0; i < node.items.size(); ++i) {
        if (i > 0) out += ',';
        write(out, node.items[i]);
      }
      out += ']';
      break;
    case Node::Kind::map: {
      std::vector<const Entry*> sorted;
      for (const Entry& entry : node.entries) sorted.push_back(&entry);
      std::ranges::sort(sorted, {}, [](const Entry* entry) { return entry->key; });
      out += '{';
      for (std::size_t i = 0; i < sorted.size(); ++i) {
        if (i > 0) out += ',';
        out += as_string(sorted[i]->key) + ":";
        write(out, sorted[i]->value);
      }
      out += '}';
      break;
    }
  }
}

}  // namespace

std::string canonical_json(const Node& root) {
  std::string out;
  write(out, root);
  return out;
}

std::string sha256_hex(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), hash.data(), &size, EVP_sha256(), nullptr);
  std::string hex;
  for (unsigned i = 0; i < size; ++i) {
    hex += digits[hash[i] >> 4];
    hex += digits[hash[i] & 15];
  }
  return hex;
}

}  // namespace assay::host
