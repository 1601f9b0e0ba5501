#include "plugins/sinks/mail/mime.hpp"

#include <date/date.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <vector>

#include "plugins/sinks/mail/moment.hpp"
#include "plugins/sinks/mail/text.hpp"

namespace assay::mail {
namespace {

constexpr std::size_t longest_line = 76;
constexpr std::size_t longest_encoded = longest_line - 1;  // room for the = of a soft break
// Of a header's value: a subject longer than this helps nobody.
constexpr std::size_t longest_header_value = 500;
// 30 bytes are 40 in base64 and 52 as an encoded word: fits behind the longest header name.
constexpr std::size_t word_bytes = 30;

std::string base64(std::string_view bytes) {
  std::string encoded(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const auto size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                                    reinterpret_cast<const unsigned char*>(bytes.data()),
                                    static_cast<int>(bytes.size()));
  encoded.resize(static_cast<std::size_t>(size));
  return encoded;
}

bool is_plain(std::string_view text) {
  std::size_t run = 0;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) return false;
    run = c == ' ' ? 0 : run + 1;
    if (run > longest_line - 25) return false;  // could not be folded
  }
  // Text that looks like an encoded word would be decoded into something else.
  return text.find("=?") == std::string_view::npos;
}

std::vector<std::string> encoded_words(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    std::size_t size = 0;
    while (size < text.size()) {
      const auto next = std::max<std::size_t>(first_code_point(text.substr(size)).size, 1);
      if (size + next > word_bytes) break;
      size += next;
    }
    words.push_back("=?UTF-8?B?" + base64(text.substr(0, size)) + "?=");
    text.remove_prefix(size);
  }
  return words;
}

std::vector<std::string> words_of(std::string_view text) {
  if (!is_plain(text)) return encoded_words(text);
  std::vector<std::string> words;
  while (!text.empty()) {
    const auto space = std::min(text.find(' '), text.size());
    words.emplace_back(text.substr(0, space));
    text.remove_prefix(std::min(space + 1, text.size()));
  }
  return words;
}

std::string folded(std::string_view name, const std::vector<std::string>& words) {
  std::string lines(name);
  lines += ':';
  std::size_t column = lines.size();
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0 && column + 1 + words[i].size() > longest_line) {
      lines += "\r\n";
      column = 0;
    }
    lines += ' ';
    lines += words[i];
    column += 1 + words[i].size();
  }
  return lines + "\r\n";
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }

constexpr auto literal_bytes = [] {
  std::array<bool, 256> bytes{};
  for (unsigned c = ' '; c <= '~'; ++c) bytes.at(c) = c != '=';
  bytes.at('\t') = true;
  return bytes;
}();

// How much of the text goes into a line of quoted-printable as it is, from that column on.
std::size_t literals(std::string_view text, std::size_t column) {
  // A relay that forgets to double a leading dot must not end the mail here.
  if (column == 0 && text.starts_with('.')) return 0;
  const auto most = std::min(text.size(), longest_encoded - column);
  std::size_t size = 0;
  while (size < most && literal_bytes[static_cast<unsigned char>(text[size])]) ++size;
  // Nor does a blank survive every relay at the end of a line.
  const bool ends_line = size == text.size() || text[size] == '\n' || text[size] == '\r';
  if (size > 0 && ends_line && is_blank(text[size - 1])) --size;
  return size;
}

}  // namespace

std::string header(std::string_view name, std::string_view value) {
  return folded(name, words_of(single_line(value, longest_header_value)));
}

std::string header(std::string_view name, const Mailbox& mailbox) {
  const auto display = single_line(mailbox.name);
  if (display.empty()) return folded(name, {mailbox.address});
  auto words = words_of(display);
  constexpr std::string_view specials = "()<>[]:;@\\,.\"";
  if (is_plain(display) && display.find_first_of(specials) != std::string::npos) {
    std::string quoted = "\"";
    for (const char c : display) {
      if (c == '"' || c == '\\') quoted += '\\';
      quoted += c;
    }
    words = words_of(quoted + '"');
  }
  words.push_back("<" + mailbox.address + ">");
  return folded(name, words);
}

std::string mail_date(Time time) {
  const date::sys_time<std::chrono::nanoseconds> at{std::chrono::nanoseconds{time.nanoseconds}};
  const auto when = moment(date::floor<std::chrono::seconds>(at));
  std::array<char, 64> text;
  const auto size =
      std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d +0000", when.weekday,
                    when.day, when.month, when.year, when.hour, when.minute, when.second);
  return {text.data(), static_cast<std::size_t>(size)};
}

std::string quoted_printable(std::string_view text) {
  constexpr char digits[] = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size() + text.size() / 4);
  std::size_t column = 0;
  for (std::size_t i = 0; i < text.size();) {
    const auto literal = literals(text.substr(i), column);
    encoded.append(text, i, literal);
    column += literal;
    i += literal;
    if (i == text.size()) break;
    const char c = text[i];
    if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') {
      ++i;
    } else if (c == '\n' || c == '\r') {
      encoded += "\r\n";
      column = 0;
      ++i;
    } else if (column + 3 > longest_encoded) {
      encoded += "=\r\n";
      column = 0;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += {'=', digits[byte >> 4], digits[byte & 15]};
      column += 3;
      ++i;
    }
  }
  if (column > 0) encoded += "\r\n";
  return encoded;
}

std::string alternatives(std::string_view boundary, std::string_view text, std::string_view html) {
  const auto mark = "--" + std::string(boundary);
  const auto part = [&](std::string_view type, std::string_view content) {
    return mark + "\r\nContent-Type: " + std::string(type) +
           "; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" +
           quoted_printable(content) + "\r\n";
  };
  return "MIME-Version: 1.0\r\nContent-Type: multipart/alternative;\r\n boundary=\"" +
         std::string(boundary) + "\"\r\n\r\n" + part("text/plain", text) + part("text/html", html) +
         mark + "--\r\n";
}

}  // namespace assay::mail
