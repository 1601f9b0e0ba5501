// A stateful rule that counts what it has seen, and refuses to be made twice at a time.
#include <assay/rule.hpp>
#include <atomic>
#include <thread>

namespace {

std::atomic<int> making{0};

class Counting {
 public:
  static constexpr bool stateful = true;
  static constexpr std::uint64_t state_version = 1;
  static constexpr const char* schema =
      R"({"type": "object", "properties": {"file": {"type": "string", "format": "path"}}})";

  void bind(assay::Binder& binder) {
    const bool alone = ++making == 1;
    for (int i = 0; i < 100; ++i) std::this_thread::yield();
    (void)binder.config().path("file", "");
    --making;
    if (!alone) throw assay::Refusal("two instances are made at a time");
    amount_ = binder.field<assay::Money>("amount");
    seen_ = binder.reason("seen", "{times} seen", {"times"});
  }

  assay::Verdict evaluate(const assay::Row&) { return assay::hit(seen_, 0.1, ++times_); }

  void save(assay::StateWriter& state) const { state.put(times_); }
  void load(assay::StateReader& state, std::uint64_t) { times_ = state.take<std::int64_t>(); }

 private:
  std::int64_t times_ = 0;
  assay::Field<assay::Money> amount_;
  assay::Reason seen_;
};

}  // namespace

ASSAY_RULE(Counting, "counting_rule", "1.0.0")
