// A sink class offers assay.renewal/1 where it has a member `renew`, and not otherwise.
#include <assay/renewal.h>
#include <gtest/gtest.h>

#include <assay/sink.hpp>

namespace assay::tests {
namespace {

struct Plain {
  Plain(const Config&, const Host&) {}
  bool bind(RecordKind, Binder&) { return true; }
  void write(const Records&, Deadline, Statuses&) {}
};
struct Renewing : Plain {
  using Plain::Plain;
  void renew(const Config&) {}
};

TEST(Renewal, is_offered_by_a_class_that_takes_other_settings) {
  const auto* table = static_cast<const assay_renewal_api*>(
      detail::SinkTable<Renewing>::get_interface(ASSAY_RENEWAL_ID));
  ASSERT_NE(table, nullptr);
  EXPECT_EQ(table->size, sizeof(assay_renewal_api));
  EXPECT_NE(table->renew, nullptr);
}

TEST(Renewal, is_not_offered_by_a_class_that_keeps_what_it_was_made_with) {
  EXPECT_EQ(detail::SinkTable<Plain>::get_interface(ASSAY_RENEWAL_ID), nullptr);
  EXPECT_NE(detail::SinkTable<Plain>::get_interface(ASSAY_SINK_ID), nullptr);
}

}  // namespace
}  // namespace assay::tests
