// What a person is told of a library that is refused, as it appears on the terminal.
#include "host/plugins/plugin_library.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>

#include "host/diagnostics/render.hpp"
#include "host/plugin_files/plugin_file.hpp"
#include "host/plugins/rule_plugin.hpp"
#include "host/plugins/sink_plugin.hpp"

namespace assay::tests {
namespace {

namespace fs = std::filesystem;
using host::Diagnostics;

class PluginLibraryTest : public ::testing::Test {
 protected:
  PluginLibraryTest()
      : folder_(fs::path(::testing::TempDir()) /
                ::testing::UnitTest::GetInstance()->current_test_info()->name()) {
    fs::create_directories(folder_);
  }
  ~PluginLibraryTest() override { fs::remove_all(folder_); }

  host::PluginLoader loader(std::int64_t max_size = 64 << 20,
                            std::shared_ptr<host::PluginShelf> shelf = {}) const {
    host::PluginLoader::Options options;
    options.folders = {ODD_PLUGINS, folder_.string()};
    options.max_size = max_size;
    options.pins = pins_;
    options.require_pins = require_pins_;
    options.cache = cache();
    options.max_retired = max_retired_;
    if (!shelf) shelf = std::make_shared<host::PluginShelf>();
    return {services_, std::move(options), std::move(shelf)};
  }
  // What loading it as a rule says; folders are left out.
  std::string refusal_of_rule(const std::string& use, std::int64_t max_size = 64 << 20) {
    host::RuleConfig config;
    config.id = "night";
    config.use = use;
    config.use_span = place(use);
    config.parameters = host::empty_map({});
    auto loading = loader(max_size);
    Diagnostics diagnostics;
    const auto rule = host::RulePlugin::load(config, loading, diagnostics);
    if (rule) {
      core::Layout layout;
      host::FieldCatalogue catalogue(layout, {});
      host::Scope scope(catalogue, nullptr, host::Scope::Stage::before_rules, "rule `night`");
      EXPECT_FALSE(rule->make_instance(0, 1, scope, diagnostics));
    }
    return told(diagnostics);
  }
  std::string refusal_of_sink(const std::string& use) {
    host::SinkConfig config;
    config.id = "store";
    config.use = use;
    config.use_span = place(use);
    config.config = host::empty_map({});
    auto loading = loader();
    Diagnostics diagnostics;
    EXPECT_FALSE(host::SinkPlugin::load(config, loading, diagnostics));
    return told(diagnostics);
  }
  void write(const std::string& name, const std::string& bytes) const {
    std::ofstream(folder_ / name) << bytes;
  }
  const fs::path& folder() const { return folder_; }
  std::string cache() const { return folder_ / "cache"; }
  void pin(const std::string& name, const std::string& sha256) { pins_[name] = sha256; }
  void require_pins() { require_pins_ = true; }
  void allow_retired(std::size_t most) { max_retired_ = most; }
  void log_to(std::function<void(const std::string&)> take) {
    services_.log = [take = std::move(take)](auto, auto plugin, auto message) {
      take(std::string(plugin) + ": " + std::string(message));
    };
  }

 private:
  static host::Span place(const std::string& use) {
    return {std::make_shared<host::Source>("rules/night.yaml", "use: " + use + "\n"), 1, 6,
            static_cast<std::uint32_t>(use.size())};
  }
  std::string told(const Diagnostics& diagnostics) const {
    std::string text;
    for (const auto& one : diagnostics.all()) {
      text += one.span.text() + ": " + one.message + "\n";
      if (!one.note.empty()) text += "note: " + one.note + "\n";
      if (!one.help.empty()) text += "help: " + one.help + "\n";
    }
    for (const auto& path : {fs::path(ODD_PLUGINS), folder_}) {
      for (auto at = text.find(path.string()); at != text.npos; at = text.find(path.string())) {
        text.replace(at, path.string().size(), "DIR");
      }
    }
    return text;
  }

