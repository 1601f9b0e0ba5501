#include "host/commands/token_command.hpp"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <assay/file.hpp>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>

#include "core/decode/mask.hpp"

namespace assay::host {
namespace {

constexpr int kDone = 0;
constexpr int kWrong = 2;
constexpr int kInputOutput = 74;
constexpr std::size_t kLargestKey = 4096;        // bytes
constexpr std::size_t kLargestList = 256 << 20;  // bytes
constexpr const char* kKeyVariable = "ASSAY_CARD_KEY";
constexpr const char* kExample = R"(Examples:
  assay token keygen card.key
  assay token --key-file card.key stolen_cards.csv > lists/stolen_cards.txt)";

struct Arguments {
  std::string key_file;
  std::string input;
  std::string new_key_file;
};

std::string reason_of_errno() { return std::strerror(errno); }

int fail(int exit_code, const std::string& words) {
  std::fprintf(stderr, "assay token: %s\n", words.c_str());
  return exit_code;
}

FileText read_all(const std::string& path, std::size_t most) {
  const bool piped = path.empty() || path == "-";
  return piped ? read_standard_input(most) : read_file(path, most, FileKind::stream);
}

struct NoKey {
  int exit_code;
  std::string words;
};

tl::expected<core::CardKey, NoKey> find_key(const std::string& path) {
  if (path.empty()) {
    const char* text = std::getenv(kKeyVariable);
    if (text == nullptr) {
      return tl::unexpected(
          NoKey{kWrong, std::string("no card key; name its file with --key-file, or put "
                                    "it into the environment as ") +
                            kKeyVariable});
    }
    return core::CardKey::parse(text).map_error([](const std::string& why) {
      return NoKey{kWrong, why};
    });
  }
  auto read = read_all(path, kLargestKey);
  if (!read.fault.empty()) {
    return tl::unexpected(NoKey{kInputOutput, path + " cannot be read: " + read.fault});
  }
  auto key = core::CardKey::parse(read.text);
  OPENSSL_cleanse(read.text.data(), read.text.size());
  return std::move(key).map_error([&](const std::string& why) {
    return NoKey{kWrong, path + ": " + why};
  });
}

// Where the value of a list's line ends: at the comma, or behind the closing quote.
std::size_t end_of_value(std::string_view line) {
  if (!line.starts_with('"')) return std::min(line.find(','), line.size());
  const auto closing = line.find('"', 1);
  return closing == std::string_view::npos ? line.size() : closing + 1;
}

std::string_view without_blanks(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r";
  const auto begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

// Nothing where the line's value is neither a card number nor a token.
std::optional<std::string> tokenise_line(std::string_view line,
                                         const core::CardTokenizer& tokenizer) {
  const auto entry = without_blanks(line);
  if (entry.empty() || entry.front() == '#') return core::masked(line);
  const auto end = end_of_value(entry);
  auto value = without_blanks(entry.substr(0, end));
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
    value = value.substr(1, value.size() - 2);
  }
  const auto rest = core::masked(entry.substr(end));
  if (const auto token = core::parse_token(value)) return core::format_token(*token) + rest;
  const auto card = core::card_digits(value);
  if (!card) return std::nullopt;
  return core::format_token(tokenizer.token(*card)) + rest;
}

int convert(const Arguments& arguments) {
  const auto key = find_key(arguments.key_file);
  if (!key) return fail(key.error().exit_code, key.error().words);
  const core::CardTokenizer tokenizer(*key);
  const auto read = read_all(arguments.input, kLargestList);
  if (!read.fault.empty()) {
    return fail(kInputOutput, (arguments.input.empty() ? "stdin" : arguments.input) +
                                  " cannot be read: " + read.fault);
  }
  const auto list = tokenise_list(read.text, tokenizer);
  if (!list) {
    return fail(kWrong, (arguments.input.empty() ? "stdin" : arguments.input) + ":" + list.error());
  }
  std::fwrite(list->data(), 1, list->size(), stdout);
  return kDone;
}

int make_key(const std::string& path) {
  if (const auto made = write_card_key(path); !made) return fail(kInputOutput, made.error());
  std::fprintf(stderr,
               "wrote a new card key to %s; tokens of another key do not match its tokens, so keep "
               "a copy where your secrets are kept\n",
               path.c_str());
  return kDone;
}

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::fsync(file) == 0;
}

}  // namespace

tl::expected<std::string, std::string> tokenise_list(std::string_view text,
                                                     const core::CardTokenizer& tokenizer) {
  std::string out;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = text.find('\n');
    const auto line = tokenise_line(text.substr(0, end), tokenizer);
    if (!line) {
      return tl::make_unexpected(std::to_string(number) +
                                 ": expected a card number of 12 to 19 digits (spaces and dashes "
                                 "allowed) or a token, and behind it at most a comma and the rest "
                                 "of the entry");
    }
    out += *line;
    out += '\n';
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
  }
  return out;
}

tl::expected<void, std::string> write_card_key(const std::string& path) {
  std::array<std::uint8_t, 32> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    return tl::make_unexpected(std::string("the system gives no random numbers"));
  }
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size() + 1);
  for (const auto byte : bytes) {
    text += kHex[byte >> 4];
    text += kHex[byte & 15];
  }
  text += '\n';
  OPENSSL_cleanse(bytes.data(), bytes.size());

  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) {
    const auto reason = reason_of_errno();
    const bool exists = errno == EEXIST;
    OPENSSL_cleanse(text.data(), text.size());
    return tl::make_unexpected(
        path + ": " + reason +
        (exists ? "; a key is never overwritten, because its tokens could not be made again" : ""));
  }
  const bool written = write_all(file, text);
  const auto reason = reason_of_errno();
  OPENSSL_cleanse(text.data(), text.size());
  ::close(file);
  if (written) return {};
  ::unlink(path.c_str());  // half a key would only mislead
  return tl::make_unexpected(path + ": " + reason);
}

void add_token_command(CLI::App& app, int& exit_code) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command =
      app.add_subcommand("token", "Convert card numbers of a list to tokens, or make a key");
  command->require_subcommand(0, 1);
  command->add_option("FILE", arguments->input,
                      "List with card numbers; stdin where it is missing");
  command->add_option(
      "--key-file", arguments->key_file,
      std::string("File with the card key; else the environment's ") + kKeyVariable);
  CLI::App* keygen = command->add_subcommand("keygen", "Write a new card key");
  keygen->add_option("FILE", arguments->new_key_file, "New file, readable by its owner only")
      ->required();
  command->footer(kExample);
  command->callback([arguments, keygen, &exit_code] {
    exit_code = keygen->parsed() ? make_key(arguments->new_key_file) : convert(*arguments);
  });
}

}  // namespace assay::host
