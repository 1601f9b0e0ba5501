#include "plugins/sinks/smtp/smtp_session.hpp"

#include <Poco/Base64Encoder.h>
#include <Poco/Exception.h>
#include <Poco/Net/DNS.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SSLException.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Timespan.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <optional>
#include <sstream>

#include "plugins/sinks/smtp/dot_stuffing.hpp"
#include "plugins/sinks/smtp/sigpipe_guard.hpp"

namespace assay::smtp {
namespace {

using Poco::Net::SecureStreamSocket;
using Poco::Net::StreamSocket;

// Of one reply: nobody's EHLO has more.
constexpr int most_lines = 100;
constexpr std::size_t longest_text = 2000;
constexpr std::size_t longest_line = 8000;
constexpr int go_on = 354;  // the answer to DATA

// One line for the log, without the address: a reply often quotes it.
std::string in_words(std::string text, const std::string& recipient = {}) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\r' || c == '\n' || c == '\t'; }, ' ');
  if (!recipient.empty()) {
    for (auto at = text.find(recipient); at != std::string::npos; at = text.find(recipient, at)) {
      text.replace(at, recipient.size(), "recipient");
    }
  }
  return text.substr(0, longest_text);
}

std::string base64(const std::string& text) {
  std::ostringstream encoded;
  Poco::Base64Encoder encoder(encoded);
  encoder.rdbuf()->setLineLength(0);  // the default breaks the line, and with it the command
  encoder << text;
  encoder.close();
  return encoded.str();
}

}  // namespace

// Gives every exception of Poco its class, and closes a session that is in an unknown state.
template <class Body>
auto SmtpSession::guarded(Stage stage, Body&& body) {
  const auto failed = [&](ReplyClass error_class, const std::string& text) {
    close();
    return SmtpError(error_class, stage, 0, text);
  };
  try {
    return body();
  } catch (const SmtpError&) {
    throw;
  } catch (const Poco::Net::SSLConnectionUnexpectedlyClosedException&) {
    throw failed(ReplyClass::transient, "the server closed the connection");
  } catch (const Poco::Net::SSLException& error) {
    throw failed(ReplyClass::configuration, "TLS failed: " + in_words(error.displayText()));
  } catch (const Poco::TimeoutException&) {
    throw failed(ReplyClass::transient, "no answer from the mail server in time");
  } catch (const Poco::Exception& error) {
    throw failed(ReplyClass::transient, in_words(error.displayText()));
  }
}

void SmtpSession::begin() {
  interrupted_ = false;
  take_back();
}

// The server may have said already that it takes the content, so there is no other way.
void SmtpSession::take_back() {
  if (!announced_.empty()) close();
}

void SmtpSession::renew(Settings settings) {
  close();
  settings_ = std::move(settings);
  context_ = nullptr;
}

void SmtpSession::open(Deadline deadline) {
  const SigpipeGuard no_signals;
  close();
  try {
    guarded(Stage::session, [&] {
      connect(deadline);
      if (settings_.tls == Tls::tls) secure(deadline);
      const auto greeting = read_reply(Stage::session, deadline);
      if (const auto kind = smtp_class(greeting.code, Stage::session);
          kind != ReplyClass::accepted) {
        throw SmtpError(kind, Stage::session, greeting.code, greeting.text);
      }
      hello(deadline);
      if (settings_.tls == Tls::starttls) {
        const auto reply = ask("STARTTLS", Stage::session, deadline);
        if (smtp_class(reply.code, Stage::session) != ReplyClass::accepted) {
          // Whatever the code: going on in clear is not an option, and waiting will not help.
          throw SmtpError(ReplyClass::configuration, Stage::session, reply.code,
                          "the server refuses STARTTLS: " + reply.text);
        }
        secure(deadline);
        hello(deadline);  // what was said in clear does not count (RFC 3207, 4.2)
      }
      if (!settings_.user.empty()) log_in(deadline);
    });
  } catch (const SmtpError&) {
    close();
    throw;
  }
}

