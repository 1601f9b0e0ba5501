#include "host/kafka/kafka_dead_letters.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace assay::host {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds first_pause{100};
constexpr milliseconds longest_pause{5'000};
// How long the thread sleeps when nothing is out: then it hears whether the broker refuses our
// password, with which librdkafka would try again for ever. And how long it waits for reports while
// a new letter may come in.
constexpr milliseconds idle{5'000};
constexpr int serve_ms = 10;
constexpr int create_timeout_ms = 5'000;
// What is kept of a value that the broker finds too large.
constexpr std::size_t beginning = 16 << 10;

}  // namespace

struct KafkaDeadLetters::Hooks : KafkaHooks {
  explicit Hooks(KafkaDeadLetters& letters) : self(&letters) {}

  static KafkaDeadLetters& of(void* opaque) {
    return *static_cast<Hooks*>(static_cast<KafkaHooks*>(opaque))->self;
  }
  static void on_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
    of(opaque).delivered(*message);
  }
  static void on_error(rd_kafka_t* client, int code, const char* reason, void* opaque) {
    auto& letters = of(opaque);
    if (code == RD_KAFKA_RESP_ERR__FATAL) {
      std::array<char, 512> text{};
      rd_kafka_fatal_error(client, text.data(), text.size());
      letters.fatal_ = true;
      letters.tell(KafkaLogLevel::warning, std::string("the producer starts over: ") + text.data());
      return;
    }
    letters.sasl_.hear(client, static_cast<rd_kafka_resp_err_t>(code));
    const auto name = rd_kafka_err2name(static_cast<rd_kafka_resp_err_t>(code));
    if (letters.out_.empty()) return;  // nobody is waiting
    if (letters.desk_.troubled(name)) {
      letters.tell(KafkaLogLevel::warning, std::string(name) + ": " + reason);
    }
  }

  KafkaDeadLetters* self;
};

KafkaDeadLetters::KafkaDeadLetters(KafkaDeadLettersOptions options)
    : options_(std::move(options)),
      hooks_(std::make_unique<Hooks>(*this)),
      sasl_(options_.secrets) {
  hooks_->log = options_.log;
}

tl::expected<std::unique_ptr<KafkaDeadLetters>, KafkaError> KafkaDeadLetters::open(
    KafkaDeadLettersOptions options) {
  std::unique_ptr<KafkaDeadLetters> letters{new KafkaDeadLetters(std::move(options))};
  if (auto made = letters->make_producer(); !made) return tl::unexpected{std::move(made.error())};
  letters->thread_ = std::thread([raw = letters.get()] { raw->run(); });
  return letters;
}

KafkaDeadLetters::~KafkaDeadLetters() {
  desk_.stop();
  if (thread_.joinable()) thread_.join();
  // The producer first: it points into the letters.
  producer_.reset();
}

tl::expected<void, KafkaError> KafkaDeadLetters::make_producer() {
  const auto operators = sasl_.begin(options_.properties);
  auto conf = make_conf(dead_letter_properties(options_.bootstrap, operators), *hooks_);
  if (!conf) return tl::unexpected{std::move(conf.error())};
  rd_kafka_conf_set_dr_msg_cb(conf->get(), &Hooks::on_delivery);
  rd_kafka_conf_set_error_cb(conf->get(), &Hooks::on_error);
  auto client = make_client(RD_KAFKA_PRODUCER, std::move(*conf));
  if (!client) return tl::unexpected{std::move(client.error())};
  producer_ = std::move(*client);
  return {};
}

void KafkaDeadLetters::send(DeadLetter letter, Ack ack) {
  auto headers = dead_letter_headers(letter, options_.origin);
  std::size_t bytes = letter.key.size() + letter.value.size();
  for (const auto& [name, value] : headers) bytes += name.size() + value.size();
  desk_.put(std::make_unique<Letter>(Letter{.key = std::move(letter.key),
                                            .value = std::move(letter.value),
                                            .headers = std::move(headers),
                                            .ack = std::move(ack),
                                            .bytes = bytes}),
            bytes);
}

void KafkaDeadLetters::run() {
  while (!desk_.stopped()) {
    const bool busy = !waiting_.empty() || !out_.empty();
    for (auto& letter : desk_.take(busy ? milliseconds{0} : idle)) {
      waiting_.push_back(std::move(letter));
    }
    if (topic_missing_) create_topic();
    if (steady_clock::now() >= again_at_) send_waiting();
    rd_kafka_poll(producer_.get(), waiting_.empty() && out_.empty() ? 0 : serve_ms);
    if (!out_.empty()) sasl_.tend(producer_.get());
    if (fatal_) start_over();
  }
}

void KafkaDeadLetters::send_waiting() {
  while (!waiting_.empty()) {
    LetterPointer letter = std::move(waiting_.front());
    waiting_.pop_front();
    const auto code = produce(*letter);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
      const Letter* key = letter.get();
      out_.emplace(key, std::move(letter));
      continue;
    }
    if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
      waiting_.push_front(std::move(letter));
    } else {
      put_back(std::move(letter), code);
    }
    return;
  }
}

