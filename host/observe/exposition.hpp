// The text that Prometheus scrapes (exposition format 0.0.4): families of samples, each family
// under one HELP and one TYPE.
//
// Counters are whole numbers here and are written digit for digit; a library that holds doubles
// would round them beyond 2^53.
//
// Thread: one at a time.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "host/runtime/histogram.hpp"

namespace assay::host {

class Exposition final {
 public:
  using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  // Begin a family; the samples that follow belong to it. `name` is complete: a counter's ends in
  // _total.
  void counter(std::string_view name, std::string_view help);
  void gauge(std::string_view name, std::string_view help);
  void histogram(std::string_view name, std::string_view help);  // in seconds

  // Label values may hold anything.
  void sample(std::uint64_t value, Labels labels = {});
  void sample(double value, Labels labels = {});
  void sample(const Histogram& times, Labels labels = {});

  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  void family(std::string_view name, std::string_view type, std::string_view help);
  void head(std::string_view suffix, Labels labels, std::string_view bound = {});

  std::string text_;
  std::string name_;
};

}  // namespace assay::host