void SmtpSession::check(Deadline deadline) {
  const SigpipeGuard no_signals;
  guarded(Stage::session, [&] { expect("NOOP", Stage::session, deadline); });
}

void SmtpSession::connect(Deadline deadline) {
  const auto wait = std::min(deadline.left(), Duration(settings_.timeout));
  const Poco::Timespan timeout(std::max<std::int64_t>(1, wait.count() / 1000));
  const auto addresses = Poco::Net::DNS::resolve(settings_.host).addresses();
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    // Each attempt has a socket of its own: one that failed to connect cannot be used again.
    Poco::Net::SocketAddress address(addresses[i], settings_.port);
    StreamSocket socket(address.family());
    watch(socket.impl()->sockfd());
    if (interrupted_) throw Poco::TimeoutException();
    try {
      socket.connect(address, timeout);
    } catch (const Poco::Exception&) {
      watch(-1);
      if (i + 1 == addresses.size() || interrupted_) throw;
      continue;
    }
    socket.setNoDelay(true);
    socket_ = std::make_unique<StreamSocket>(socket);
    received_.clear();
    limit_ = Duration{0};
    return;
  }
  throw SmtpError(ReplyClass::transient, Stage::session, 0, "the host has no address");
}

Poco::Net::Context::Ptr SmtpSession::tls_context() {
  if (!context_) {
    using Poco::Net::Context;
    context_ = new Context(Context::CLIENT_USE, "", "", settings_.ca_file, Context::VERIFY_STRICT,
                           9, settings_.ca_file.empty());
    context_->requireMinimumProtocol(Context::PROTO_TLSV1_2);
    context_->enableExtendedCertificateVerification(true);
  }
  return context_;
}

void SmtpSession::secure(Deadline deadline) {
  limit_wait(deadline);
  auto secured = SecureStreamSocket::attach(*socket_, settings_.host, tls_context());
  secured.completeHandshake();
  secured.verifyPeerCertificate(settings_.host);
  *socket_ = secured;
  received_.clear();  // what an intruder may have slipped in behind the answer to STARTTLS
  limit_ = Duration{0};
}

void SmtpSession::hello(Deadline deadline) {
  capabilities_ = expect("EHLO " + settings_.greeting, Stage::session, deadline).text;
  pipelining_ = offers("PIPELINING");
}

bool SmtpSession::offers(std::string_view extension) const {
  std::istringstream words(capabilities_);
  return std::find(std::istream_iterator<std::string>(words), {}, extension) !=
         std::istream_iterator<std::string>();
}

void SmtpSession::log_in(Deadline deadline) {
  const bool choose = settings_.auth == Auth::automatic;
  const bool plain = settings_.auth == Auth::plain || (choose && offers("PLAIN"));
  const bool login = settings_.auth == Auth::login || (choose && offers("LOGIN"));
  if (plain) {
    const auto secret = '\0' + settings_.user + '\0' + settings_.password;
    expect("AUTH PLAIN " + base64(secret), Stage::session, deadline);
  } else if (login) {
    expect("AUTH LOGIN", Stage::session, deadline);
    expect(base64(settings_.user), Stage::session, deadline);
    expect(base64(settings_.password), Stage::session, deadline);
  } else {
    throw SmtpError(ReplyClass::configuration, Stage::session, 0,
                    "the server offers neither AUTH PLAIN nor AUTH LOGIN");
  }
}

std::string SmtpSession::envelope(const std::string& sender, const std::string& recipient) {
  return "MAIL FROM:<" + sender + ">\r\nRCPT TO:<" + recipient + ">\r\nDATA\r\n";
}

SmtpSession::Reply SmtpSession::announce(const Mail& mail, Deadline deadline) {
  guarded(Stage::sender,
          [&] { expect("MAIL FROM:<" + mail.sender + ">", Stage::sender, deadline); });
  guarded(Stage::recipient,
          [&] { expect("RCPT TO:<" + mail.recipient + ">", Stage::recipient, deadline); });
  return guarded(Stage::message, [&] { return expect("DATA", Stage::message, deadline); });
}

