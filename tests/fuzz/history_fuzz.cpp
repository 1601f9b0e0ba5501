// Damages the bytes of a history and checks what holds for any of them: it is refused, or it goes
// on without running wild and can be written and read again.
//
// The history is made here, so that the corpus does not age with its form. Three bytes of input are
// a place (two, modulo the size) and what is XORed there; 0 there cuts the bytes off at that place.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "tests/core/features/feature_bench.hpp"
#include "tests/core/features/state_buffer.hpp"

namespace {

using assay::core::PartitionHistory;
using assay::tests::BufferSink;
using assay::tests::BufferSource;
using assay::tests::FeatureBench;

void expect(bool holds) {
  if (!holds) std::abort();
}

// Of every form that a key's record can have: panes, a long log, trails, values, two currencies.
class World {
 public:
  World() : bench_(options()) {
    for (const auto* text :
         {"count() by user over 10m", "sum(amount) by user over 1h",
          "stddev(amount) by user over 1h", "max(amount) by card over previous 2h",
          "distinct(merchant) by user over 1h", "last(merchant) by card", "last(amount) by user",
          "first_seen(merchant) by user", "speed(latitude, longitude) by card",
          "elapsed() by card where small"}) {
      bench_.feature(text);
    }
    put(240);
    BufferSink sink;
    bench_.history->save(sink);
    bytes_ = std::move(sink.buffer);
  }

  const std::vector<std::byte>& bytes() const { return bytes_; }

  void check(const std::vector<std::byte>& bytes) {
    bench_.history = std::make_unique<PartitionHistory>(*bench_.plan);
    BufferSource source(bytes);
    if (!bench_.history->load(source)) return;
    number_ = 240;
    put(60);
    BufferSink sink;
    bench_.history->save(sink);
    PartitionHistory again(*bench_.plan);
    BufferSource saved(sink.buffer);
    expect(again.load(saved) && saved.remaining() == 0);
    expect(again.keys() == bench_.history->keys());
  }

 private:
  static assay::core::FeatureOptions options() {
    assay::core::FeatureOptions options;
    options.partition_keys = {"user", "card"};
    options.reversal = assay::core::Slot{};
    options.exact_events = 70;
    return options;
  }

  void put(int count) {
    for (int i = 0; i < count; ++i, ++number_) {
      assay::tests::Transaction one;
      one.time =
          (1'700'000'000 + number_ * 7 - (number_ % 9 == 0 ? 300 : 0)) * FeatureBench::kSecond;
      one.user = number_ % 5 == 0 ? number_ % 4 : 0;
      one.card = static_cast<std::uint64_t>(number_ % 3);
      one.merchant = "merchant " + std::to_string(number_ % 11);
      one.amount = number_ * 5'000;
      one.currency = number_ % 4 == 0 ? "USD" : "EUR";
      one.latitude = 38.0 + static_cast<double>(number_ % 2);
      one.longitude = -9.0;
      one.id = "t" + std::to_string(number_);
      if (number_ % 17 == 0) one.reverses = "t" + std::to_string(number_ - 3);
      bench_.put(one);
    }
  }

  FeatureBench bench_;
  std::int64_t number_ = 0;
  std::vector<std::byte> bytes_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static World world;
  auto bytes = world.bytes();
  for (std::size_t i = 0; i + 3 <= size && !bytes.empty(); i += 3) {
    const auto at = (std::size_t{data[i]} << 8 | data[i + 1]) % bytes.size();
    if (data[i + 2] == 0) {
      bytes.resize(at);
    } else {
      bytes[at] ^= std::byte{data[i + 2]};
    }
  }
  world.check(bytes);
  return 0;
}
