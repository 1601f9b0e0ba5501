// A snapshot of one stateful rule, in memory.
#pragma once

#include <assay/rule.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <utility>
#include <vector>

namespace assay::testing {

using State = std::vector<std::byte>;

// Takes what a rule saves, or gives back what it has saved; a read answers few bytes at a time, as
// a file's buffer might.
class StateStream {
 public:
  explicit StateStream(State state = {})
      : c_{sizeof(assay_stream), 0, &write, &read}, state_(std::move(state)) {}
  StateStream(const StateStream&) = delete;
  StateStream& operator=(const StateStream&) = delete;

  const assay_stream* handle() const { return &c_; }
  const State& state() const { return state_; }
  bool at_end() const { return at_ == state_.size(); }

 private:
  static StateStream& self(const assay_stream* stream) {
    return *reinterpret_cast<StateStream*>(const_cast<assay_stream*>(stream));
  }

  static assay_status write(const assay_stream* stream, const void* data, std::uint64_t size) {
    const auto* bytes = static_cast<const std::byte*>(data);
    auto& state = self(stream).state_;
    state.insert(state.end(), bytes, bytes + size);
    return ASSAY_OK;
  }
  static std::uint64_t read(const assay_stream* stream, void* data, std::uint64_t size) {
    auto& me = self(stream);
    const auto part = std::min<std::uint64_t>({size, me.state_.size() - me.at_, 5});
    if (part > 0) std::memcpy(data, me.state_.data() + me.at_, part);
    me.at_ += part;
    return part;
  }

  assay_stream c_;  // first, so that its address is the stream's
  State state_;
  std::size_t at_ = 0;
};

}  // namespace assay::testing
