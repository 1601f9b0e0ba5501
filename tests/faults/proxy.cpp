#include "tests/faults/proxy.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>
#include <vector>

namespace assay::testing {
namespace {

constexpr std::size_t kRead = 64 << 10;      // bytes at once
constexpr std::size_t kWaiting = 256 << 10;  // bytes of one way, before nothing more is read of it

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

int checked(int answer, const char* what) {
  if (answer < 0) throw std::system_error(errno, std::generic_category(), what);
  return answer;
}

int connected(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto address = loopback(port);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(socket);
    return -1;
  }
  return socket;
}

void prepare(int socket) {
  ::fcntl(socket, F_SETFL, O_NONBLOCK);
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

// The other side sees a reset, not an end.
void reset_and_close(int socket) {
  const linger now{1, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  ::close(socket);
}

}  // namespace

Proxy::Proxy(std::uint16_t server, std::uint16_t port)
    : server_(server),
      listener_(checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket")) {
  const int on = 1;
  checked(::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), "setsockopt");
  auto address = loopback(port);
  socklen_t size = sizeof address;
  checked(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size), "bind");
  checked(::listen(listener_, SOMAXCONN), "listen");
  checked(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
  port_ = ntohs(address.sin_port);
  prepare(listener_);
  checked(::pipe2(wake_, O_CLOEXEC | O_NONBLOCK), "pipe");
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

Proxy::~Proxy() {
  thread_.request_stop();
  (void)!::write(wake_[1], "", 1);
  thread_.join();
  for (auto& pair : pairs_) hang_up(pair);
  for (const int one : {listener_, wake_[0], wake_[1]}) ::close(one);
}

void Proxy::set(const Weather& weather) {
  const std::lock_guard lock(mutex_);
  weather_ = weather;
  (void)!::write(wake_[1], "", 1);
}

void Proxy::cut_where(Judge judge) {
  const std::lock_guard lock(mutex_);
  judge_ = std::move(judge);
}

void Proxy::reset() {
  const std::lock_guard lock(mutex_);
  for (auto& pair : pairs_) hang_up(pair);
  (void)!::write(wake_[1], "", 1);
}

void Proxy::run(const std::stop_token& stop) {
  std::vector<pollfd> looked_at;
  std::vector<std::pair<Pair*, Way*>> ways;
  while (!stop.stop_requested()) {
    looked_at.assign({{wake_[0], POLLIN, 0}, {listener_, POLLIN, 0}});
    ways.clear();
    int patience = -1;
    {
      const std::lock_guard lock(mutex_);
      pairs_.remove_if([](const Pair& pair) { return pair.over; });
      const auto now = Clock::now();
      for (auto& pair : pairs_) {
        for (auto* way : {&pair.request, &pair.answer}) {
          const bool stands = weather_.blackhole || (weather_.half_open && way == &pair.answer);
          const bool reads = !stands && !way->ended && way->waiting < kWaiting;
          looked_at.push_back({way->from, static_cast<short>(reads ? POLLIN : 0), 0});
          const bool writes = !stands && !way->pieces.empty() && way->pieces.front().due <= now;
          looked_at.push_back({way->to, static_cast<short>(writes ? POLLOUT : 0), 0});
          ways.emplace_back(&pair, way);
        }
      }
      const auto due = next_due();
      if (due != Clock::time_point::max()) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(due - now).count();
        patience = static_cast<int>(std::clamp<std::int64_t>(left, 0, 1'000));
      }
    }
    ::poll(looked_at.data(), looked_at.size(), patience);
    std::array<char, 64> drained;
    while (::read(wake_[0], drained.data(), drained.size()) > 0) {
    }
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < ways.size(); ++i) {
      auto& [pair, way] = ways[i];
      constexpr short kEnd = POLLHUP | POLLERR;
      const auto& from = looked_at[2 + 2 * i];
      const auto& to = looked_at[3 + 2 * i];
      if (!pair->over && (from.revents & POLLIN) != 0) read(*pair, *way);
      if (!pair->over && (to.revents & POLLOUT) != 0) write(*pair, *way);
      // One who has gone does not wait for what the weather holds back.
      if (!pair->over && (from.revents & kEnd) != 0 && (from.events & POLLIN) == 0) hang_up(*pair);
    }
    if ((looked_at[1].revents & POLLIN) != 0) accept();
  }
}

Proxy::Clock::time_point Proxy::next_due() const {
  auto next = Clock::time_point::max();
  if (weather_.blackhole) return next;
  for (const auto& pair : pairs_) {
    for (const auto* way : {&pair.request, &pair.answer}) {
      if (weather_.half_open && way == &pair.answer) continue;
      if (!way->pieces.empty()) next = std::min(next, way->pieces.front().due);
    }
  }
  return next;
}

void Proxy::accept() {
  const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (client < 0) return;
  const int server = connected(server_);
  if (server < 0) return reset_and_close(client);
  prepare(client);
  prepare(server);
  auto& pair = pairs_.emplace_back();
  pair.request.from = pair.answer.to = client;
  pair.request.to = pair.answer.from = server;
}

void Proxy::read(Pair& pair, Way& way) {
  std::string bytes(kRead, '\0');
  const auto count = ::recv(way.from, bytes.data(), bytes.size(), 0);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count < 0) return hang_up(pair);
  if (count == 0) {
    way.ended = true;
    if (way.pieces.empty()) ::shutdown(way.to, SHUT_WR);
    if (pair.request.ended && pair.answer.ended) pair.over = true;
    if (pair.over) hang_up(pair);
    return;
  }
  bytes.resize(static_cast<std::size_t>(count));
  if (&way == &pair.answer && pair.cut_at_answer) return hang_up(pair);
  if (&way == &pair.request && judge_) {
    const auto cut = judge_(bytes);
    if (cut == Cut::before) return hang_up(pair);
    pair.cut_at_answer = cut == Cut::after;
  }
  const auto slice = weather_.slice > 0 ? weather_.slice : bytes.size();
  auto due = std::max(way.free_at, Clock::now() + weather_.latency);
  for (std::size_t at = 0; at < bytes.size(); at += slice) {
    auto piece = bytes.substr(at, slice);
    if (weather_.bytes_per_second > 0) {
      due += std::chrono::nanoseconds(1'000'000'000 * piece.size() / weather_.bytes_per_second);
    }
    way.waiting += piece.size();
    way.pieces.push_back({due, std::move(piece)});
  }
  way.free_at = due;
}

void Proxy::write(Pair& pair, Way& way) {
  auto& piece = way.pieces.front();
  const auto count = ::send(way.to, piece.bytes.data(), piece.bytes.size(), MSG_NOSIGNAL);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count < 0) return hang_up(pair);
  way.waiting -= static_cast<std::size_t>(count);
  piece.bytes.erase(0, static_cast<std::size_t>(count));
  if (piece.bytes.empty()) way.pieces.pop_front();
  if (way.ended && way.pieces.empty()) ::shutdown(way.to, SHUT_WR);
}

void Proxy::hang_up(Pair& pair) {
  if (pair.request.from < 0) return;
  reset_and_close(pair.request.from);
  reset_and_close(pair.request.to);
  pair.request.from = pair.request.to = pair.answer.from = pair.answer.to = -1;
  pair.over = true;
}

}  // namespace assay::testing
