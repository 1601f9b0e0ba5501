#include "host/isolation/isolated_library.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <thread>
#include <utility>

#include "host/diagnostics/printable.hpp"
#include "host/isolation/dialogue.hpp"
#include "host/isolation/isolated_rule.hpp"
#include "host/isolation/papers.hpp"

namespace assay::host {
namespace {

PluginFault refused(const std::string& file, const std::string& why, std::string help = {}) {
  return {Code::plugin_refused, "`" + file + "` " + why, {}, std::move(help)};
}

// What the configuration's parameters are checked against says nothing before there is one.
bool is_name(const std::string& id) { return !id.empty() && printable(id) == id; }

}  // namespace

tl::expected<std::unique_ptr<IsolatedLibrary>, PluginFault> IsolatedLibrary::survey(
    const std::string& copy, const std::string& file, const HostServices& services,
    const ProcessConfig& limits) {
  const int library_file = ::open(copy.c_str(), O_RDONLY | O_CLOEXEC);
  if (library_file < 0) {
    return tl::make_unexpected(
        refused(file, "has a copy that cannot be opened: " + std::string(std::strerror(errno))));
  }
  auto library =
      std::unique_ptr<IsolatedLibrary>(new IsolatedLibrary(library_file, file, services, limits));

  Papers papers;
  papers.file = file;
  papers.parameters = empty_map({});
  papers.engine_version = services.engine_version;
  papers.memory = limits.memory;
  const auto bytes = to_bytes(papers);
  auto process = RuleProcess::start({"survey", library_file, bytes, {}});
  if (!process)
    return tl::make_unexpected(refused(file, "cannot be looked at: " + process.error()));
  const HostServices silent;  // what it has to say it says again when it is used
  const PluginHost unheard(silent, file);
  auto& started = **process;
  Dialogue dialogue(std::move(*process), unheard);
  std::thread watch([&] { started.wait(); });
  auto facts = library->ask(dialogue);
  dialogue.close();
  started.end("the engine has no more use for it");
  watch.join();
  if (!facts) return tl::make_unexpected(std::move(facts.error()));

  library->facts_ = std::move(*facts);
  const auto& known = library->facts_;
  library->entry_ = {
      sizeof(assay_entry),  ASSAY_ABI_MINOR, known.id.c_str(), nullptr, nullptr, nullptr,
      known.version.c_str()};
  library->rule_ = IsolatedRule::table(known.flags, known.state_version, known.ticks);
  return library;
}

IsolatedLibrary::~IsolatedLibrary() { ::close(library_); }

tl::expected<IsolatedLibrary::Facts, PluginFault> IsolatedLibrary::ask(Dialogue& dialogue) const {
  assay_error error;
  const auto asked =
      dialogue.ask(Ask::load, dialogue.question(), std::chrono::nanoseconds(limits_.start), error);
  if (asked != ASSAY_OK) {
    return tl::make_unexpected(refused(file_, "cannot be loaded: " + error.message, error.help));
  }
  auto told = dialogue.reply();
  if (told.take<std::uint8_t>() == 0) {
    PluginFault fault;
    fault.message = printable(told.take_text());
    fault.note = printable(told.take_text());
    fault.help = printable(told.take_text());
    return tl::make_unexpected(std::move(fault));
  }
  Facts facts;
  facts.id = told.take_text();
  facts.version = told.take_text();
  facts.is_rule = told.take<std::uint8_t>() != 0;
  if (facts.is_rule) {
    facts.flags = told.take<std::uint32_t>();
    facts.state_version = told.take<std::uint64_t>();
    facts.ticks = told.take<std::uint8_t>() != 0;
    facts.description = told.take_text();
  }
  if (!told.whole() || !is_name(facts.id) || !is_name(facts.version)) {
    return tl::make_unexpected(refused(file_, "says of itself what cannot be read"));
  }
  return facts;
}

tl::expected<void, PluginFault> IsolatedLibrary::load_in(Dialogue& dialogue) const {
  const auto facts = ask(dialogue);
  if (!facts) return tl::make_unexpected(facts.error());
  if (*facts == facts_) return {};
  return tl::make_unexpected(refused(file_, "says of itself another thing each time"));
}

}  // namespace assay::host