  host::HostServices services_;
  fs::path folder_;
  std::map<std::string, std::string> pins_;
  bool require_pins_ = false;
  std::size_t max_retired_ = 1;
};

TEST_F(PluginLibraryTest, that_is_not_there_is_searched_for_and_the_nearest_is_named) {
  EXPECT_EQ(refusal_of_rule("odd_newr"),
            "rules/night.yaml:1:6: rule `night`: there is no plugin `odd_newr`\n"
            "note: looked for odd_newr.so in DIR, DIR\n"
            "help: did you mean `odd_newer`?\n");
}

TEST_F(PluginLibraryTest, that_is_named_by_a_path_is_not_searched_for) {
  EXPECT_EQ(
      refusal_of_rule("./no/such.so"),
      "rules/night.yaml:1:6: rule `night`: there is no plugin file `./no/such.so`\n"
      "help: if it is yours to build, build it first; a name without a slash is looked for in "
      "`plugins.path`\n");
}

TEST_F(PluginLibraryTest, that_is_a_pipe_or_a_folder_is_refused_as_what_it_is) {
  EXPECT_THAT(refusal_of_rule(fs::temp_directory_path().string()),
              ::testing::HasSubstr("is not a regular file"));
}

TEST_F(PluginLibraryTest, that_is_no_library_says_what_is_wrong_with_the_file) {
  write("text.so", std::string(1'000, 'x'));
  EXPECT_EQ(refusal_of_rule("text"),
            "rules/night.yaml:1:6: rule `night`: `DIR/text.so` is not an ELF file\n"
            "note: a shared library for this machine\n"
            "help: build it again, or copy it again\n");
}

TEST_F(PluginLibraryTest, that_is_empty_or_cut_short_says_so) {
  write("empty.so", "");
  EXPECT_EQ(refusal_of_rule("empty"),
            "rules/night.yaml:1:6: rule `night`: `DIR/empty.so` is too short for an ELF file: 0 "
            "bytes\n"
            "note: a shared library for this machine\n"
            "help: build it again, or copy it again\n");
}

TEST_F(PluginLibraryTest, without_the_entry_is_no_plugin) {
  EXPECT_EQ(refusal_of_rule("no_plugin"),
            "rules/night.yaml:1:6: rule `night`: `DIR/no_plugin.so` is not a plugin: it does not "
            "export `assay_entry_v1`\n"
            "note: one exported data symbol of that name; `assay plugins inspect "
            "DIR/no_plugin.so` tells of 1 more\n"
            "help: end the plugin's source with ASSAY_RULE(...) or ASSAY_SINK(...), and export "
            "that symbol\n");
}

TEST_F(PluginLibraryTest, with_a_short_entry_must_be_built_again) {
  EXPECT_EQ(refusal_of_rule("odd_short_entry"),
            "rules/night.yaml:1:6: rule `night`: `DIR/odd_short_entry.so` brings an entry of 8 "
            "bytes, version 1.0 has 48\n"
            "help: build it again with the headers of this release\n");
}

TEST_F(PluginLibraryTest, for_a_newer_engine_names_both_versions) {
  EXPECT_EQ(refusal_of_rule("odd_newer"),
            "rules/night.yaml:1:6: rule `night`: `DIR/odd_newer.so` needs ABI 1.99, this engine "
            "offers 1.0 to 1.0\n"
            "help: use a newer engine, or build the plugin for an older ABI\n");
}

TEST_F(PluginLibraryTest, without_mandatory_functions_is_refused_before_anything_is_called) {
  EXPECT_EQ(refusal_of_rule("odd_without_init"),
            "rules/night.yaml:1:6: rule `night`: `DIR/odd_without_init.so` brings an entry "
            "without id, init or get_interface\n");
  EXPECT_EQ(refusal_of_rule("odd_without_evaluate"),
            "rules/night.yaml:1:6: rule `night`: `odd_without_evaluate` lacks evaluate\n");
  EXPECT_EQ(refusal_of_rule("odd_short_rule_table"),
            "rules/night.yaml:1:6: rule `night`: `odd_short_rule_table` lacks a whole table of "
            "version 1.0\n");
  EXPECT_EQ(refusal_of_sink("odd_without_write"),
            "rules/night.yaml:1:6: sink `store`: `odd_without_write` lacks write\n");
  EXPECT_EQ(refusal_of_sink("odd_half_transactional"),
            "rules/night.yaml:1:6: sink `store`: `odd_half_transactional` lacks one of claim, "
            "begin, commit, abort and position\n");
  EXPECT_EQ(refusal_of_sink("odd_without_renew"),
            "rules/night.yaml:1:6: sink `store`: `odd_without_renew` lacks renew\n");
}

TEST_F(PluginLibraryTest, that_fails_to_initialise_says_why) {
  EXPECT_EQ(refusal_of_rule("odd_fails"),
            "rules/night.yaml:1:6: rule `night`: `DIR/odd_fails.so` failed to initialise: no "
            "licence was found\n"
            "help: set ODD_LICENCE\n");
  EXPECT_EQ(refusal_of_rule("odd_fails_silently"),
            "rules/night.yaml:1:6: rule `night`: `DIR/odd_fails_silently.so` failed to "
            "initialise: the plugin gives no reason\n");
}

TEST_F(PluginLibraryTest, that_makes_no_instance_says_why) {
  EXPECT_EQ(refusal_of_rule("odd_counts_inits"),
            "rules/night.yaml:1:6: rule `night`: the moon is full\n");
  EXPECT_EQ(refusal_of_sink("odd_fails_to_create"),
            "rules/night.yaml:1:6: sink `store`: the disk is made of cheese\n"
            "help: use another one\n");
}

TEST_F(PluginLibraryTest, of_the_wrong_kind_says_so) {
  EXPECT_EQ(refusal_of_rule("odd_fails_to_create"),
            "rules/night.yaml:1:6: rule `night`: `odd_fails_to_create` is not a rule plugin\n");
  EXPECT_EQ(refusal_of_sink("odd_short_rule_table"),
            "rules/night.yaml:1:6: sink `store`: `odd_short_rule_table` is not a sink plugin\n");
}

TEST_F(PluginLibraryTest, that_is_too_large_is_not_even_opened) {
  EXPECT_EQ(refusal_of_rule("no_plugin", 100),
            "rules/night.yaml:1:6: rule `night`: `DIR/no_plugin.so` is larger than "
            "plugins.max_size allows: " +
                std::to_string(fs::file_size(fs::path(ODD_PLUGINS) / "no_plugin.so")) +
                " bytes, at most 100\n");
}

TEST_F(PluginLibraryTest, is_initialised_once_by_whatever_name_it_is_used) {
  fs::copy(fs::path(ODD_PLUGINS) / "odd_counts_inits.so", folder() / "once.so");
  fs::create_symlink(folder() / "once.so", folder() / "alias.so");
  auto loading = loader();
  const auto first = loading.load("once");
  const auto second = loading.load("alias");
  ASSERT_TRUE(first);
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(*first, *second);
}

// --- on a shelf that several configurations load from ------------------------------------------

// Other content, the same plugin: nobody looks behind the last section.
std::string with_tail(const fs::path& file, std::size_t length) {
  std::ifstream stream(file, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(stream), {}) + std::string(length, '\n');
}

TEST_F(PluginLibraryTest, with_the_same_content_is_the_same_one_for_all_that_share_a_shelf) {
  const auto shelf = std::make_shared<host::PluginShelf>();
  auto first = loader(64 << 20, shelf);
  const auto loaded = first.load("counting_rule");
  ASSERT_TRUE(loaded);
  shelf->use(first.loaded());
  EXPECT_EQ(shelf->retired(), 0u);

  write("other.so", with_tail(fs::path(ODD_PLUGINS) / "counting_rule.so", 1));
  auto second = loader(64 << 20, shelf);
  const auto other = second.load("other");
  ASSERT_TRUE(other);
  EXPECT_NE(*other, *loaded);
  shelf->use(second.loaded());
  EXPECT_EQ(shelf->retired(), 1u);

  // It comes back.
  auto third = loader(64 << 20, shelf);
  const auto again = third.load("counting_rule");
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, *loaded);
  shelf->use(third.loaded());
  EXPECT_EQ(shelf->retired(), 1u);
}

TEST_F(PluginLibraryTest, that_is_new_is_refused_where_too_many_are_retired) {
  const auto shelf = std::make_shared<host::PluginShelf>();
  const auto file = fs::path(ODD_PLUGINS) / "counting_rule.so";
  for (std::size_t i = 1; i <= 2; ++i) {
    write("it.so", with_tail(file, i));
    auto one = loader(64 << 20, shelf);
    ASSERT_TRUE(one.load("it"));
    shelf->use(one.loaded());
  }
  EXPECT_EQ(shelf->retired(), 1u) << "as many as may be";
  write("it.so", with_tail(file, 3));
  auto last = loader(64 << 20, shelf);
  const auto refused = last.load("it");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, host::Code::too_many_retired);
  EXPECT_THAT(refused.error().message,
              ::testing::HasSubstr("mapped and that no rule in force uses: 1"));
  EXPECT_THAT(refused.error().help, ::testing::HasSubstr("restart the engine"));
  // What is mapped already costs nothing more.
  write("it.so", with_tail(file, 1));
  EXPECT_TRUE(loader(64 << 20, shelf).load("it"));
}

TEST_F(PluginLibraryTest, that_a_start_needs_is_none_too_many) {
  allow_retired(0);
  const auto shelf = std::make_shared<host::PluginShelf>();
  auto first = loader(64 << 20, shelf);
  EXPECT_TRUE(first.load("counting_rule"));
  shelf->use(first.loaded());
  write("it.so", with_tail(fs::path(ODD_PLUGINS) / "counting_rule.so", 1));
  EXPECT_FALSE(loader(64 << 20, shelf).load("it"));
}

// They take the place of those in force, which are retired for them.
TEST_F(PluginLibraryTest, that_come_together_are_not_counted_against_each_other) {
  const auto shelf = std::make_shared<host::PluginShelf>();
  shelf->use({});
  auto next = loader(64 << 20, shelf);
  for (const auto* library : {ODD_PLUGINS "/counting_rule.so", ODD_PLUGINS "/odd_counts_inits.so",
                              RULE_PLUGINS "/list.so"}) {
    const auto name = fs::path(library).stem().string();
    write(name + ".so", with_tail(library, 1));
    EXPECT_TRUE(next.load(name)) << library;
  }
}

TEST_F(PluginLibraryTest, that_was_refused_once_it_was_mapped_is_not_mapped_again) {
  const auto shelf = std::make_shared<host::PluginShelf>();
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(loader(64 << 20, shelf).load("odd_fails"));
  shelf->use({});
  EXPECT_EQ(shelf->retired(), 1u);
}

TEST_F(PluginLibraryTest, that_is_not_what_its_note_says_is_refused) {
  EXPECT_EQ(refusal_of_rule("odd_lies"),
            "rules/night.yaml:1:6: rule `night`: `DIR/odd_lies.so` is not what its note says: id "
            "`honest` in the note, `odd` in the code\n"
            "help: let one place say both: `assay_add_plugin()` writes them from plugin.json, "
            "ASSAY_RULE and ASSAY_SINK from their arguments; in C, give `ASSAY_NOTE` and "
            "`assay_entry_v1` the same id and version\n");
}

// --- pins -------------------------------------------------------------------------------------

TEST_F(PluginLibraryTest, that_is_pinned_is_loaded_as_long_as_its_content_stays) {
  fs::copy(fs::path(ODD_PLUGINS) / "odd_counts_inits.so", folder() / "held.so");
  const auto digest = host::PluginFile::open(folder() / "held.so", 64 << 20)->sha256().value();
  pin("held", digest);
  require_pins();
  const auto plugin = loader().load("held");
  ASSERT_TRUE(plugin) << plugin.error().message;

  std::ofstream(folder() / "held.so", std::ios::app) << "one byte";
  const auto changed = loader().load("held");
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().code, host::Code::plugin_pin_differs);
  EXPECT_THAT(changed.error().note, ::testing::HasSubstr("the pin of `held` is sha256:" + digest));
}

TEST_F(PluginLibraryTest, without_a_pin_is_refused_before_its_code_runs_where_pins_are_required) {
  require_pins();
  const auto plugin = loader().load("odd_counts_inits");
  ASSERT_FALSE(plugin);
  EXPECT_EQ(plugin.error().code, host::Code::plugin_not_pinned);
  EXPECT_TRUE(fs::is_empty(cache()));
}

TEST_F(PluginLibraryTest, that_is_pinned_by_one_name_is_not_pinned_by_another) {
  fs::copy(fs::path(ODD_PLUGINS) / "odd_counts_inits.so", folder() / "held.so");
  fs::create_symlink(folder() / "held.so", folder() / "alias.so");
  pin("held", host::PluginFile::open(folder() / "held.so", 64 << 20)->sha256().value());
  require_pins();
  auto loading = loader();
  EXPECT_TRUE(loading.load("held"));
  EXPECT_FALSE(loading.load("alias"));
}

TEST_F(PluginLibraryTest, that_waits_for_another_process_says_so) {
  fs::create_directory(cache());
  fs::permissions(cache(), fs::perms::owner_all);
  const int other = ::open(cache().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  ASSERT_EQ(::flock(other, LOCK_EX), 0);
  std::vector<std::string> told;
  log_to([&](const std::string& words) {
    told.push_back(words);
    ::close(other);
  });
  const auto plugin = loader().load("odd_counts_inits");
  EXPECT_TRUE(plugin) << plugin.error().message;
  EXPECT_THAT(told,
              ::testing::ElementsAre("odd_counts_inits: waits for another process that copies "
                                     "plugins into `" +
                                     cache() + "`"));
}

// A file that is copied over in place would take the code away from under a library that is mapped.
TEST_F(PluginLibraryTest, that_is_overwritten_while_it_is_loaded_goes_on) {
  fs::copy(fs::path(RULE_PLUGINS) / "list.so", folder() / "fragile.so");
  auto loading = loader();
  const auto plugin = loading.load("fragile");
  ASSERT_TRUE(plugin) << plugin.error().message;
  const auto* rule = (*plugin)->interface<assay_rule_api>(ASSAY_RULE_ID);
  write("fragile.so", "");
  EXPECT_THAT(rule->describe(), ::testing::HasSubstr("The field to look up"));
}

// --- lists, through the real loader ------------------------------------------------------------

class ListPluginTest : public PluginLibraryTest {
 protected:
  // Loads a list rule over the lines; its instance is bound to a merchant and a card.
  bool load(const std::string& field, const std::string& lines, Diagnostics& diagnostics,
            core::RuleInfo* info = nullptr) {
    write("list.txt", lines);
    host::RuleConfig config;
    config.id = "listed";
    config.use = "list";
    config.parameters = host::empty_map({});
    const auto add = [&](const std::string& key, const std::string& value) {
      host::Entry entry;
      entry.key = key;
      entry.value.kind = host::Node::Kind::scalar;
      entry.value.text = value;
      config.parameters.entries.push_back(std::move(entry));
    };
    add("field", field);
    add("kind", "block");
    add("file", (folder() / "list.txt").string());
    host::PluginLoader::Options options;
    options.folders = {RULE_PLUGINS};
    options.cache = cache();
    host::PluginLoader loading(services, std::move(options));
    rule_ = host::RulePlugin::load(config_ = std::move(config), loading, diagnostics);
    if (!rule_) return false;
    core::Layout layout;
    host::FieldCatalogue catalogue(
        layout, {{"merchant", core::FieldType::text}, {"card", core::FieldType::token}});
    host::Scope scope(catalogue, nullptr, host::Scope::Stage::before_rules, "rule");
    const bool made = rule_->make_instance(0, 1, scope, diagnostics).has_value();
    if (made && info) *info = rule_->info();
    return made;
  }

  host::HostServices services;

 private:
  host::RuleConfig config_;
  std::unique_ptr<host::RulePlugin> rule_;
};

TEST_F(ListPluginTest, with_a_reason_for_each_entry_loads) {
  Diagnostics diagnostics;
  core::RuleInfo info;
  ASSERT_TRUE(load("merchant", "Evil Inc., reason=chargebacks\nBad Ltd., reason=fraud ring\n",
                   diagnostics, &info))
      << host::render(diagnostics, host::DiagnosticFormat::human);
  ASSERT_EQ(info.reasons.size(), 3U);  // and one for entries that bring none
  for (const auto& reason : info.reasons) EXPECT_EQ(reason.code, "on_block_list");
}

TEST_F(ListPluginTest, shows_no_card_number_of_the_file_where_it_refuses_one) {
  Diagnostics diagnostics;
  EXPECT_FALSE(load("card", "# stolen\n4111111111111111\n", diagnostics));
  const auto text = host::render(diagnostics, host::DiagnosticFormat::human);
  EXPECT_NE(text.find("list.txt:2"), text.npos) << text;
  EXPECT_EQ(text.find("41111111"), text.npos) << text;
  EXPECT_EQ(text.find("1111"), text.npos) << text;
}

TEST_F(ListPluginTest, shows_no_card_number_that_stands_on_a_line_refused_for_another_fault) {
  Diagnostics diagnostics;
  EXPECT_FALSE(load("merchant",
                    "Evil Inc., card 4111 1111 1111 1111 was \"used\" =, expires=when\n",
                    diagnostics));
  const auto text = host::render(diagnostics, host::DiagnosticFormat::human);
  EXPECT_EQ(text.find("1111"), text.npos) << text;
}

}  // namespace
}  // namespace assay::tests
