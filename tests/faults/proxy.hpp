// A TCP proxy between the engine and a server, that does to the bytes what networks do: delays,
// trickles, slices, swallows or cuts them, and cuts a connection right before or right after a
// request that matters.
//
// Everything that is set holds for the connections that are there and those to come.
//
// Thread: any for all functions; the bytes move on a thread of its own.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace assay::testing {

// What happens to the bytes on their way.
struct Weather {
  std::chrono::milliseconds latency{0};  // each way
  std::size_t bytes_per_second = 0;      // each way; 0: as fast as it goes
  std::size_t slice = 0;                 // bytes that go at once; 0: all
  bool half_open = false;                // nothing comes back from the server, and nobody hangs up
  bool blackhole = false;                // nothing goes either way, and nobody hangs up
};

enum class Cut {
  none,
  before,  // the server never hears of the request
  after,   // the server has answered it, and the client never hears of that
};

class Proxy final {
 public:
  // Listens on that port of loopback, 0 for a free one, for the server on that port of loopback.
  explicit Proxy(std::uint16_t server, std::uint16_t port = 0);
  ~Proxy();
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }

  void set(const Weather& weather);
  // Asked of whatever the client sends, on the proxy's thread; empty: nothing is cut.
  using Judge = std::function<Cut(std::string_view)>;
  void cut_where(Judge judge);
  // Resets every connection.
  void reset();

 private:
  using Clock = std::chrono::steady_clock;
  struct Way {
    struct Piece {
      Clock::time_point due;
      std::string bytes;
    };
    int from = -1;
    int to = -1;
    std::deque<Piece> pieces{};
    std::size_t waiting = 0;  // bytes
    Clock::time_point free_at{};
    bool ended = false;  // nothing more comes
  };
  struct Pair {
    Way request{};
    Way answer{};
    bool cut_at_answer = false;
    bool over = false;
  };

  void run(const std::stop_token& stop);
  void accept();
  void read(Pair& pair, Way& way);
  void write(Pair& pair, Way& way);
  static void hang_up(Pair& pair);
  [[nodiscard]] Clock::time_point next_due() const;

  std::uint16_t server_;
  std::uint16_t port_ = 0;
  int listener_ = -1;
  int wake_[2] = {-1, -1};
  std::mutex mutex_;
  Weather weather_;
  Judge judge_;
  std::list<Pair> pairs_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace assay::testing
