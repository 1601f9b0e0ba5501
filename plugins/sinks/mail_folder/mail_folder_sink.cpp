// Writes the mails that the smtp sink would send as files, one .eml each: to look at them without a
// mail server, or for another program to pick up.
//
// A file appears whole or not at all and outlives a power cut. Its name is the Message-ID, so a
// record that is delivered twice leaves one file.
#include <fcntl.h>
#include <unistd.h>

#include <assay/sink.hpp>
#include <cerrno>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

#include "plugins/sinks/mail/letters.hpp"
#include "plugins/sinks/mail/mail_schema.hpp"

namespace {

// Full disks and failing ones recover; a folder that is not ours to write waits for a person.
assay::Failure failure(const std::string& what, int error) {
  const auto text = what + ": " + std::system_category().message(error);
  const bool configuration = error == EACCES || error == EPERM || error == EROFS ||
                             error == ENOTDIR || error == ENOENT || error == ENAMETOOLONG;
  return configuration ? assay::Failure::configuration("folder", text)
                       : assay::Failure::transient("folder", text);
}

class Descriptor {
 public:
  Descriptor(const std::filesystem::path& path, int flags)
      : number_(::open(path.c_str(), flags | O_CLOEXEC, 0640)) {
    if (number_ < 0) throw failure("cannot open " + path.string(), errno);
  }
  ~Descriptor() { ::close(number_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  void write(std::string_view text) {
    while (!text.empty()) {
      const auto written = ::write(number_, text.data(), text.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) throw failure("cannot write a mail", errno);
      text.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  void sync() {
    if (::fsync(number_) != 0) throw failure("cannot sync", errno);
  }

 private:
  int number_;
};

constexpr auto schema_text = assay::mail::joined(R"({
  "type": "object",
  "additionalProperties": false,
  "required": ["from", "folder"],
  "properties": {)",
                                                 assay::mail::mail_properties, R"(,
    "folder": {"type": "string", "format": "path", "description": "made if it is not there"}
  }
})");

class MailFolder {
 public:
  static constexpr const char* schema = schema_text.data();

  MailFolder(const assay::Config& config, const assay::Host& host)
      : letters_(config, host), folder_(config.path("folder", "")) {
    if (folder_.empty()) throw config.refuse("folder", "folder is missing");
  }

  bool bind(assay::RecordKind kind, assay::Binder& binder) { return letters_.bind(kind, binder); }

  // What is in the folder at the deadline is delivered, so a slow one takes several calls for a
  // batch. A failure speaks for the whole batch: what was written already is written again, as it
  // is.
  void write(const assay::Records& records, assay::Deadline deadline, assay::Statuses& statuses) {
    make_folder();
    std::uint32_t row = 0;
    for (; row < records.size() && !deadline.over(); ++row) {
      const auto post = letters_.of(records, row);
      for (const auto& letter : post.letters) store(letter);
      letters_.count(post);
    }
    Descriptor(folder_, O_RDONLY | O_DIRECTORY).sync();  // the names are durable only now
    const std::string slow = "the folder is too slow for the deadline";
    if (row == 0 && records.size() > 0) throw assay::Failure::transient("deadline", slow);
    for (; row < records.size(); ++row) {
      statuses.set(row, assay::Failure::transient_in_row(row, "deadline", slow));
    }
  }

  void health(assay::Deadline) {
    make_folder();
    if (::access(folder_.c_str(), W_OK | X_OK) != 0) {
      throw failure("cannot write into " + folder_.string(), errno);
    }
  }

 private:
  void make_folder() const {
    std::error_code error;
    std::filesystem::create_directories(folder_, error);
    if (error) throw failure("cannot make " + folder_.string(), error.value());
  }

  void store(const assay::mail::Letter& letter) const {
    const auto unfinished = folder_ / ("." + letter.id + ".unfinished");
    {
      Descriptor file(unfinished, O_WRONLY | O_CREAT | O_TRUNC);
      file.write(letter.content);
      file.sync();
    }
    const auto path = folder_ / (letter.id + ".eml");
    if (::rename(unfinished.c_str(), path.c_str()) != 0) {
      throw failure("cannot name " + path.string(), errno);
    }
  }

  assay::mail::Letters letters_;
  std::filesystem::path folder_;
};

}  // namespace

ASSAY_SINK(MailFolder, "mail_folder", "1.0.0")