// Nobody waits for one answer before the next command; each of them is read, and the first refusal
// is the one that counts.
SmtpSession::Reply SmtpSession::announce_at_once(const Mail& mail, Deadline deadline) {
  if (announced_.empty()) {
    guarded(Stage::sender, [&] { send_all(envelope(mail.sender, mail.recipient), deadline); });
  }
  announced_.clear();
  std::optional<SmtpError> refused;
  Reply reply;
  try {
    for (const auto stage : {Stage::sender, Stage::recipient, Stage::message}) {
      reply = guarded(stage, [&] { return read_reply(stage, deadline); });
      const auto kind = smtp_class(reply.code, stage);
      if (!refused && kind != ReplyClass::accepted) {
        refused.emplace(kind, stage, reply.code, reply.text);
      }
    }
    // It waits for a content all the same: for an empty one, which goes to nobody.
    if (refused && reply.code == go_on) {
      guarded(Stage::message, [&] { ask(".", Stage::message, deadline); });
    }
  } catch (const SmtpError&) {
    if (!refused) throw;  // else the end of the connection says less
  }
  if (refused) throw *refused;
  return reply;
}

std::string SmtpSession::send(const Mail& mail, Deadline deadline,
                              const std::function<void()>& meanwhile) {
  const SigpipeGuard no_signals;
  // The mail that was announced is not sent after all, and nobody else may get its content.
  if (!announced_.empty() && announced_ != mail.recipient) open(deadline);
  try {
    const auto reply = pipelining_ ? announce_at_once(mail, deadline) : announce(mail, deadline);
    return guarded(Stage::message, [&] {
      if (reply.code != go_on) {
        // Whoever answers so would take the mail's lines for commands.
        throw SmtpError(ReplyClass::configuration, Stage::message, reply.code, reply.text);
      }
      const auto taken = send_content(mail, deadline, meanwhile);
      return std::to_string(taken.code) + ' ' + in_words(taken.text, mail.recipient);
    });
  } catch (const SmtpError& error) {
    const SmtpError clean(error.error_class(), error.stage(), error.code(),
                          in_words(error.what(), mail.recipient));
    if (is_open()) {
      // 421 announces the end of the session; anything else leaves a half-made mail behind, unless
      // the content was refused and the next one has begun.
      if (error.code() == 421) close();
      try {
        if (is_open() && announced_.empty()) {
          guarded(Stage::session, [&] { expect("RSET", Stage::session, deadline); });
        }
      } catch (const SmtpError&) {
        close();
      }
    }
    throw clean;
  }
}

