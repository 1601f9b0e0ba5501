// Every library that a process has mapped, by what is in its file.
//
// A library is never unloaded and never initialised twice, so whoever loads one looks here first: a
// configuration that takes another one's place, and two that are compared. What the rules in force
// use no more is retired: it stays mapped and is found here again when it comes back. Each new file
// makes the process larger for good, so there is a limit to how many may be retired.
//
// Thread: control; retired() any.
#pragma once

#include <atomic>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <tl/expected.hpp>

namespace assay::host {

class Plugin;
struct PluginFault;

class PluginShelf final {
 public:
  using Loaded = std::shared_ptr<const Plugin>;
  // What became of a file whose code was mapped.
  using Fate = tl::expected<Loaded, PluginFault>;

  PluginShelf();
  ~PluginShelf();
  PluginShelf(const PluginShelf&) = delete;
  PluginShelf& operator=(const PluginShelf&) = delete;

  // Null where that content was never mapped.
  [[nodiscard]] const Fate* find(const std::string& sha256) const;
  void put(const std::string& sha256, Fate fate);

  // These are used from now on; all others are retired. Those in processes of their own are not
  // counted, for nothing of them is mapped.
  void use(std::span<const Loaded> plugins);
  // Mapped and not used; 0 until use() was called.
  [[nodiscard]] std::size_t retired() const { return retired_; }
  // For another one, where no more than `most` may be retired. A start takes what it needs.
  [[nodiscard]] bool has_room(std::size_t most) const { return !used_ || retired_ < most; }

 private:
  void count();

  std::map<std::string, Fate> by_digest_;
  std::optional<std::size_t> used_;
  std::atomic<std::size_t> retired_ = 0;
};

}  // namespace assay::host
