// A person moves a cursor under a running engine: it is fenced, claims the partition anew and goes
// on from where it was told.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/integration/deployment.hpp"
#include "tests/integration/payments.hpp"
#include "tests/integration/topic.hpp"

namespace assay::testing {
namespace {

void produce(const Deployment& deployment, int first, int count) {
  std::vector<OutgoingRecord> records;
  for (int i = first; i < first + count; ++i) {
    records.push_back({payment({{"transaction_id", "tx-" + std::to_string(i)}}), "7", -1});
  }
  produce_records(kafka().address(), deployment.topic(), records);
}

TEST(cursor, that_is_set_back_under_a_running_engine_has_its_records_stored_again) {
  if (const auto reason = servers_unavailable()) GTEST_SKIP() << *reason;
  Deployment deployment("cursor");
  create_topic(kafka().address(), deployment.topic(), 1);
  create_topic(kafka().address(), deployment.holders(), 1);
  deployment.configure(deployment.whole(Deployment::postgres_sink(),
                                        "  main:\n    store: { sink: db, required: true }\n"));
  const auto rows = [&] {
    return ask_number("SELECT count(*) FROM transactions WHERE topic = '" + deployment.topic() +
                      "'");
  };
  produce(deployment, 0, 1'000);
  const auto engine = deployment.start();
  ASSERT_TRUE(engine->until([&] { return deployment.stored() == 1'000; })) << deployment.words();

  const auto moved = run_assay({"cursor", "set", "main.store", "0", "900", "--yes", "-c",
                                (deployment.folder() / "assay.yaml").string()});
  ASSERT_EQ(moved.code, 0) << moved.words;
  // It finds out with the next record.
  produce(deployment, 1'000, 10);
  ASSERT_TRUE(engine->until([&] { return deployment.stored() == 1'010; })) << deployment.words();
  EXPECT_EQ(rows(), 1'110) << "records 900 to 999 a second time";
  EXPECT_EQ(engine->stop(), 0);
}

}  // namespace
}  // namespace assay::testing
