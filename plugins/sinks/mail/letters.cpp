#include "plugins/sinks/mail/letters.hpp"

#include <openssl/evp.h>

#include <memory>

#include "plugins/sinks/mail/address.hpp"
#include "plugins/sinks/mail/mime.hpp"
#include "plugins/sinks/mail/text.hpp"

namespace assay::mail {
namespace {

Mailbox required_mailbox(const Config& config, std::string_view key) {
  const auto box = parse_mailbox(config.get(key, ""));
  if (!box) {
    throw config.refuse(key, std::string(key) + " is not an e-mail address")
        .advise("write name@domain or Name <name@domain>");
  }
  return *box;
}

std::string optional_address(const Config& config, std::string_view key) {
  return config.has(key) ? required_mailbox(config, key).address : std::string();
}

std::string checked_domain(const Config& config, const Mailbox& from) {
  std::string domain(config.get("domain", domain_of(from.address)));
  if (!is_domain(domain)) throw config.refuse("domain", "domain is not a host name");
  return domain;
}

Serves serves(const Config& config) {
  const auto audience = config.get("audience", "both");
  if (audience == "customer") return Serves::customer;
  if (audience == "desk") return Serves::desk;
  if (audience == "both") return Serves::both;
  throw config.refuse("audience", "audience is customer, desk or both");
}

std::string checked_url(const Config& config) {
  std::string url(config.get("help.url", ""));
  if (!url.empty() && !url.starts_with("https://")) {
    throw config.refuse("help.url", "help.url must begin with https://");
  }
  return url;
}

}  // namespace

Envelope::Envelope(const Config& config)
    : from(required_mailbox(config, "from")),
      reply_to(optional_address(config, "reply_to")),
      desk(optional_address(config, "desk")),
      domain(checked_domain(config, from)),
      help{single_line(config.get("help.text", ""), 500), single_line(config.get("help.phone", "")),
           checked_url(config)} {}

std::string letter_id(const Alert& alert, const Addressee& addressee) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr);
  // Each part with its length, so that no two lists of parts read the same.
  const auto add = [&](std::string_view part) {
    const auto size = std::to_string(part.size()) + ":";
    EVP_DigestUpdate(context.get(), size.data(), size.size());
    EVP_DigestUpdate(context.get(), part.data(), part.size());
  };
  add(alert.group);
  add(alert.step);
  add(alert.topic);
  add(std::to_string(alert.partition));
  add(std::to_string(alert.record_offset));
  add(addressee.address);
  add(addressee.audience == Audience::customer ? "customer" : "desk");
  unsigned char digest[EVP_MAX_MD_SIZE];
  EVP_DigestFinal_ex(context.get(), digest, nullptr);

  constexpr char digits[] = "0123456789abcdef";
  std::string id;
  for (std::size_t i = 0; i < 16; ++i) id += {digits[digest[i] >> 4], digits[digest[i] & 15]};
  return id;
}

Letter compose(const Alert& alert, const Addressee& addressee, const Envelope& envelope,
               const Words& words) {
  Letter letter{letter_id(alert, addressee), addressee.address, {}};
  auto& content = letter.content;
  content = header("Date", mail_date(alert.recorded_at));
  content += header("From", envelope.from);
  if (!envelope.reply_to.empty()) content += header("Reply-To", Mailbox{"", envelope.reply_to});
  content += header("To", Mailbox{"", addressee.address});
  content += header("Subject", words.subject);
  content += "Message-ID: <" + letter.id + "@" + envelope.domain + ">\r\n";
  // Keeps holiday notices from answering (RFC 3834).
  content += header("Auto-Submitted", "auto-generated");
  if (!alert.transaction_id.empty()) content += header("X-Assay-Transaction", alert.transaction_id);
  // "=_" cannot occur in quoted-printable text.
  content += alternatives("=_" + letter.id, words.text, words.html);
  return letter;
}

Letters::Letters(const Config& config, const Host& host)
    : envelope_(config),
      serves_(serves(config)),
      customer_(config, Audience::customer),
      desk_(config, Audience::desk),
      host_(host),
      no_recipient_(host.counter("mail_no_recipient",
                                 "Decisions that somebody should have been told of and nobody "
                                 "could be, for want of an address")) {
  if (serves_ == Serves::desk && envelope_.desk.empty()) {
    throw config.refuse("audience", "audience: desk needs the desk's address")
        .advise("add desk: name@domain");
  }
}

bool Letters::bind(RecordKind kind, const Binder& binder) {
  if (kind != RecordKind::decision) return false;
  reader_.bind(binder);
  return true;
}

Post Letters::of(const Records& records, std::uint32_t row) {
  const auto alert = reader_.read(records, row);
  const auto whom = addressees(alert, serves_, envelope_.desk);
  Post post{{}, whom.no_recipient};
  for (const auto& addressee : whom.to) {
    auto& templates = addressee.audience == Audience::customer ? customer_ : desk_;
    const auto words = templates.render(alert, envelope_.help, envelope_.from.name);
    post.letters.push_back(compose(alert, addressee, envelope_, words));
  }
  return post;
}

std::vector<std::string> Letters::ids(const Records& records, std::uint32_t row) const {
  const auto alert = reader_.read(records, row);
  std::vector<std::string> ids;
  for (const auto& addressee : addressees(alert, serves_, envelope_.desk).to) {
    ids.push_back(letter_id(alert, addressee));
  }
  return ids;
}

}  // namespace assay::mail
