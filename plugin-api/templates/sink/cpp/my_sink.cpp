// Appends a line for each decision to a file: its id, what was decided, the amount. Say here who
// reads it, then give it the fields, the settings and the peer it needs.
#include <assay/sink.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>

namespace {

struct Closes {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

class MySink {
 public:
  static constexpr const char* schema = R"({
    "type": "object",
    "additionalProperties": false,
    "required": ["file"],
    "properties": {
      "file": {
        "type": "string", "format": "path",
        "description": "The file to append to; it is made where there is none."
      }
    }
  })";

  // Reads the settings and connects to nothing.
  MySink(const assay::Config& config, const assay::Host&) : path_(config.path("file", "")) {}

  bool bind(assay::RecordKind kind, assay::Binder& binder) {
    if (kind != assay::RecordKind::decision) return false;
    id_ = binder.field<std::string_view>("transaction_id");
    decision_ = binder.field<std::string_view>("decision");
    amount_ = binder.optional<assay::Money>("amount");
    return true;
  }

  void write(const assay::Records& records, assay::Deadline, assay::Statuses&) {
    const auto file = open();
    for (std::uint32_t i = 0; i < records.size(); ++i) {
      const auto line = line_of(records[i]);
      std::fwrite(line.data(), 1, line.size(), file.get());
    }
    if (std::fflush(file.get()) != 0) throw broken("cannot be written");
  }

  // Reaches the file without writing to it.
  void health(assay::Deadline) { open(); }

 private:
  using File = std::unique_ptr<std::FILE, Closes>;

  File open() const {
    File file(std::fopen(path_.c_str(), "ae"));
    if (!file) throw broken("cannot be opened");
    return file;
  }

  // An outage: the host tries again, until the file can be written.
  assay::Failure broken(const std::string& what) const {
    return assay::Failure::transient("file", path_ + " " + what + ": " + std::strerror(errno));
  }

  std::string line_of(const assay::Row& row) const {
    std::string line(row[id_].value_or("?"));
    line += ' ';
    line += row[decision_].value_or("?");
    if (const auto amount = row[amount_]) line += ' ' + assay::to_string(*amount);
    return line + '\n';
  }

  std::string path_;
  assay::Field<std::string_view> id_;
  assay::Field<std::string_view> decision_;
  assay::Field<assay::Money> amount_;
};

}  // namespace

ASSAY_SINK(MySink, "my_sink", "1.0.0")
