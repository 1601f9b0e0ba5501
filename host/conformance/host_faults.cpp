#include "host/conformance/host_faults.hpp"

#include <chrono>
#include <string>

#include "host/conformance/apart.hpp"
#include "host/conformance/call_watch.hpp"

namespace assay::host {
namespace {

constexpr std::chrono::seconds kOneLife{5};

// Answers whether it lived to the end.
bool live(const Life& life) {
  try {
    life();
    return true;
  } catch (const Refused& refused) {
    const auto failed = call_watch().failed();
    const bool binders = failed && failed->ends_with("of the binder");
    if (refused.with_words || binders) return false;
    throw Broken{refused.message, "call `fail` of the host before you answer ASSAY_FAILED"};
  }
}

}  // namespace

Judgement judge_host_faults(const Life& life) {
  // The names of the calls, out of a life in which none fails.
  auto listed = judge_apart(
      [&] {
        life();
        std::string names;
        for (const auto& name : call_watch().failable()) names += name + "\n";
        return passed(names);
      },
      kOneLife);
  if (listed.outcome != Judgement::Outcome::passed) return listed;
  int number = 0;
  for (std::size_t at = 0; at < listed.message.size(); ++number) {
    const auto end = listed.message.find('\n', at);
    const auto name = listed.message.substr(at, end - at);
    at = end + 1;
    const auto judgement = judge_apart(
        [&] {
          call_watch().fail_call(number);
          (void)live(life);
          return passed("");
        },
        kOneLife);
    if (judgement.outcome == Judgement::Outcome::passed) continue;
    throw Broken{"where `" + name + "` fails, " + judgement.message,
                 "look at what the host answers, and refuse with words where you cannot go on"};
  }
  return passed(std::to_string(number) + " calls failed, one after the other");
}

Judgement judge_without_interfaces(const Life& life) {
  call_watch().withhold_interfaces();
  return passed(live(life) ? "does without" : "says what it misses");
}

}  // namespace assay::host
