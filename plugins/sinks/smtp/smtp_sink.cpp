// Tells customers and the fraud desk of decisions by mail.
//
// One session for many mails, one message per recipient. A mail server has no transactions: a mail
// may repeat when the process or the connection dies between its final dot and the answer, with the
// same Message-ID; where the process lives, the host is told of the doubt.
#include <assay/sink.hpp>
#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "plugins/sinks/mail/letters.hpp"
#include "plugins/sinks/mail/mail_schema.hpp"
#include "plugins/sinks/smtp/drafts.hpp"
#include "plugins/sinks/smtp/recent_letters.hpp"
#include "plugins/sinks/smtp/recipient_cap.hpp"
#include "plugins/sinks/smtp/smtp_session.hpp"

namespace {

using assay::smtp::ReplyClass;
using assay::smtp::SmtpError;
using assay::smtp::Stage;

constexpr auto schema_text = assay::mail::joined(R"({
  "type": "object",
  "additionalProperties": false,
  "required": ["from", "host"],
  "properties": {)",
                                                 assay::mail::mail_properties, R"(,
    "host": {"type": "string",
      "description": "the mail server; its certificate must bear this name"},
    "port": {"type": "integer", "minimum": 1, "maximum": 65535,
      "description": "587 for starttls, 465 for tls, 25 for none"},
    "tls": {"enum": ["starttls", "tls", "none"], "default": "starttls",
      "description": "none: for a server on this machine only"},
    "ca_file": {"type": "string", "format": "path",
      "description": "certificate authorities; the system's if absent"},
    "auth": {"enum": ["auto", "plain", "login"], "default": "auto"},
    "user": {"type": "string"},
    "password": {"type": "string", "format": "secret"},
    "timeout": {"type": "string", "format": "duration", "default": "30s",
      "description": "for one answer of the server"},
    "cap": {
      "type": "object",
      "additionalProperties": false,
      "required": ["mails", "window"],
      "description": "the most mails to one recipient in a window; more are not sent; no cap if absent",
      "properties": {
        "mails": {"type": "integer", "minimum": 1, "maximum": 1000000},
        "window": {"type": "string", "format": "duration",
          "description": "between 1s and 7d, from the first mail of a recipient on"}
      }
    }
  }
})");

class Smtp {
 public:
  static constexpr const char* schema = schema_text.data();

  Smtp(const assay::Config& config, const assay::Host& host)
      : letters_(config, host),
        session_(assay::smtp::read_settings(config, letters_.envelope().domain)),
        cap_(assay::smtp::read_cap(config)),
        host_(host),
        sent_(host.counter("mail_sent", "Mails that a server has taken")),
        capped_(host.counter("mail_capped",
                             "Mails that were not sent, because their recipient had had as many as "
                             "the cap allows")) {}

  bool bind(assay::RecordKind kind, assay::Binder& binder) { return letters_.bind(kind, binder); }

  void write(const assay::Records& records, assay::Deadline deadline, assay::Statuses& statuses) {
    session_.begin();
    drafts_.begin();
    const auto ids = [&](const auto& each) {
      for (std::uint32_t row = 0; row < records.size(); ++row) {
        for (const auto& id : letters_.ids(records, row)) each(id);
      }
    };
    taken_.begin(ids);
    held_back_.begin(ids);
    std::optional<assay::Failure> stopped;
    for (std::uint32_t row = 0; row < records.size(); ++row) {
      try {
        if (!stopped) statuses.receipt(row, deliver(records, row, deadline));
      } catch (const SmtpError& error) {
        if (speaks_of_one_mail(error)) {
          statuses.set(row, failure_of_one(error, row));
          continue;
        }
        stopped = failure(error, row);
        if (error.in_doubt()) {
          statuses.set(row, failure_in_doubt(error, row, records.size()));
          continue;
        }
      }
      // What was not tried is told to be tried again: nothing that was taken is sent twice.
      if (stopped) statuses.set(row, *stopped);
    }
    session_.take_back();
  }

  void health(assay::Deadline deadline) {
    session_.begin();
    try {
      if (session_.is_open() && still_there(deadline)) return;
      session_.open(deadline);
    } catch (const SmtpError& error) {
      throw failure(error, 0);
    }
  }

  void interrupt() { session_.interrupt(); }

  // What was sent and what the cap counted stays known.
  void renew(const assay::Config& config) {
    session_.renew(assay::smtp::read_settings(config, letters_.envelope().domain));
  }

 private:
  using Clock = std::chrono::steady_clock;

  // A recipient who is told to wait (greylisting) holds nobody up but himself.
  static bool speaks_of_one_mail(const SmtpError& error) {
    if (error.error_class() == ReplyClass::data) return true;
    return error.error_class() == ReplyClass::transient && error.stage() == Stage::recipient &&
           error.code() != 0 && error.code() != 421;
  }

