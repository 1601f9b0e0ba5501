// What a mail server's refusal means. A pure function of the reply code and of what was asked.
//
// The class decides who acts on it. A transient one is tried again for ever. A configuration error
// halts the sink until a person mends it: no mail is lost meanwhile. Only what is wrong with this
// one mail becomes a dead letter, so a code that is not known to speak of one recipient or one
// message never does.
//
// - 4xx: "try again" by definition (RFC 5321, 4.2.1). 421 closes the session; 454 is also how
//   large providers throttle.
// - 530, 534, 535, 538: no, weak or wrong credentials: every mail would fail.
// - 550, 551, 553, 556 for a recipient: no such mailbox, not here, bad name, a domain without mail.
//   For the sender the same codes say that we may not send: configuration.
// - 552, 554 for a recipient or a message: mailbox over its quota, message refused. As a greeting
// or
//   for the sender, 554 says that we are not welcome.
// - 550, 551, 553 for a message: refused by policy after it was read; it is about this message.
// - Any other 5xx (syntax, unknown command, unknown parameter): we and the server do not speak the
//   same language; halting is safe, a dead letter is not.
#pragma once

namespace assay::smtp {

enum class Stage {
  session,
  sender,
  recipient,
  message,
  answer,  // the final dot is out
};

enum class ReplyClass {
  accepted,       // 2xx, 3xx
  transient,      // an outage or a throttle
  data,           // this mail can never be delivered
  configuration,  // no mail can be delivered until somebody acts
};

[[nodiscard]] constexpr ReplyClass smtp_class(int code, Stage stage) {
  if (code >= 200 && code < 400) return ReplyClass::accepted;
  if (code >= 400 && code < 500) return ReplyClass::transient;
  if (stage == Stage::session || stage == Stage::sender) return ReplyClass::configuration;
  switch (code) {
    case 550:
    case 551:
    case 552:
    case 553:
    case 554:
      return ReplyClass::data;
    case 556:
      return stage == Stage::recipient ? ReplyClass::data : ReplyClass::configuration;
    default:
      return ReplyClass::configuration;
  }
}

}  // namespace assay::smtp
