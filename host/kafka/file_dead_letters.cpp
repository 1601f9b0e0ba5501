#include "host/kafka/file_dead_letters.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

namespace assay::host {
namespace {

constexpr std::chrono::milliseconds idle{60'000};
constexpr std::chrono::milliseconds retry_pause{1'000};
constexpr mode_t owner_and_group = 0640;

using Json = nlohmann::ordered_json;

// JSON text holds UTF-8 only; what is not goes in as hex, under a name that says so.
void put_bytes(Json& object, const std::string& name, const std::string& bytes) {
  try {
    static_cast<void>(Json(bytes).dump());
    object[name] = bytes;
  } catch (const nlohmann::json::type_error&) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    for (const char c : bytes) {
      const auto byte = static_cast<unsigned char>(c);
      hex += digits[byte >> 4u];
      hex += digits[byte & 15u];
    }
    object[name + "_hex"] = hex;
  }
}

std::string line_of(const DeadLetter& letter, const DeadLetterOrigin& origin) {
  Json headers = Json::object();
  for (const auto& [name, value] : dead_letter_headers(letter, origin)) {
    put_bytes(headers, name, value);
  }
  Json line;
  line["topic"] = letter.topic;
  line["partition"] = letter.partition.value;
  line["offset"] = letter.offset.value;
  put_bytes(line, "key", letter.key);
  put_bytes(line, "value", letter.value);
  line["headers"] = std::move(headers);
  return line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

// Behind the last newline; 0 where there is none, nothing where the file cannot be read.
std::optional<std::int64_t> end_of_whole_lines(int file, std::int64_t size) {
  std::array<char, 4096> block{};
  while (size > 0) {
    const auto from = std::max<std::int64_t>(0, size - static_cast<std::int64_t>(block.size()));
    const auto length = static_cast<std::size_t>(size - from);
    if (::pread(file, block.data(), length, from) != static_cast<ssize_t>(length)) return {};
    const auto newline = std::string_view(block.data(), length).rfind('\n');
    if (newline != std::string_view::npos) return from + static_cast<std::int64_t>(newline) + 1;
    size = from;
  }
  return 0;
}

}  // namespace

tl::expected<std::unique_ptr<FileDeadLetters>, std::string> FileDeadLetters::open(
    const std::string& path, DeadLetterOrigin origin, KafkaLog log) {
  const auto failed = [&](int file) {
    std::string why = "the dead-letter file " + path + " cannot be opened: " + std::strerror(errno);
    if (file >= 0) ::close(file);
    return tl::unexpected{std::move(why)};
  };
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, owner_and_group);
  struct stat status {};
  if (file < 0 || ::fstat(file, &status) != 0) return failed(file);
  const auto end = end_of_whole_lines(file, status.st_size);
  if (!end || ::ftruncate(file, *end) != 0) return failed(file);
  return std::unique_ptr<FileDeadLetters>{
      new FileDeadLetters(path, file, *end, std::move(origin), std::move(log))};
}

FileDeadLetters::FileDeadLetters(std::string path, int file, std::int64_t size,
                                 DeadLetterOrigin origin, KafkaLog log)
    : path_(std::move(path)),
      file_(file),
      size_(size),
      origin_(std::move(origin)),
      log_(std::move(log)),
      thread_([this] { run(); }) {}

FileDeadLetters::~FileDeadLetters() {
  desk_.stop();
  thread_.join();
  ::close(file_);
}

void FileDeadLetters::send(DeadLetter letter, Ack ack) {
  std::string text = line_of(letter, origin_);
  const std::size_t bytes = text.size();
  desk_.put({std::move(text), std::move(ack)}, bytes);
}

void FileDeadLetters::run() {
  while (!desk_.stopped()) {
    const auto lines = desk_.take(idle);
    std::string text;
    for (const Line& line : lines) text += line.text;
    while (!write(text)) {
      const std::string why = std::strerror(errno);
      if (desk_.failed(why) && log_) {
        log_(KafkaLogLevel::error, "dead-letter file " + path_ + ": " + why);
      }
      if (desk_.stopped_within(retry_pause)) return;
    }
    for (const Line& line : lines) {
      line.ack();
      if (desk_.acknowledged(line.text.size()) && log_) {
        log_(KafkaLogLevel::info, "dead-letter file " + path_ + ": takes letters again");
      }
    }
  }
}

// From the end of what is safe: a half-written attempt is written over.
bool FileDeadLetters::write(const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const auto written = ::pwrite(file_, text.data() + done, text.size() - done,
                                  size_ + static_cast<std::int64_t>(done));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    done += static_cast<std::size_t>(written);
  }
  if (!text.empty() && ::fdatasync(file_) != 0) return false;
  size_ += static_cast<std::int64_t>(text.size());
  return true;
}

}  // namespace assay::host
