#include "host/dead_letters/file_letter_store.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>

namespace assay::host {
namespace {

using Json = nlohmann::ordered_json;

constexpr mode_t kOwnerAndGroup = 0640;

LetterError failed(const std::string& path, const char* what) {
  return {LetterError::Kind::input_output, path + ": cannot " + what + ": " + std::strerror(errno)};
}

std::string from_hex(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::strtol(hex.substr(i, 2).c_str(), nullptr, 16));
  }
  return bytes;
}

std::string text_of(const Json& value) { return value.is_string() ? value.get<std::string>() : ""; }

// Bytes that are no UTF-8 stand as hex, under a name that says so.
constexpr std::string_view kHex = "_hex";

RecordHeaders headers_of(const Json& object) {
  RecordHeaders headers;
  if (!object.is_object()) return headers;
  for (const auto& [name, value] : object.items()) {
    if (name.ends_with(kHex)) {
      headers.emplace_back(name.substr(0, name.size() - kHex.size()), from_hex(text_of(value)));
    } else {
      headers.emplace_back(name, text_of(value));
    }
  }
  return headers;
}

std::string bytes_of(const Json& line, const char* name) {
  if (line.contains(name)) return text_of(line[name]);
  const auto hex = std::string(name).append(kHex);
  return line.contains(hex) ? from_hex(text_of(line[hex])) : std::string();
}

// Calls `take` with each whole line and the byte at which it begins. False: it cannot be read.
template <class Take>
bool each_line(const std::string& path, const Take& take) {
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return errno == ENOENT;
  std::string line;
  std::int64_t at = 0;
  // A last line without its end is being written, or was cut short: it is no letter yet.
  while (std::getline(stream, line) && !stream.eof()) {
    take(Json::parse(line, nullptr, false), at);
    at += static_cast<std::int64_t>(line.size()) + 1;
  }
  return !stream.bad();
}

LogRecord record_of(const Json& line, std::int64_t at) {
  LogRecord record;
  record.offset = at;
  if (!line.is_object()) return record;
  record.key = bytes_of(line, "key");
  record.value = bytes_of(line, "value");
  if (line.contains("headers")) record.headers = headers_of(line["headers"]);
  return record;
}

}  // namespace

tl::expected<void, LetterError> FileLetterStore::read(const Take& take) {
  for (const auto& path : {path_, path_ + ".resolved"}) {
    const bool read = each_line(
        path, [&](const Json& line, std::int64_t at) { take(read_note(record_of(line, at))); });
    if (!read) return tl::unexpected{failed(path, "read it")};
  }
  return {};
}

tl::expected<void, LetterError> FileLetterStore::put(const std::vector<Resolution>& resolutions) {
  std::string text;
  for (const auto& one : resolutions) {
    Json headers = Json::object();
    for (const auto& [name, value] : resolution_headers(one)) headers[name] = value;
    text += Json{{"value", resolution_words(one)}, {"headers", std::move(headers)}}.dump(
                -1, ' ', false, Json::error_handler_t::replace) +
            "\n";
  }
  const auto path = path_ + ".resolved";
  const int file = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, kOwnerAndGroup);
  if (file < 0) return tl::unexpected{failed(path, "open it")};
  bool good = true;
  for (std::string_view rest = text; good && !rest.empty();) {
    const auto written = ::write(file, rest.data(), rest.size());
    if (written > 0) rest.remove_prefix(static_cast<std::size_t>(written));
    good = written > 0 || (written < 0 && errno == EINTR);
  }
  good = good && ::fsync(file) == 0;
  if (!good) {
    auto error = failed(path, "write it");
    ::close(file);
    return tl::unexpected{std::move(error)};
  }
  ::close(file);
  return {};
}

}  // namespace assay::host
