#include "host/enrich/holder_file.hpp"

#include <filesystem>
#include <fstream>
#include <memory>
#include <string_view>
#include <system_error>

#include "core/decode/decode_error.hpp"
#include "host/enrich/holder_batch.hpp"

namespace assay::host {
namespace {

constexpr std::uint64_t faults_shown = 20;
// No message of a topic is longer (`source.max_message`).
constexpr std::size_t longest_line = std::size_t{64} << 20;

enum class Line { read, too_long, none };

// A file without ends of lines must not fill the memory: the rest of a line that is too long is
// passed over. The stream is bad where reading failed.
Line next_line(std::istream& file, std::string& line) {
  line.clear();
  bool any = false;
  bool too_long = false;
  char letter = 0;
  while (file.get(letter)) {
    any = true;
    if (letter == '\n') break;
    if (line.size() < longest_line) {
      line.push_back(letter);
    } else {
      too_long = true;
    }
  }
  if (!any) return Line::none;
  return too_long ? Line::too_long : Line::read;
}

void refuse_file(const std::string& path, std::string why, Diagnostics& diagnostics) {
  diagnostics.add({.code = Code::file_unreadable,
                   .message = "the account holders' file `" + path + "` cannot be read",
                   .note = std::move(why),
                   .path = "holders.file"});
}

void refuse_line(Span span, std::string message, std::string note, std::string help,
                 Diagnostics& diagnostics) {
  diagnostics.add({.code = Code::bad_value,
                   .message = std::move(message),
                   .span = std::move(span),
                   .note = std::move(note),
                   .help = std::move(help),
                   .path = "holders.file"});
}

bool readable(const std::string& path, Diagnostics& diagnostics) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) {
    refuse_file(path, "there is no such file", diagnostics);
  } else if (error) {
    refuse_file(path, error.message(), diagnostics);
  } else if (status.type() != std::filesystem::file_type::regular) {
    refuse_file(path, "it is not a regular file", diagnostics);
  } else {
    return true;
  }
  return false;
}

}  // namespace

std::uint64_t load_holder_file(const std::string& path, const core::DecodeOptions& options,
                               Holders& holders, Diagnostics& diagnostics) {
  if (!readable(path, diagnostics)) return 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    refuse_file(path, "it cannot be opened (check its permissions)", diagnostics);
    return 0;
  }
  // Without its text: a place can be named, and nothing of it be shown.
  const auto source = std::make_shared<const Source>(path, std::string{});
  HolderBatch batch(holders, options);
  std::uint64_t records = 0;
  std::uint64_t faults = 0;
  std::uint32_t number = 0;
  std::string line;
  for (auto next = next_line(file, line); next != Line::none; next = next_line(file, line)) {
    ++number;
    if (next == Line::too_long) {
      refuse_line({source, number, 1, 0},
                  "a line of the account holders' file is longer than 64 MiB", {},
                  "write one account holder a line", diagnostics);
      continue;
    }
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const core::Message message{line, {}, {0}, {number - 1}, 0};
    const auto error = batch.upsert(message);
    if (error == core::DecodeError::ok) {
      ++records;
    } else if (++faults <= faults_shown) {
      refuse_line({source, number, batch.detail().offset + 1, 0},
                  "a line of the account holders' file is no account holder",
                  core::describe(error, batch.detail()), {}, diagnostics);
    }
  }
  batch.flush();
  if (file.bad()) refuse_file(path, "reading it failed", diagnostics);
  if (faults > faults_shown) {
    refuse_line({source, 0, 0, 0},
                std::to_string(faults - faults_shown) +
                    " further lines of the account holders' file are wrong",
                {}, {}, diagnostics);
  }
  return records;
}

}  // namespace assay::host
