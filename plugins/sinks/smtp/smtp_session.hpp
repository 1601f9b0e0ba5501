// One connection to a mail server, kept over many mails.
//
// Poco brings sockets and TLS. Its SMTPClientSession is not used: it does not tell a refused sender
// from a refused recipient, checks no host name after STARTTLS on a socket opened by us, and says
// QUIT and waits in its destructor. Nor is its DialogSocket, which never returns when the
// connection ends between two lines of a reply. The socket is opened here because without
// TCP_NODELAY a mail costs 40 ms.
//
// Thread: the sink's, except interrupt().
#pragma once

#include <Poco/Net/Context.h>
#include <Poco/Net/StreamSocket.h>

#include <assay/sink.hpp>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>

#include "plugins/sinks/smtp/smtp_class.hpp"
#include "plugins/sinks/smtp/smtp_settings.hpp"

namespace assay::smtp {

// Why something was not done. `code` is the server's reply, 0 where there was none.
class SmtpError : public std::runtime_error {
 public:
  SmtpError(ReplyClass error_class, Stage stage, int code, const std::string& text)
      : std::runtime_error(text), error_class_(error_class), stage_(stage), code_(code) {}

  [[nodiscard]] ReplyClass error_class() const { return error_class_; }
  [[nodiscard]] Stage stage() const { return stage_; }
  [[nodiscard]] int code() const { return code_; }
  // The server had the whole mail and its answer did not come.
  [[nodiscard]] bool in_doubt() const { return stage_ == Stage::answer && code_ == 0; }

 private:
  ReplyClass error_class_;
  Stage stage_;
  int code_;
};

// One message to one recipient.
struct Mail {
  const std::string& sender;
  const std::string& recipient;
  const std::string& content;  // with CRLF line ends
  // Of the mail that is sent right behind this one, or empty: the server may hear of it along with
  // this one's content. That mail may be dropped all the same, at the price of the session.
  std::string_view next_recipient;
};

class SmtpSession {
 public:
  explicit SmtpSession(Settings settings) : settings_(std::move(settings)) {}
  ~SmtpSession() { close(); }
  SmtpSession(const SmtpSession&) = delete;
  SmtpSession& operator=(const SmtpSession&) = delete;

  [[nodiscard]] bool is_open() const { return socket_ != nullptr; }

  // Before a call: forgets an interrupt() of the one before, and take_back().
  void begin();

  // Ends the session where a mail was announced that is not sent after all.
  void take_back();

  // Other settings, from the next open() on.
  void renew(Settings settings);

  // Connects, secures, logs in. Throws SmtpError; the session is closed then.
  void open(Deadline deadline);

  // Asks whether the server is still there.
  void check(Deadline deadline);

  // Waits once, and once more for the first of several mails, where the server takes commands in
  // groups (RFC 2920), else four times; `meanwhile` is called when the whole content is on its way
  // and must not throw. Answers what the server said when it took the mail. Throws SmtpError. The
  // session stays open where the server refused in order, and took the RSET that follows unless the
  // next mail was announced; else it is closed.
  std::string send(const Mail& mail, Deadline deadline, const std::function<void()>& meanwhile);

  void close();

  // Ends a running call soon, with a transient error. Any thread.
  void interrupt();

 private:
  struct Reply {
    int code = 0;
    std::string text;
  };

  void connect(Deadline deadline);
  void secure(Deadline deadline);
  void hello(Deadline deadline);
  void log_in(Deadline deadline);
  bool offers(std::string_view extension) const;
  // Up to the answer to DATA.
  Reply announce(const Mail& mail, Deadline deadline);
  Reply announce_at_once(const Mail& mail, Deadline deadline);
  static std::string envelope(const std::string& sender, const std::string& recipient);
  Reply ask(const std::string& command, Stage stage, Deadline deadline);
  Reply read_reply(Stage stage, Deadline deadline);
  bool read_line(std::string& line, Deadline deadline);
  bool receive(Deadline deadline);
  Reply expect(const std::string& command, Stage stage, Deadline deadline);
  void limit_wait(Deadline deadline);
  void send_all(std::string_view bytes, Deadline deadline);
  Reply send_content(const Mail& mail, Deadline deadline, const std::function<void()>& meanwhile);
  Poco::Net::Context::Ptr tls_context();
  void watch(int descriptor);
  template <class Body>
  auto guarded(Stage stage, Body&& body);

  Settings settings_;
  std::unique_ptr<Poco::Net::StreamSocket> socket_;
  std::string received_;  // and not yet read
  Duration limit_{0};     // of a wait for this socket, as the system knows it; none yet
  Poco::Net::Context::Ptr context_;
  std::string capabilities_;  // the answer to EHLO
  bool pipelining_ = false;   // it takes a group of commands before it has answered the first
  std::string announced_;     // whose mail it has been told of, behind the content of another

  // interrupt() shuts the descriptor down; the lock keeps it from being another file's by then.
  std::mutex watched_lock_;
  int watched_ = -1;
  std::atomic<bool> interrupted_{false};
};

}  // namespace assay::smtp
