// The mails that a record calls for, ready to be sent or stored.
//
// A record may be delivered twice: the process died after the mail left, before anybody knew. So a
// letter is a function of its record, its recipient and the configuration: the same Message-ID,
// date, boundary and bytes every time, and a mailbox can tell the repeat.
//
// Thread: made and bound on control, used by the sink's.
#pragma once

#include <assay/sink.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/sinks/mail/address.hpp"
#include "plugins/sinks/mail/alert.hpp"
#include "plugins/sinks/mail/alert_reader.hpp"
#include "plugins/sinks/mail/audience.hpp"
#include "plugins/sinks/mail/templates.hpp"

namespace assay::mail {

struct Letter {
  std::string id;  // 32 hexadecimal digits: the Message-ID before its @
  std::string recipient;
  std::string content;  // headers and body, CRLF line ends, ASCII
};

// What one record calls for.
struct Post {
  std::vector<Letter> letters;  // none where nobody is to be told
  bool no_recipient = false;    // somebody should have been told and has no address
};

// Who a mail comes from; see mail_schema.hpp for the keys.
struct Envelope {
  Mailbox from;
  std::string reply_to;
  std::string desk;
  std::string domain;
  Help help;

  explicit Envelope(const Config& config);
};

// hash(group, step, topic, partition, offset, recipient) and whom it speaks to: 32 hexadecimal
// digits.
[[nodiscard]] std::string letter_id(const Alert& alert, const Addressee& addressee);

[[nodiscard]] Letter compose(const Alert& alert, const Addressee& addressee,
                             const Envelope& envelope, const Words& words);

class Letters {
 public:
  Letters(const Config& config, const Host& host);

  bool bind(RecordKind kind, const Binder& binder);

  [[nodiscard]] Post of(const Records& records, std::uint32_t row);

  // When the record is done with. That somebody has no address is neither an error nor a dead
  // letter.
  void count(const Post& post) const {
    if (post.no_recipient) host_.add(no_recipient_);
  }

  // Their ids alone: nothing is written, nothing is counted.
  [[nodiscard]] std::vector<std::string> ids(const Records& records, std::uint32_t row) const;

  [[nodiscard]] const Envelope& envelope() const { return envelope_; }

 private:
  Envelope envelope_;
  Serves serves_;
  Templates customer_;
  Templates desk_;
  AlertReader reader_;
  const Host host_;
  std::uint32_t no_recipient_;
};

}  // namespace assay::mail