void SmtpSession::send_all(std::string_view bytes, Deadline deadline) {
  while (!bytes.empty()) {
    limit_wait(deadline);
    const auto written = socket_->sendBytes(bytes.data(), static_cast<int>(bytes.size()));
    if (written <= 0) throw Poco::TimeoutException();
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

SmtpSession::Reply SmtpSession::send_content(const Mail& mail, Deadline deadline,
                                             const std::function<void()>& meanwhile) {
  auto wire = on_the_wire(mail.content);
  // Of a longer one it would not be known whether the final dot is out when writing it fails.
  constexpr std::size_t longest_group = 16'384;  // one TLS record; any socket takes it at once
  const bool announces = pipelining_ && !mail.next_recipient.empty();
  const auto next = announces ? envelope(mail.sender, std::string(mail.next_recipient)) : "";
  if (announces) announced_ = mail.next_recipient;
  const bool together = wire.size() + next.size() <= longest_group;
  if (together) wire += next;
  send_all(wire, deadline);
  if (!together) guarded(Stage::answer, [&] { send_all(next, deadline); });
  meanwhile();
  return guarded(Stage::answer, [&] {
    auto reply = read_reply(Stage::answer, deadline);
    const auto kind = smtp_class(reply.code, Stage::answer);
    if (kind != ReplyClass::accepted) throw SmtpError(kind, Stage::answer, reply.code, reply.text);
    return reply;
  });
}

SmtpSession::Reply SmtpSession::expect(const std::string& command, Stage stage, Deadline deadline) {
  auto reply = ask(command, stage, deadline);
  const auto kind = smtp_class(reply.code, stage);
  if (kind != ReplyClass::accepted) throw SmtpError(kind, stage, reply.code, reply.text);
  return reply;
}

SmtpSession::Reply SmtpSession::ask(const std::string& command, Stage stage, Deadline deadline) {
  send_all(command + "\r\n", deadline);
  return read_reply(stage, deadline);
}

// Ends in time also where a server sends a byte now and then.
SmtpSession::Reply SmtpSession::read_reply(Stage stage, Deadline deadline) {
  Reply reply;
  const Deadline until(std::min(deadline.left(), Duration(settings_.timeout)).count());
  for (int lines = 0; lines < most_lines; ++lines) {
    std::string line;
    if (!read_line(line, until)) {
      close();
      throw SmtpError(ReplyClass::transient, stage, 0, "the server closed the connection");
    }
    const auto digits = std::min<std::size_t>(3, line.size());
    const auto parsed = std::from_chars(line.data(), line.data() + digits, reply.code);
    if (parsed.ptr != line.data() + 3) break;
    reply.text +=
        (reply.text.empty() ? "" : " ") + line.substr(std::min<std::size_t>(4, line.size()));
    if (line.size() == 3 || line[3] != '-') {
      reply.text = in_words(reply.text);
      return reply;
    }
  }
  close();
  throw SmtpError(ReplyClass::transient, stage, 0, "the answer is not SMTP");
}

// False where the connection ended. A line beyond the longest is cut and is no SMTP.
bool SmtpSession::read_line(std::string& line, Deadline deadline) {
  for (std::size_t seen = 0; seen < longest_line;) {
    const auto end = received_.find('\n', seen);
    if (end == std::string::npos) {
      seen = received_.size();
      if (!receive(deadline)) return false;
      continue;
    }
    line = received_.substr(0, end);
    if (line.ends_with('\r')) line.pop_back();
    received_.erase(0, end + 1);
    return true;
  }
  line.clear();
  return true;
}

// What has come, or what comes next. False where the connection ended.
bool SmtpSession::receive(Deadline deadline) {
  std::array<char, 512> bytes;  // a reply of three commands
  limit_wait(deadline);
  const int count = socket_->receiveBytes(bytes.data(), static_cast<int>(bytes.size()));
  if (count <= 0) return false;
  received_.append(bytes.data(), static_cast<std::size_t>(count));
  return true;
}

void SmtpSession::limit_wait(Deadline deadline) {
  const auto wait = std::min(deadline.left(), Duration(settings_.timeout));
  if (interrupted_ || wait <= Duration{0}) throw Poco::TimeoutException();
  // Two system calls each time: what has hardly become less is left as it is.
  constexpr int hardly = 16;
  if (wait <= limit_ && limit_ - wait < limit_ / hardly) return;
  limit_ = wait;
  // A timeout of 0 means for ever.
  const Poco::Timespan timeout(std::max<std::int64_t>(1000, wait.count() / 1000));
  socket_->setReceiveTimeout(timeout);
  socket_->setSendTimeout(timeout);
}

void SmtpSession::close() {
  watch(-1);
  // Where the server waits for the content of a mail, QUIT would be the first line of that.
  const bool quits = announced_.empty();
  announced_.clear();
  if (!socket_) return;
  const SigpipeGuard no_signals;
  try {
    // Said, not awaited: a server that hangs must not hold us up.
    socket_->setSendTimeout(Poco::Timespan(0, 100'000));
    if (quits) socket_->sendBytes("QUIT\r\n", 6);
    socket_->close();
  } catch (const Poco::Exception&) {
    // It was gone already.
  }
  socket_.reset();
}

void SmtpSession::watch(int descriptor) {
  const std::lock_guard lock(watched_lock_);
  watched_ = descriptor;
}

void SmtpSession::interrupt() {
  const std::lock_guard lock(watched_lock_);
  interrupted_ = true;
  if (watched_ >= 0) ::shutdown(watched_, SHUT_RDWR);
}

}  // namespace assay::smtp
