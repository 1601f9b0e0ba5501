// Binding, for authors in C++: names in, typed columns out.
//
// A failed declaration is remembered by the host with all it knows (who asked, for what, what the
// nearest name is) and ends bind through an exception that the veneer catches.
#pragma once

#include <assay/config.hpp>
#include <assay/row.hpp>
#include <concepts>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

// A declared reason; made by Binder::reason.
class Reason {
 public:
  Reason() = default;
  explicit Reason(std::uint16_t number) : number_(number) {}
  std::uint16_t number() const { return number_; }

 private:
  std::uint16_t number_ = 0;
};

// One value that a hit carries, e.g. {"attempts"} or evidence<Money>("amount", "EUR").
struct Evidence {
  // A plain name is a count.
  Evidence(
      const char* evidence_name)  // NOLINT(google-explicit-constructor): reads as a list of names
      : name(evidence_name) {}
  Evidence(std::string_view evidence_name, std::uint32_t evidence_type,
           std::string_view evidence_unit)
      : name(evidence_name), unit(evidence_unit), type(evidence_type) {}

  std::string name;
  std::string unit;
  std::uint32_t type = ASSAY_INT64;
};

template <class T>
Evidence evidence(std::string_view name, std::string_view unit = {}) {
  return {name, detail::Type<T>::code, unit};
}

// A value known at bind that the words of a reason name, e.g. {"limit", limit_}.
struct Constant {
  Constant(std::string_view constant_name, std::int64_t value)
      : name(constant_name), text(std::to_string(value)) {}
  Constant(std::string_view constant_name, Money value)
      : name(constant_name), text(to_string(value)) {}
  template <std::floating_point Value>
  Constant(std::string_view constant_name, Value value)
      : name(constant_name), text(to_string(double{value})) {}
  template <class Rep, class Period>
  Constant(std::string_view constant_name, std::chrono::duration<Rep, Period> value)
      : name(constant_name), text(in_words(Duration{value})) {}
  Constant(std::string_view constant_name, std::string_view value)
      : name(constant_name), text(value) {}

  std::string name;
  std::string text;
};

struct ReasonText {
  std::string_view code;                 // lower_snake_case
  std::string_view words;                // for the analyst
  std::string_view customer_words = {};  // given, the customer may read the reason
};

class Binder {
 public:
  Binder(const assay_host& host, const assay_config* config, const assay_binder& binder)
      : config_(host, config), binder_(&binder) {}

  const Config& config() const { return config_; }
  template <class T>
  auto config(std::string_view key, T fallback) const {
    return config_.get(key, fallback);
  }

  // A field that must exist, and one that may be missing from the schema (always absent then).
  template <class T>
  Field<T> field(std::string_view name) const {
    return Field<T>(declare(name, detail::Type<T>::code, ASSAY_REQUIRED));
  }
  template <class T>
  Field<T> optional(std::string_view name) const {
    return Field<T>(declare(name, detail::Type<T>::code, ASSAY_OPTIONAL));
  }

  // Windowed history, declared as text: see the feature language.
  template <class T>
  Feature<T> feature(std::string_view text) const {
    std::uint32_t column = 0;
    std::uint32_t unused = 0;
    check(binder_->feature(binder_, detail::to_c(text), detail::Type<T>::code,
                           ASSAY_REQUIRED | ASSAY_NO_COVERAGE, &column, &unused));
    return Feature<T>(column);
  }
  // The same, for a rule that reads `row.coverage(feature)`.
  template <class T>
  CoveredFeature<T> covered_feature(std::string_view text) const {
    std::uint32_t column = 0;
    std::uint32_t coverage = 0;
    check(binder_->feature(binder_, detail::to_c(text), detail::Type<T>::code, ASSAY_REQUIRED,
                           &column, &coverage));
    return {column, Field<Duration>(coverage)};
  }

  Reason reason(std::string_view code, std::string_view words,
                std::initializer_list<Evidence> evidence = {},
                std::initializer_list<Constant> constants = {}) const {
    return reason(ReasonText{code, words}, evidence, constants);
  }
  Reason reason(const ReasonText& text, std::initializer_list<Evidence> evidence = {},
                std::initializer_list<Constant> constants = {}) const {
    const auto words = filled(text.words, constants);
    const auto customer_words = filled(text.customer_words, constants);
    std::vector<assay_evidence> declared;
    for (const auto& one : evidence) {
      declared.push_back({detail::to_c(one.name), detail::to_c(one.unit), one.type, 0});
    }
    assay_reason reason{};
    reason.size = sizeof reason;
    reason.audience = customer_words.empty() ? ASSAY_FOR_ANALYST : ASSAY_FOR_CUSTOMER;
    reason.code = detail::to_c(text.code);
    reason.words = detail::to_c(words);
    reason.customer_words = detail::to_c(customer_words);
    reason.evidence = declared.data();
    reason.evidence_count = static_cast<std::uint32_t>(declared.size());
    std::uint32_t number = 0;
    check(binder_->reason(binder_, &reason, &number));
    return Reason(static_cast<std::uint16_t>(number));
  }

  // Everything that could be bound: name and type, in the order of the schema.
  struct Offer {
    std::string name;
    std::uint32_t type = 0;
  };
  std::vector<Offer> offers() const {
    std::vector<Offer> all;
    assay_text name{};
    std::uint32_t type = 0;
    while (binder_->offered(binder_, static_cast<std::uint32_t>(all.size()), &name, &type) ==
           ASSAY_OK) {
      all.push_back({std::string(detail::from_c(name)), type});
    }
    return all;
  }

  // Of a field that could be bound; nothing where the schema has none of that name.
  std::optional<std::uint32_t> type_of(std::string_view name) const {
    for (const auto& offer : offers()) {
      if (offer.name == name) return offer.type;
    }
    return std::nullopt;
  }

  // For a field whose type is known at run time only; answers its column.
  std::uint32_t declare(std::string_view name, std::uint32_t type, std::uint32_t flags) const {
    std::uint32_t column = 0;
    check(binder_->field(binder_, detail::to_c(name), type, flags, &column));
    return column;
  }

 private:
  static void check(assay_status status) {
    // The host has said already what is wrong; this text is kept only where it did not.
    if (status != ASSAY_OK) throw Refusal("the host refused a declaration");
  }

  static std::string filled(std::string_view words, std::initializer_list<Constant> constants) {
    std::string text(words);
    for (const auto& constant : constants) {
      const auto mark = "{" + constant.name + "}";
      for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at)) {
        text.replace(at, mark.size(), constant.text);
        at += constant.text.size();
      }
    }
    return text;
  }

  Config config_;
  const assay_binder* binder_;
};

}  // namespace assay
