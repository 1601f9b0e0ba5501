// A sink that keeps nothing.
//
// With `all_fields` it binds whatever the schema offers, as a store does, so the engine copies as
// much for it. With `times` it writes, for each record, two 64-bit numbers into that file: the
// nanosecond that the first 16 digits of the transaction's id name, and the time of the decision.
#include <assay/sink.hpp>
#include <charconv>
#include <fstream>
#include <string>

namespace {

class BenchSink {
 public:
  static constexpr const char* schema = R"({
    "type": "object",
    "additionalProperties": false,
    "properties": {
      "all_fields": {"type": "boolean", "default": false},
      "times": {"type": "string", "format": "path"}
    }
  })";

  BenchSink(const assay::Config& config, const assay::Host&)
      : all_fields_(config.get("all_fields", false)), path_(config.path("times", "")) {}

  bool bind(assay::RecordKind kind, assay::Binder& binder) {
    if (kind != assay::RecordKind::decision) return false;
    if (all_fields_) {
      for (const auto& offer : binder.offers()) {
        binder.declare(offer.name, offer.type, ASSAY_OPTIONAL);
      }
    }
    if (!path_.empty()) {
      id_ = binder.field<std::string_view>("transaction_id");
      decided_at_ = binder.field<assay::Time>("decided_at");
    }
    return true;
  }

  void write(const assay::Records& records, assay::Deadline, assay::Statuses&) {
    if (path_.empty()) return;
    // Not before: an instance that only binds, as in a reload, leaves no trace.
    if (!times_.is_open()) times_.open(path_, std::ios::binary);
    for (std::uint32_t i = 0; i < records.size(); ++i) {
      const auto row = records[i];
      const auto id = row[id_].value_or("").substr(0, 16);
      std::int64_t pair[2] = {0, row[decided_at_]->nanoseconds};
      std::from_chars(id.data(), id.data() + id.size(), pair[0], 16);
      times_.write(reinterpret_cast<const char*>(pair), sizeof pair);
    }
  }

 private:
  bool all_fields_;
  std::string path_;
  std::ofstream times_;
  assay::Field<std::string_view> id_;
  assay::Field<assay::Time> decided_at_;
};

}  // namespace

ASSAY_SINK(BenchSink, "bench_sink", "1.0.0")
