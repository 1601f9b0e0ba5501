// What a mail says and to whom, seen through the sink that writes mails into a folder.
#include <gmock/gmock.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "tests/plugins/sinks/mail/mail_records.hpp"
#include "tests/support/servers/temporary_folder.hpp"

namespace assay::testing::sinks {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class MailFolder : public ::testing::Test {
 protected:
  void start(Settings more = {}) {
    Settings settings{{"from", "Example Bank <alerts@bank.example>"}, {"folder", mails()}};
    settings.insert(settings.end(), more.begin(), more.end());
    sink_ = std::make_unique<SinkDriver>(MAIL_FOLDER_PLUGIN, settings);
    ASSERT_TRUE(sink_->create()) << sink_->refusal().message;
    auto offered = sample_decision_fields();
    offered.push_back({"holder.time_zone", ASSAY_TEXT});
    ASSERT_EQ(sink_->bind(ASSAY_DECISION, offered), ASSAY_OK) << sink_->refusal().message;
  }

  void write(std::vector<RecordedRow> rows) {
    for (const auto& status : sink_->write(decisions(std::move(rows)))) {
      EXPECT_TRUE(status.delivered()) << status.text;
    }
  }

  // Name and content of every file.
  std::map<std::string, std::string> written() const {
    std::map<std::string, std::string> found;
    if (!std::filesystem::exists(mails())) return found;
    for (const auto& entry : std::filesystem::directory_iterator(mails())) {
      found[entry.path().filename()] = content_of(entry.path());
    }
    return found;
  }
  std::string only_mail() const {
    const auto found = written();
    EXPECT_THAT(found, SizeIs(1));
    return found.empty() ? std::string() : found.begin()->second;
  }
  std::string mail_to(const std::string& address) const {
    for (const auto& [name, content] : written()) {
      if (content.find("\r\nTo: " + address + "\r\n") != std::string::npos) return content;
    }
    return {};
  }

  std::string mails() const { return (folder_ / "mails").string(); }

