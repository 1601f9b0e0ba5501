#include "plugins/sinks/postgres/sqlstate.hpp"

#include <gtest/gtest.h>

namespace assay::postgres {
namespace {

void expect(ErrorClass wanted, std::initializer_list<const char*> states) {
  for (const auto* state : states) EXPECT_EQ(sqlstate_class(state), wanted) << state;
}

TEST(SqlstateClass, an_outage_is_tried_again) {
  expect(ErrorClass::transient, {"08000", "08003", "08006", "57P01", "57P02", "57P03", "53100",
                                 "53200", "53300", "58030", "XX000"});
}

TEST(SqlstateClass, a_conflict_is_tried_again) {
  expect(ErrorClass::transient, {"40001", "40P01", "55P03", "57014"});
}

TEST(SqlstateClass, an_old_primary_that_became_read_only_is_an_outage) {
  expect(ErrorClass::transient, {"25006"});
}

TEST(SqlstateClass, what_a_person_must_mend_halts) {
  expect(ErrorClass::configuration,
         {"28000", "28P01", "3D000", "3F000", "42501", "42P01", "42703", "0A000"});
}

TEST(SqlstateClass, a_value_that_never_fits_is_the_records_fault) {
  expect(ErrorClass::data, {"22001", "22003", "22021", "22P05", "23502", "23514", "21000"});
}

TEST(SqlstateClass, a_value_too_large_for_an_index_is_the_records_fault) {
  expect(ErrorClass::data, {"54000"});
}

TEST(SqlstateClass, an_encoding_of_ours_that_does_not_fit_the_tables_is_no_records_fault) {
  expect(ErrorClass::configuration, {"22P03", "22P04"});
}

TEST(SqlstateClass, what_is_not_known_halts_rather_than_drains) {
  expect(ErrorClass::configuration, {"", "123", "ZZ999", "XX001", "P0001"});
}

}  // namespace
}  // namespace assay::postgres