  static assay::Failure failure(const SmtpError& error, std::uint32_t row) {
    const auto code = error.code() == 0 ? "connection" : std::to_string(error.code());
    const auto text = std::string(error.what()).substr(0, longest_text);
    switch (error.error_class()) {
      case ReplyClass::data:
        return assay::Failure::data_in_row(row, code, text);
      case ReplyClass::configuration:
        return assay::Failure::configuration(code, text);
      default:
        return assay::Failure::transient(code, text);
    }
  }

  static assay::Failure failure_of_one(const SmtpError& error, std::uint32_t row) {
    if (error.error_class() == ReplyClass::data) return failure(error, row);
    return assay::Failure::transient_in_row(row, std::to_string(error.code()),
                                            std::string(error.what()).substr(0, longest_text));
  }

  // Of the mail that may be there. In the first of several rows a failure of the sink would speak
  // for the others as well, which were not begun; they tell that the server is away.
  static assay::Failure failure_in_doubt(const SmtpError& error, std::uint32_t row,
                                         std::uint32_t rows) {
    auto of_sink = failure(error, row);
    if (row > 0 || rows == 1) return std::move(of_sink).in_doubt();
    return assay::Failure::transient_in_row(row, of_sink.code(), of_sink.what()).in_doubt();
  }

  // A record may call for two mails, and the second may fail when the first is gone; or a batch is
  // tried again whole for one of its records. `taken_` remembers what went out of late,
  // `held_back_` what the cap kept from it. Answers for each mail its Message-ID and what the
  // server said.
  std::string deliver(const assay::Records& records, std::uint32_t row, assay::Deadline deadline) {
    const auto& letters = drafts_.turn_to(records, row);
    drafts_.write_until(records, row + 2);  // whom the next one is for is told along with this one
    std::string receipt;
    for (std::size_t i = 0; i < letters.size(); ++i) {
      const auto& letter = letters[i];
      receipt +=
          (receipt.empty() ? "<" : "; <") + letter.id + "@" + letters_.envelope().domain + "> ";
      if (taken_.contains(letter.id)) {
        receipt += "was taken before";
        continue;
      }
      if (is_held_back(letter)) {
        receipt += "was not sent: its recipient has had " + cap_->words() + " (cap)";
        continue;
      }
      const auto* const next = i + 1 < letters.size() ? &letters[i + 1] : drafts_.first_of(row + 1);
      // By then the one behind the next has to be there.
      receipt += send(letter, next, deadline, [&] { drafts_.write_until(records, row + 3); });
      if (cap_) cap_->count(letter.recipient, Clock::now());
      taken_.add(letter.id);
      host_.add(sent_);
    }
    return receipt;
  }

  // A mail that was held back once stays so, else a batch that comes again would count it again.
  bool is_held_back(const assay::mail::Letter& letter) {
    if (!cap_) return false;
    if (held_back_.contains(letter.id)) return true;
    if (cap_->admits(letter.recipient, Clock::now())) return false;
    held_back_.add(letter.id);
    host_.add(capped_);
    return true;
  }

  // `next`: the letter behind this one, null where there is none.
  std::string send(const assay::mail::Letter& letter, const assay::mail::Letter* next,
                   assay::Deadline deadline, const std::function<void()>& meanwhile) {
    // With a cap it is not known yet whether the next one will be sent.
    const bool follows = next && !cap_ && next->id != letter.id && !taken_.contains(next->id);
    const assay::smtp::Mail mail{letters_.envelope().from.address, letter.recipient, letter.content,
                                 follows ? next->recipient : std::string_view()};
    const bool kept = session_.is_open();
    if (!kept) session_.open(deadline);
    try {
      return session_.send(mail, deadline, meanwhile);
    } catch (const SmtpError& error) {
      // A server closes a session that was idle; before the sender was taken nothing has happened.
      const bool gone = (error.stage() == Stage::session || error.stage() == Stage::sender) &&
                        (error.code() == 0 || error.code() == 421);
      if (!kept || !gone || session_.is_open() || deadline.over()) throw;
      session_.open(deadline);
      return session_.send(mail, deadline, meanwhile);
    }
  }

  bool still_there(assay::Deadline deadline) {
    try {
      session_.check(deadline);
      return true;
    } catch (const SmtpError&) {
      return false;
    }
  }

  static constexpr std::size_t longest_text = 300;

  assay::mail::Letters letters_;
  assay::smtp::Drafts drafts_{letters_};
  assay::smtp::SmtpSession session_;
  std::optional<assay::smtp::RecipientCap> cap_;
  const assay::Host host_;
  std::uint32_t sent_;
  std::uint32_t capped_;
  assay::smtp::RecentLetters taken_;
  assay::smtp::RecentLetters held_back_;
};

}  // namespace

ASSAY_SINK(Smtp, "smtp", "1.0.0")