  TemporaryFolder folder_;
  std::unique_ptr<SinkDriver> sink_;
};

// The file to compare with; set ASSAY_UPDATE_GOLDEN to write it anew.
void expect_golden(const std::string& name, const std::string& mail) {
  const auto path = std::filesystem::path(MAIL_GOLDEN) / name;
  if (std::getenv("ASSAY_UPDATE_GOLDEN")) std::ofstream(path, std::ios::binary) << mail;
  EXPECT_EQ(mail, content_of(path)) << path;
}

const Settings help{{"help.text", "If this was not you, block your card in the app."},
                    {"help.phone", "+351 210 000 000"},
                    {"help.url", "https://bank.example/fraud"},
                    {"reply_to", "fraud@bank.example"},
                    {"desk", "desk@bank.example"}};

TEST_F(MailFolder, tells_the_customer_in_his_words_and_his_time) {
  start(help);
  auto row = decision_row(5, "joao@example.org", {customer_hit()});
  row.fields["holder.time_zone"] = std::string("Europe/Lisbon");
  write({row});
  expect_golden("customer.eml", only_mail());
}

TEST_F(MailFolder, tells_the_desk_everything) {
  start(help);
  auto unanswered = analyst_hit();
  unanswered.rule = "travel";
  unanswered.answer = ASSAY_INCONCLUSIVE;
  unanswered.reason.clear();
  unanswered.words = "no location";
  write({decision_row(5, "", {customer_hit(), analyst_hit(), unanswered})});
  expect_golden("desk.eml", only_mail());
}

TEST_F(MailFolder, shows_the_customer_no_limit_score_rule_or_reason_of_the_analyst) {
  start(help);
  write({decision_row(5, "joao@example.org", {customer_hit(), analyst_hit()})});
  EXPECT_THAT(written(), SizeIs(2));
  const auto customer = mail_to("joao@example.org");
  EXPECT_THAT(customer, HasSubstr("unusually high"));
  for (const char* secret : {"1000.00", "0.8", "amounts", "amount_over_limit", "structuring",
                             "below", "version", "0.65"}) {
    EXPECT_THAT(customer, Not(HasSubstr(secret)));
  }
  const auto desk = mail_to("desk@bank.example");
  EXPECT_THAT(desk, AllOf(HasSubstr("structuring"), HasSubstr("payments =3D 3"),
                          HasSubstr("amount =3D 2500.00 EUR"), HasSubstr("1000.00")));
}

TEST_F(MailFolder, writes_the_same_bytes_for_a_record_that_comes_twice) {
  start(help);
  const auto row = decision_row(5, "joao@example.org", {customer_hit(), analyst_hit()});
  write({row});
  const auto first = written();
  sink_.reset();
  start(help);
  write({row});
  EXPECT_EQ(written(), first);
}

TEST_F(MailFolder, names_each_file_after_its_message_id) {
  start(help);
  write({decision_row(5, "a@example.org", {customer_hit()}),
         decision_row(6, "a@example.org", {customer_hit()})});
  EXPECT_THAT(written(), SizeIs(2));
  for (const auto& [name, content] : written()) {
    EXPECT_EQ(name.size(), 36u) << name;
    EXPECT_THAT(content,
                HasSubstr("\r\nMessage-ID: <" + name.substr(0, 32) + "@bank.example>\r\n"));
  }
}

TEST_F(MailFolder, lets_no_field_add_a_header_or_a_line) {
  start(help);
  const std::string attack = "Shop\r\nBcc: victim@example.org\r\n\r\n<b>Call +1 900</b>\r\n.\r\n";
  auto row = decision_row(5, "joao@example.org", {customer_hit(), analyst_hit()});
  for (const char* field : {"merchant", "location", "transaction_id", "currency", "holder.name",
                            "transaction_type", "decision"}) {
    row.fields[field] = attack;
  }
  row.verdicts[0].customer_words = attack;
  row.verdicts[1].words = attack;
  row.verdicts[1].reason = attack;
  write({row});
  EXPECT_THAT(written(), SizeIs(2));
  for (const auto& [name, content] : written()) {
    EXPECT_THAT(content, Not(HasSubstr("\nBcc")));
    EXPECT_THAT(content, Not(HasSubstr("\n.")));
    EXPECT_THAT(content, HasSubstr("&lt;b&gt;Call"));
    // Every line end is CRLF, and no line is longer than a server takes.
    std::size_t line = 0;
    for (std::size_t i = 0; i < content.size(); ++i) {
      ASSERT_FALSE(content[i] == '\n' && content[i - 1] != '\r');
      ASSERT_FALSE(static_cast<unsigned char>(content[i]) >= 0x80);
      line = content[i] == '\n' ? 0 : line + 1;
      ASSERT_LE(line, 78u);
    }
  }
}

TEST_F(MailFolder, counts_a_decision_that_nobody_can_be_told_of) {
  start();
  write({decision_row(5, "", {customer_hit()}), decision_row(6, "no address", {customer_hit()}),
         decision_row(7, "a@example.org", {analyst_hit()}), decision_row(8, "a@example.org", {})});
  EXPECT_THAT(written(), IsEmpty());
  EXPECT_EQ(sink_->counted("mail_no_recipient"), 3u);
}

TEST_F(MailFolder, says_nothing_of_a_rule_in_shadow) {
  start(help);
  auto shadow = customer_hit();
  shadow.mode = ASSAY_SHADOW;
  write({decision_row(5, "a@example.org", {shadow})});
  EXPECT_THAT(written(), IsEmpty());
}

TEST_F(MailFolder, takes_decisions_only) {
  start();
  EXPECT_EQ(sink_->bind(ASSAY_HOLDER), ASSAY_NOT_WANTED);
}

TEST_F(MailFolder, writes_what_it_knows_where_the_feed_has_few_fields) {
  sink_ = std::make_unique<SinkDriver>(
      MAIL_FOLDER_PLUGIN,
      Settings{{"from", "a@bank.example"}, {"desk", "d@bank.example"}, {"folder", mails()}});
  ASSERT_TRUE(sink_->create()) << sink_->refusal().message;
  ASSERT_EQ(
      sink_->bind(ASSAY_DECISION, {{"record_offset", ASSAY_INT64}, {"record_time", ASSAY_TIME}}),
      ASSAY_OK);
  write({decision_row(5, "joao@example.org", {customer_hit()})});
  EXPECT_THAT(only_mail(),
              AllOf(HasSubstr("To: d@bank.example"), HasSubstr("Transaction:  transactions-0-5")));
}

TEST_F(MailFolder, takes_templates_from_files) {
  std::ofstream(folder_ / "customer.txt") << "Hello {{name}}, {{merchant}}\n";
  std::ofstream(folder_ / "customer.html") << "<p>{{merchant}}</p>\n";
  start({{"templates.customer.subject", "About {{merchant}}"},
         {"templates.customer.text", (folder_ / "customer.txt").string()},
         {"templates.customer.html", (folder_ / "customer.html").string()}});
  auto row = decision_row(5, "joao@example.org", {customer_hit()});
  row.fields["merchant"] = std::string("Marks & <Co>");
  write({row});
  EXPECT_THAT(only_mail(),
              AllOf(HasSubstr("\r\nSubject: About Marks & <Co>\r\n"),
                    HasSubstr(", Marks & <Co>\r\n"), HasSubstr("<p>Marks &amp; &lt;Co&gt;</p>")));
}

TEST_F(MailFolder, says_halt_where_the_folder_cannot_be_made) {
  std::ofstream(folder_ / "mails") << "a file";
  start();
  const auto statuses =
      sink_->write(decisions({decision_row(5, "a@example.org", {customer_hit()})}));
  EXPECT_EQ(statuses.at(0).outcome, ASSAY_RETRY);
  EXPECT_EQ(statuses.at(0).error_class, ASSAY_CLASS_CONFIGURATION);
  EXPECT_EQ(sink_->health().error_class, ASSAY_CLASS_CONFIGURATION);
}

struct Wrong {
  const char* key;
  const char* value;
  const char* words;
};

class MailFolderRefuses : public MailFolder, public ::testing::WithParamInterface<Wrong> {};

TEST_P(MailFolderRefuses, a_configuration_that_cannot_work) {
  std::ofstream(folder_ / "template") << "one\ntwo {{score}}\n";
  std::string value = GetParam().value;
  if (value == "TEMPLATE") value = (folder_ / "template").string();
  Settings settings{{GetParam().key, value}, {"from", "a@b"}, {"folder", mails()}};
  if (settings[0].first == "from") settings.erase(settings.begin() + 1);
  SinkDriver sink(MAIL_FOLDER_PLUGIN, settings);
  EXPECT_FALSE(sink.create());
  EXPECT_THAT(sink.refusal().message, HasSubstr(GetParam().words));
}

INSTANTIATE_TEST_SUITE_P(
    Keys, MailFolderRefuses,
    ::testing::Values(Wrong{"from", "nobody", "from is not an e-mail address"},
                      Wrong{"desk", "a@b\r\nBcc: c@d", "desk is not an e-mail address"},
                      Wrong{"reply_to", "", "reply_to is not an e-mail address"},
                      Wrong{"domain", "not a name", "domain is not a host name"},
                      Wrong{"audience", "everybody", "audience is customer, desk or both"},
                      Wrong{"audience", "desk", "needs the desk's address"},
                      Wrong{"help.url", "http://bank.example", "must begin with https://"},
                      Wrong{"templates.customer.subject", "{{score}}", "no value named \"score\""},
                      Wrong{"templates.customer.text", "TEMPLATE", "no value named \"score\""},
                      Wrong{"templates.customer.subject", "{{{name}}}", "unescaped"},
                      Wrong{"templates.desk.subject", "{{#name}}", "not a mustache template"},
                      Wrong{"templates.desk.html", "/nowhere/at/all", "cannot read"}));

TEST_F(MailFolder, that_is_too_slow_for_a_batch_keeps_what_it_has_and_goes_on) {
  start();
  std::vector<RecordedRow> left;
  for (int i = 0; i < 300; ++i) {
    left.push_back(decision_row(i, "joao@example.org", {customer_hit()}));
  }
  int calls = 0;
  for (; !left.empty() && calls < 1'000; ++calls) {
    const auto answers = sink_->write(decisions(left), std::chrono::milliseconds(2));
    // A failure of the sink, told in the first record, speaks for all of them.
    std::size_t done = 0;
    while (done < left.size() && answers[done].delivered()) ++done;
    for (auto at = done; at < left.size(); ++at) {
      if (answers[0].scope != ASSAY_SCOPE_RECORD) break;
      EXPECT_FALSE(answers[at].delivered()) << at;
    }
    left.erase(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(done));
  }
  EXPECT_TRUE(left.empty()) << left.size() << " are left after " << calls << " calls";
  EXPECT_GT(calls, 1);
  EXPECT_THAT(written(), SizeIs(300));
}

}  // namespace
}  // namespace assay::testing::sinks