rd_kafka_resp_err_t KafkaDeadLetters::produce(Letter& letter) {
  HeadersHandle headers{rd_kafka_headers_new(letter.headers.size())};
  for (const auto& [name, value] : letter.headers) {
    rd_kafka_header_add(headers.get(), name.data(), static_cast<ssize_t>(name.size()), value.data(),
                        static_cast<ssize_t>(value.size()));
  }
  // In a variable: the macro casts the first word of what it is given.
  const void* key_data = letter.key.empty() ? nullptr : letter.key.data();
  const auto code = rd_kafka_producev(
      producer_.get(), RD_KAFKA_V_TOPIC(options_.topic.c_str()), RD_KAFKA_V_MSGFLAGS(0),
      RD_KAFKA_V_KEY(key_data, letter.key.size()),
      RD_KAFKA_V_VALUE(letter.value.data(), letter.value.size()), RD_KAFKA_V_HEADERS(headers.get()),
      RD_KAFKA_V_OPAQUE(&letter), RD_KAFKA_V_END);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) static_cast<void>(headers.release());
  return code;
}

void KafkaDeadLetters::delivered(const rd_kafka_message_t& message) {
  const auto found = out_.find(static_cast<const Letter*>(message._private));
  if (found == out_.end()) return;
  LetterPointer letter = std::move(found->second);
  out_.erase(found);
  if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    put_back(std::move(letter), message.err);
    return;
  }
  pause_ = {};
  letter->ack();
  if (desk_.acknowledged(letter->bytes)) tell(KafkaLogLevel::info, "takes letters again");
}

void KafkaDeadLetters::put_back(LetterPointer letter, rd_kafka_resp_err_t why) {
  if ((why == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE) && letter->value.size() > beginning) {
    // The original stands in the source topic; the letter says where.
    letter->headers.emplace_back("assay.errors.value_size", std::to_string(letter->value.size()));
    letter->value.resize(beginning);
  }
  topic_missing_ = topic_missing_ || why == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC ||
                   why == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
  if (desk_.failed(rd_kafka_err2name(why))) {
    tell(KafkaLogLevel::warning,
         std::string("not taken, will be sent again: ") + rd_kafka_err2str(why));
  }
  pause_ = std::clamp(pause_ * 2, first_pause, longest_pause);
  again_at_ = steady_clock::now() + pause_;
  waiting_.push_back(std::move(letter));
}

void KafkaDeadLetters::start_over() {
  producer_.reset();
  for (auto& [key, letter] : out_) waiting_.push_back(std::move(letter));
  out_.clear();
  fatal_ = false;
  // The same properties were accepted before; without memory there is nothing to be done but wait.
  while (!make_producer() && !desk_.stopped_within(longest_pause)) {
  }
}

void KafkaDeadLetters::create_topic() {
  topic_missing_ = false;
  constexpr int by_the_broker = -1;
  std::array<char, 512> reason{};
  const NewTopicHandle wanted{rd_kafka_NewTopic_new(options_.topic.c_str(), by_the_broker,
                                                    by_the_broker, reason.data(), reason.size())};
  const AdminOptionsHandle options{
      rd_kafka_AdminOptions_new(producer_.get(), RD_KAFKA_ADMIN_OP_CREATETOPICS)};
  rd_kafka_AdminOptions_set_request_timeout(options.get(), create_timeout_ms, reason.data(),
                                            reason.size());
  const QueueHandle queue{rd_kafka_queue_new(producer_.get())};
  rd_kafka_NewTopic_t* list[] = {wanted.get()};
  rd_kafka_CreateTopics(producer_.get(), list, 1, options.get(), queue.get());
  const EventHandle answer{rd_kafka_queue_poll(queue.get(), create_timeout_ms)};
  std::string outcome = "no answer";
  if (answer && rd_kafka_event_error(answer.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    outcome = rd_kafka_event_error_string(answer.get());
  } else if (answer) {
    std::size_t count = 0;
    const auto** results = rd_kafka_CreateTopics_result_topics(
        rd_kafka_event_CreateTopics_result(answer.get()), &count);
    const auto code =
        count == 1 ? rd_kafka_topic_result_error(results[0]) : RD_KAFKA_RESP_ERR_UNKNOWN;
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
      tell(KafkaLogLevel::info, "created");
      return;
    }
    if (code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) return;
    outcome = rd_kafka_err2str(code);
  }
  if (desk_.troubled("the topic is missing and cannot be created")) {
    tell(KafkaLogLevel::error,
         "it is missing and cannot be created (" + outcome + "); create it, or allow us to");
  }
}

void KafkaDeadLetters::tell(KafkaLogLevel level, const std::string& text) const {
  if (options_.log) options_.log(level, "dead-letter topic " + options_.topic + ": " + text);
}

}  // namespace assay::host
