// `assay-rule`: the process of one rule. The engine starts it; nobody else has a use for it.
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <optional>

#include "host/isolation/exchange.hpp"
#include "host/isolation/papers.hpp"
#include "host/isolation/places.hpp"
#include "host/isolation/rule_server.hpp"
#include "host/isolation/sandbox.hpp"
#include "host/isolation/shared_memory.hpp"

namespace assay::host {
namespace {

constexpr int kWrongUse = 2;
constexpr int kRefused = 78;  // by the system: what was asked of it cannot be had

std::optional<Papers> read_papers() {
  const auto memory = SharedMemory::open(kPapersFile, SharedMemory::Others::read);
  return memory ? papers_of(memory->bytes()) : std::nullopt;
}

int serve(pid_t parent) {
  ::prctl(PR_SET_NAME, "assay-rule");
  auto papers = read_papers();
  auto questions = SharedMemory::open(kQuestionFile, SharedMemory::Others::read);
  auto answers = SharedMemory::open(kAnswerFile, SharedMemory::Others::write);
  if (!papers || !questions || !answers) return kWrongUse;
  for (const int file : {kQuestionFile, kAnswerFile, kPapersFile, kProgramFile}) ::close(file);
  RuleEnd engine(std::move(*questions), std::move(*answers), papers->spin);
  if (!sandbox::enter(parent, papers->memory) || !sandbox::allow_loading(engine)) return kRefused;
  RuleServer(engine, std::move(*papers), kLibraryFile).serve();
  return 0;
}

}  // namespace
}  // namespace assay::host

int main(int count, char** arguments) {
  if (count != 3) {
    std::fputs("assay-rule is started by assay, for a rule with `isolation: process`\n", stderr);
    return assay::host::kWrongUse;
  }
  // What runs at a usual end belongs to libraries that may be in any state.
  ::_exit(assay::host::serve(static_cast<pid_t>(std::atol(arguments[2]))));
}
