#include "bench/support/open_loop.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "bench/support/topic.hpp"

namespace assay::bench {
namespace {

double quantile(const std::vector<double>& sorted, double share) {
  return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

}  // namespace

std::int64_t wall_clock() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::vector<Arrival> read_arrivals(const std::filesystem::path& path) {
  std::vector<Arrival> arrivals;
  std::ifstream file(path, std::ios::binary);
  Arrival one{};
  while (file.read(reinterpret_cast<char*>(&one), sizeof one)) arrivals.push_back(one);
  return arrivals;
}

OpenLoop::OpenLoop(const std::string& bootstrap, int rate, const char* linger)
    : client_(make_producer(bootstrap, linger)), rate_(rate) {}

Turn OpenLoop::send(const char* topic, int messages, Customers customers) {
  const host::TopicHandle handle(rd_kafka_topic_new(client_.get(), topic, nullptr));
  const auto began = wall_clock();
  std::string text;
  for (int i = 0; i < messages; ++i) {
    const auto due = began + std::int64_t{i} * 1'000'000'000 / rate_;
    const auto wait = due - wall_clock();
    if (wait > 0) std::this_thread::sleep_for(std::chrono::nanoseconds(wait));
    const bool hot = customers == Customers::one_has_half && i % 2 == 1;
    const auto number = hot ? sent_ - sent_ % kCustomers : sent_;
    text.clear();
    append_message(text, number, Kind::quiet);
    char digits[17];
    std::snprintf(digits, sizeof digits, "%016llx",
                  static_cast<unsigned long long>(hot ? due | 1 : due & ~1LL));
    text.replace(kDueAt, 16, digits, 16);
    if (rd_kafka_produce(handle.get(), static_cast<std::int32_t>(number % kPartitions),
                         RD_KAFKA_MSG_F_COPY, text.data(), text.size(), nullptr, 0, nullptr) != 0) {
      std::fputs("a message was not taken\n", stderr);
      std::exit(1);
    }
    rd_kafka_poll(client_.get(), 0);
    ++sent_;
  }
  rd_kafka_flush(client_.get(), 10'000);
  return {began, wall_clock()};
}

Quantiles quantiles(const std::vector<Arrival>& arrivals, const std::vector<Turn>& turns) {
  Quantiles found;
  for (const auto& [began, ended] : turns) {
    std::vector<double> turn;
    for (const auto& arrival : arrivals) {
      if (arrival.due >= began && arrival.due <= ended) {
        turn.push_back(static_cast<double>(arrival.at - arrival.due) * 1e-6);
      }
    }
    if (turn.empty()) continue;
    std::sort(turn.begin(), turn.end());
    found.p50.push_back(quantile(turn, 0.5));
    found.p99.push_back(quantile(turn, 0.99));
    found.p999.push_back(quantile(turn, 0.999));
  }
  return found;
}

std::vector<double> over(const std::vector<double>& samples, const std::vector<double>& baseline) {
  std::vector<double> differences;
  for (std::size_t i = 0; i < samples.size(); ++i) differences.push_back(samples[i] - baseline[i]);
  return differences;
}

}  // namespace assay::bench
