// One client's side of the endpoint: bytes come in, answers go out. It knows HTTP and no socket.
//
// A request is bounded before it is looked at, by its bytes and by its headers. A body is never
// read, and whoever sends one is heard no further: it could be taken for the next request.
//
// Thread: observe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "host/observe/pages.hpp"

namespace assay::host {

class Conversation final {
 public:
  // `pages` must outlive it.
  explicit Conversation(const Pages& pages) : pages_(&pages) {}

  // What the client has sent. The next request is answered once it is whole and the answer before
  // it is sent, so that a client can queue no more than one.
  void hear(std::string_view bytes);
  [[nodiscard]] std::string_view unsent() const { return std::string_view(answer_).substr(sent_); }
  // So many bytes of what is unsent are on their way.
  void sent(std::size_t bytes);
  // Nothing follows what is unsent: nobody listens to this client any more.
  [[nodiscard]] bool over() const { return over_; }

 private:
  void answer_next();
  void answer_head(const std::string& head);
  void refuse(int status, const std::string& words);

  const Pages* pages_;
  std::string heard_;
  std::string answer_;
  std::size_t sent_ = 0;
  bool over_ = false;
};

}  // namespace assay::host
