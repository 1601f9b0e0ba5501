#include "host/observe/endpoint.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <exception>
#include <list>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "host/observe/conversation.hpp"

namespace assay::host {
namespace {

namespace net = Poco::Net;
using Steady = std::chrono::steady_clock;

constexpr std::chrono::seconds kAfterRefusal{1};  // until it is tried again to take a connection

bool would_wait() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

class Connection {
 public:
  Connection(const net::StreamSocket& socket, const Pages& pages,
             std::chrono::milliseconds patience)
      : socket_(socket), talk_(pages), patience_(patience), until_(Steady::now() + patience) {}

  int file() const { return socket_.impl()->sockfd(); }
  short waits_for() const { return talk_.unsent().empty() ? POLLIN : POLLOUT; }
  Steady::time_point until() const { return until_; }

  // What can be done without waiting. False: it has ended.
  bool advance() { return waits_for() == POLLIN ? receive() : send(); }

 private:
  bool receive() {
    std::array<char, 4096> piece;
    const auto size = ::recv(file(), piece.data(), piece.size(), MSG_DONTWAIT);
    if (size <= 0) return size < 0 && would_wait();
    // What comes behind the last answer is read and thrown away: closing over it would reset the
    // connection, and the client might never see that answer.
    talk_.hear({piece.data(), static_cast<std::size_t>(size)});
    return talk_.unsent().empty() || send();
  }

  bool send() {
    while (!talk_.unsent().empty()) {
      const auto rest = talk_.unsent();
      const auto size = ::send(file(), rest.data(), rest.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
      if (size < 0) return would_wait();
      const bool whole = static_cast<std::size_t>(size) == rest.size();
      talk_.sent(static_cast<std::size_t>(size));
      if (!whole) continue;
      if (talk_.over()) return ::shutdown(file(), SHUT_WR) == 0;
      until_ = Steady::now() + patience_;
    }
    return true;
  }

  net::StreamSocket socket_;
  Conversation talk_;
  std::chrono::milliseconds patience_;
  Steady::time_point until_;
};

}  // namespace

class Endpoint::Server {
 public:
  Server(const net::ServerSocket& socket, Pages::Source source, const EndpointLimits& limits)
      : socket_(socket),
        pages_(std::move(source)),
        limits_(limits),
        end_(::eventfd(0, EFD_CLOEXEC)) {
    if (end_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
    thread_ = std::thread([this] { serve(); });
    pthread_setname_np(thread_.native_handle(), "observe");
  }
  ~Server() {
    const std::uint64_t one = 1;
    while (::write(end_, &one, sizeof one) < 0 && errno == EINTR) {
    }
    thread_.join();
    ::close(end_);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::string address() const { return socket_.address().toString(); }

 private:
  void serve() {
    std::vector<pollfd> waits;
    for (;;) {
      const bool taking = Steady::now() >= take_again_;
      waits.assign({{end_, POLLIN, 0},
                    {socket_.impl()->sockfd(), static_cast<short>(taking ? POLLIN : 0), 0}});
      for (const auto& one : connections_) waits.push_back({one.file(), one.waits_for(), 0});
      if (::poll(waits.data(), waits.size(), time_left(taking)) < 0 && errno != EINTR) return;
      if (waits[0].revents != 0) return;
      advance(waits.data() + 2);
      if (waits[1].revents != 0) take();
    }
  }

  // Milliseconds to the first moment at which there is something to do unasked.
  int time_left(bool taking) const {
    auto until = taking ? Steady::time_point::max() : take_again_;
    for (const auto& one : connections_) until = std::min(until, one.until());
    if (until == Steady::time_point::max()) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Steady::now());
    return static_cast<int>(std::max<std::int64_t>(left.count(), 0));
  }

  // `wait` is of the first connection, those of the others follow.
  void advance(const pollfd* wait) {
    for (auto at = connections_.begin(); at != connections_.end(); ++wait) {
      const bool goes_on = (wait->revents == 0 || advance(*at)) && Steady::now() < at->until();
      at = goes_on ? std::next(at) : connections_.erase(at);
    }
  }

  // A page that cannot be made, for want of memory, ends its connection and not the engine.
  static bool advance(Connection& one) {
    try {
      return one.advance();
    } catch (const std::exception&) {
      return false;
    }
  }

  void take() {
    try {
      if (connections_.size() >= limits_.connections) {
        connections_.erase(std::ranges::min_element(connections_, {}, &Connection::until));
      }
      connections_.emplace_back(socket_.acceptConnection(), pages_, limits_.patience);
    } catch (const std::exception&) {
      // Files have run out, as a rule: the one that waits would be told of again at once.
      take_again_ = Steady::now() + kAfterRefusal;
    }
  }

  net::ServerSocket socket_;
  Pages pages_;
  EndpointLimits limits_;
  int end_;  // an event: the thread is to end
  std::list<Connection> connections_;
  Steady::time_point take_again_{};
  std::thread thread_;
};

Endpoint::Endpoint(std::unique_ptr<Server> server) : server_(std::move(server)) {}

tl::expected<std::unique_ptr<Endpoint>, std::string> Endpoint::open(const Listen& listen,
                                                                    Pages::Source source,
                                                                    const EndpointLimits& limits) {
  try {
    net::ServerSocket socket;
    // An address in TIME_WAIT may be taken, one that another process listens at may not.
    socket.bind(net::SocketAddress(listen.host, listen.port), true, false);
    socket.listen();
    socket.setBlocking(false);  // who asked to be taken may be gone again
    auto server = std::make_unique<Server>(socket, std::move(source), limits);
    return std::unique_ptr<Endpoint>(new Endpoint(std::move(server)));
  } catch (const Poco::Exception& error) {
    return tl::make_unexpected(error.displayText());
  } catch (const std::system_error& error) {
    return tl::make_unexpected(std::string(error.what()));
  }
}

Endpoint::~Endpoint() = default;

std::string Endpoint::address() const { return server_->address(); }

}  // namespace assay::host
