#include "tests/integration/onlooker.hpp"

#include <gtest/gtest.h>

#include <regex>

namespace assay::testing {

bool Onlooker::finds(Engine& engine, const Deployment& deployment) {
  return engine.until([&] {
    const auto words = deployment.words();
    std::smatch found;
    const std::regex said(R"(health and metrics at http://([0-9.]+:[0-9]+))");
    if (!std::regex_search(words, found, said)) return false;
    at_.listen = host::parse_listen(found[1].str()).value();
    return true;
  });
}

host::Answer Onlooker::get(const std::string& path) const {
  auto answer = host::ask_endpoint(at_, path, kPatience);
  if (answer) return *answer;
  ADD_FAILURE() << path << ": " << answer.error();
  return {.status = 0, .body = {}};
}

std::uint64_t sum_of(const std::string& metrics, const std::string& family) {
  std::uint64_t sum = 0;
  const std::regex sample("\n" + family + R"((\{[^}]*\})? ([0-9]+))");
  for (std::sregex_iterator one(metrics.begin(), metrics.end(), sample), end; one != end; ++one) {
    sum += std::stoull((*one)[2].str());
  }
  return sum;
}

}  // namespace assay::testing
