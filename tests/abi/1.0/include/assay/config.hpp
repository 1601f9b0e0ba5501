// Configuration and refusals, for authors in C++.
//
// Config looks a key up with the type of its fallback; the host has validated the values already.
// Refusal is what create and bind throw when something is still wrong: the veneer turns it into the
// host's error, with place and advice. No exception ever leaves the plugin.
#pragma once

#include <assay/values.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assay {

// Thrown by create, bind and the constructors of shared data; never from the hot path.
class Refusal : public std::runtime_error {
 public:
  explicit Refusal(const std::string& message) : std::runtime_error(message) {}

  // The file that the plugin reads (a list, a template), with a 1-based line and column.
  Refusal&& at(std::string file, std::uint32_t line, std::uint32_t column = 0) && {
    file_ = std::move(file);
    line_ = line;
    column_ = column;
    return std::move(*this);
  }
  Refusal&& advise(std::string help) && {
    help_ = std::move(help);
    return std::move(*this);
  }

  void report(const assay_host& host, assay_error* error) const {
    host.fail(error, 1, detail::to_c(what()));
    if (!file_.empty()) host.locate(error, detail::to_c(file_), line_, column_);
    if (!help_.empty()) host.advise(error, detail::to_c(help_));
  }

 private:
  std::string file_;
  std::string help_;
  std::uint32_t line_ = 0;
  std::uint32_t column_ = 0;
};

// Looks keys up; a key is a path with dots. Texts live as long as the rule or sink.
class Config {
 public:
  Config(const assay_host& host, const assay_config* config)
      : api_(static_cast<const assay_config_api*>(host.get_interface(&host, ASSAY_CONFIG_ID))),
        config_(config) {
    if (!api_) throw Refusal("the host offers no " ASSAY_CONFIG_ID);
  }

  bool has(std::string_view key) const { return api_->has(config_, detail::to_c(key)) != 0; }

  std::int64_t get(std::string_view key, std::int64_t fallback) const {
    return api_->int64(config_, detail::to_c(key), fallback);
  }
  std::int64_t get(std::string_view key, int fallback) const {
    return get(key, std::int64_t{fallback});
  }
  double get(std::string_view key, double fallback) const {
    return api_->float64(config_, detail::to_c(key), fallback);
  }
  bool get(std::string_view key, bool fallback) const {
    return api_->flag(config_, detail::to_c(key), fallback ? 1 : 0) != 0;
  }
  Money get(std::string_view key, Money fallback) const {
    return {api_->decimal(config_, detail::to_c(key), fallback.units)};
  }
  template <class Rep, class Period>
  Duration get(std::string_view key, std::chrono::duration<Rep, Period> fallback) const {
    return Duration{api_->duration(config_, detail::to_c(key), Duration{fallback}.count())};
  }
  std::string_view get(std::string_view key, std::string_view fallback) const {
    return detail::from_c(api_->text(config_, detail::to_c(key), detail::to_c(fallback)));
  }
  std::string_view get(std::string_view key, const char* fallback) const {
    return get(key, std::string_view{fallback});
  }

  // Made absolute beside the file that names it.
  std::string_view path(std::string_view key, std::string_view fallback) const {
    return detail::from_c(api_->path(config_, detail::to_c(key), detail::to_c(fallback)));
  }

  // Entries of a list or a map, and the names of a map's entries in the order of the file.
  std::uint32_t count(std::string_view key) const {
    return api_->count(config_, detail::to_c(key));
  }
  std::string_view key_at(std::string_view key, std::uint32_t index) const {
    return detail::from_c(api_->key_at(config_, detail::to_c(key), index));
  }

  // A list of texts; empty where there is none.
  std::vector<std::string> texts(std::string_view key) const {
    std::vector<std::string> all;
    for (std::uint32_t i = 0; i < count(key); ++i) {
      all.emplace_back(get(std::string(key) + "." + std::to_string(i), ""));
    }
    return all;
  }

  // A refusal that names the key's place in the configuration.
  Refusal refuse(std::string_view key, const std::string& message) const {
    Refusal refusal(message);
    assay_text file{};
    std::uint32_t line = 0;
    std::uint32_t column = 0;
    if (api_->where(config_, detail::to_c(key), &file, &line, &column) == ASSAY_OK) {
      return std::move(refusal).at(std::string(detail::from_c(file)), line, column);
    }
    return refusal;
  }

 private:
  const assay_config_api* api_;
  const assay_config* config_;
};

namespace detail {

// Runs control-plane code of the plugin; whatever it throws becomes the host's error.
template <class Body>
assay_status guarded(const assay_host& host, assay_error* error, Body&& body) noexcept {
  try {
    return std::forward<Body>(body)();
  } catch (const Refusal& refusal) {
    refusal.report(host, error);
  } catch (const std::exception& exception) {
    host.fail(error, 1, to_c(exception.what()));
  } catch (...) {
    host.fail(error, 1, to_c("an exception that is no std::exception"));
  }
  return ASSAY_FAILED;
}

}  // namespace detail
}  // namespace assay
