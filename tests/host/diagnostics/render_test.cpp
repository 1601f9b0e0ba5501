#include "host/diagnostics/render.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

namespace assay::host {
namespace {

SourcePtr source(const std::string& text) {
  return std::make_shared<const Source>("assay.yaml", text);
}

Diagnostic unknown_key(const Span& span) {
  return {.code = Code::unknown_key,
          .message = "unknown key `treshold`",
          .span = span,
          .label = "not a parameter of rule plugin `velocity`",
          .note = "known keys: window, threshold",
          .help = "did you mean `threshold`?",
          .path = "rules.burst.parameters.treshold"};
}

std::string human(const Diagnostic& one, Colour colour = Colour::never) {
  Diagnostics all;
  all.add(one);
  return render(all, DiagnosticFormat::human, colour);
}

TEST(render, shows_the_line_with_carets_under_the_span) {
  EXPECT_EQ(human(unknown_key({source("rule: x\nparameters:\n  treshold: 5\n"), 3, 3, 8})),
            "error[AS1007]: unknown key `treshold`\n"
            " --> assay.yaml:3:3\n"
            "  |\n"
            "3 |   treshold: 5\n"
            "  |   ^^^^^^^^ not a parameter of rule plugin `velocity`\n"
            "  |\n"
            "  = note: known keys: window, threshold\n"
            "  = help: did you mean `threshold`?\n"
            "\n"
            "1 error, 0 warnings\n");
}

TEST(render, needs_no_place) {
  EXPECT_EQ(
      human({.severity = Severity::warning, .code = Code::nothing_required, .message = "no step"}),
      "warning[AS1109]: no step\n\n0 errors, 1 warning\n");
  EXPECT_EQ(human({.code = Code::bad_syntax, .message = "m", .span = {source(""), 0, 0, 0}}),
            "error[AS1002]: m\n --> assay.yaml\n\n1 error, 0 warnings\n");
}

TEST(render, counts_letters_not_bytes) {
  const std::string shown = human(
      {.code = Code::bad_value, .message = "m", .span = {source("\xc3\xa4\xc3\xb6: x"), 1, 7, 1}});
  EXPECT_NE(shown.find("1 | \xc3\xa4\xc3\xb6: x\n  |     ^\n"), std::string::npos) << shown;
}

TEST(render, survives_places_that_are_not_there) {
  EXPECT_NE(
      human({.code = Code::bad_value, .message = "m", .span = {source("a"), 99, 7, 3}}).find('^'),
      std::string::npos);
  EXPECT_NE(human({.code = Code::bad_value,
                   .message = "m",
                   .span = {source("a"), 1, 4'000'000'000, 4'000'000'000}})
                .find('^'),
            std::string::npos);
}

TEST(render, cuts_long_lines_around_the_span) {
  const std::string line = std::string(5000, 'a') + "HERE" + std::string(5000, 'b');
  const std::string shown =
      human({.code = Code::bad_value, .message = "m", .span = {source(line), 1, 5001, 4}});
  EXPECT_LT(shown.size(), 500u);
  EXPECT_NE(shown.find("aHERE"), std::string::npos);
  const auto text = shown.find("HERE") - shown.rfind('\n', shown.find("HERE"));
  const auto carets = shown.find("^^^^") - shown.rfind('\n', shown.find("^^^^"));
  EXPECT_EQ(text, carets);
}

TEST(render, lets_no_control_character_through) {
  const std::string shown = human({.code = Code::unknown_key,
                                   .message = "unknown key `\x1b[31m`",
                                   .span = {source("\x1b[2J: \x07"), 1, 1, 1}});
  EXPECT_EQ(shown.find('\x1b'), std::string::npos);
  EXPECT_EQ(shown.find('\x07'), std::string::npos);
}

TEST(render, lets_no_mark_of_direction_through_and_points_where_it_should) {
  const std::string shown = human({.code = Code::unknown_key,
                                   .message = "unknown key `a\u202eb`",
                                   .span = {source("{ \u009b\u202e, HERE: 1 }"), 1, 10, 4}});
  EXPECT_EQ(shown.find("\u202e"), std::string::npos);
  EXPECT_EQ(shown.find("\u009b"), std::string::npos);
  const auto text = shown.find("HERE") - shown.rfind('\n', shown.find("HERE"));
  const auto carets = shown.find("^^^^") - shown.rfind('\n', shown.find("^^^^"));
  EXPECT_EQ(text, carets);
}

TEST(render, covers_secrets_in_the_line_shown) {
  const auto text = source("{ password: hunter2, bogus: 1 }");
  Span{text, 1, 13, 7}.cover();
  Diagnostics all;
  all.add({.code = Code::unknown_key, .message = "unknown key `bogus`", .span = {text, 1, 22, 5}});
  const std::string shown = render(all, DiagnosticFormat::human);
  EXPECT_NE(shown.find("{ password: *******, bogus: 1 }"), std::string::npos) << shown;
}

TEST(render, the_same_fault_is_shown_once) {
  Diagnostics all;
  const auto text = source("a");
  all.add(unknown_key({text, 1, 1, 1}));
  all.add(unknown_key({text, 1, 1, 1}));
  EXPECT_EQ(all.errors(), 1u);
  all.add(unknown_key({text, 2, 1, 1}));
  EXPECT_EQ(all.errors(), 2u);
}

TEST(render, brief_is_one_line_for_editors) {
  Diagnostics all;
  all.add(unknown_key({source("treshold: 5"), 1, 1, 8}));
  EXPECT_EQ(render(all, DiagnosticFormat::brief),
            "assay.yaml:1:1: error[AS1007] unknown key `treshold` (did you mean `threshold`?)\n");
}

TEST(render, json_is_one_object_a_line) {
  Diagnostics all;
  all.add(unknown_key({source("treshold: 5"), 1, 1, 8}));
  const std::string line = render(all, DiagnosticFormat::json);
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  const auto object = nlohmann::json::parse(line);
  EXPECT_EQ(object["code"], "AS1007");
  EXPECT_EQ(object["line"], 1);
  EXPECT_EQ(object["length"], 8);
  EXPECT_EQ(object["path"], "rules.burst.parameters.treshold");
}

TEST(render, json_stays_utf8_whatever_the_file_holds) {
  Diagnostics all;
  all.add({.code = Code::bad_syntax, .message = "byte \xff"});
  EXPECT_TRUE(nlohmann::json::accept(render(all, DiagnosticFormat::json)));
}

TEST(render, says_nothing_about_nothing) {
  EXPECT_EQ(render(Diagnostics(), DiagnosticFormat::human), "");
}

TEST(render, colours_only_when_asked) {
  const Diagnostic one = unknown_key({source("treshold: 5"), 1, 1, 8});
  EXPECT_EQ(human(one).find('\x1b'), std::string::npos);
  EXPECT_NE(human(one, Colour::always).find("\x1b[1;31merror[AS1007]\x1b[0m"), std::string::npos);
  EXPECT_EQ(colour_of(-1), Colour::never);
}

TEST(codes, are_unique_ascending_and_titled) {
  std::uint16_t before = 0;
  for (const CodeInfo& info : all_codes()) {
    EXPECT_GT(static_cast<std::uint16_t>(info.code), before);
    EXPECT_EQ(title(info.code), info.title);
    EXPECT_NE(info.title, "");
    before = static_cast<std::uint16_t>(info.code);
  }
}

}  // namespace
}  // namespace assay::host
