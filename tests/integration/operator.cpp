#include "tests/integration/operator.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>
#include <thread>

namespace assay::testing {
namespace {

using Json = nlohmann::json;

std::size_t entries(const std::filesystem::path& folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

}  // namespace

Operator::Operator(Engine& engine, const Deployment& deployment)
    : engine_(&engine), deployment_(&deployment) {
  if (!onlooker_.finds(engine, deployment)) ADD_FAILURE() << deployment.words();
}

Json Operator::status() const {
  auto status = Json::parse(onlooker_.get("/status").body, nullptr, false);
  if (status.is_object()) return status;
  throw std::runtime_error("the engine does not say how it stands:\n" + deployment_->words());
}

std::uint64_t Operator::metric(const std::string& family) const {
  return sum_of(onlooker_.get("/metrics").body, family);
}

std::string Operator::reload() {
  const auto read = [](const Json& one) {
    return one["reloads"].get<int>() + one["refused"].get<int>();
  };
  const auto before = status()["configuration"];
  ::kill(engine_->process(), SIGHUP);
  const auto end = std::chrono::steady_clock::now() + kPatience;
  // Thousands of them are asked for one after the other, so the looks are close.
  for (; std::chrono::steady_clock::now() < end;
       std::this_thread::sleep_for(std::chrono::milliseconds(5))) {
    const auto now = status()["configuration"];
    if (now["under_way"].get<bool>() || read(now) <= read(before)) continue;
    return now["refused"] == before["refused"] ? "in force" : now.value("refusal", "");
  }
  return "no answer";
}

Holdings holdings(const Engine& engine) {
  const auto process = std::filesystem::path("/proc") / std::to_string(engine.process());
  Holdings held{entries(process / "fd"), entries(process / "task"), 0, 0};
  std::ifstream maps(process / "maps");
  std::set<std::string> libraries;
  for (std::string line; std::getline(maps, line);) {
    if (line.find(".so") != line.npos) libraries.insert(line.substr(line.find('/')));
  }
  held.libraries = libraries.size();
  std::ifstream statm(process / "statm");
  std::size_t pages = 0;
  statm >> pages >> pages;
  held.resident = pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  return held;
}

}  // namespace assay::testing
