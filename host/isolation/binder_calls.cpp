#include "host/isolation/binder_calls.hpp"

#include <array>
#include <string>
#include <vector>

namespace assay::host {
namespace {

assay_text to_c(std::string_view text) { return {text.data(), text.size()}; }

void serve_field(MessageReader asked, const assay_binder& binder, Declarations* declared,
                 MessageWriter& reply) {
  const auto name = asked.take_text();
  const auto type = asked.take<std::uint32_t>();
  const auto flags = asked.take<std::uint32_t>();
  std::uint32_t column = 0;
  const auto status = binder.field(&binder, to_c(name), type, flags, &column);
  if (status == ASSAY_OK && declared) {
    declared->columns.push_back({false, std::string(name), type, column, 0});
  }
  reply.put(status).put(column);
}

void serve_feature(MessageReader asked, const assay_binder& binder, Declarations* declared,
                   MessageWriter& reply) {
  const auto text = asked.take_text();
  const auto type = asked.take<std::uint32_t>();
  const auto flags = asked.take<std::uint32_t>();
  std::uint32_t column = 0;
  std::uint32_t coverage = 0;
  const auto status = binder.feature(&binder, to_c(text), type, flags, &column, &coverage);
  if (status == ASSAY_OK && declared) {
    declared->columns.push_back({true, std::string(text), type, column, coverage});
  }
  reply.put(status).put(column).put(coverage);
}

bool serve_reason(MessageReader asked, const assay_binder& binder, Declarations* declared,
                  MessageWriter& reply) {
  assay_reason reason{};
  reason.size = asked.take<std::uint32_t>();
  reason.audience = asked.take<std::uint32_t>();
  reason.flags = asked.take<std::uint32_t>();
  reason.code = to_c(asked.take_text());
  reason.words = to_c(asked.take_text());
  reason.customer_words = to_c(asked.take_text());
  reason.evidence_count = asked.take<std::uint32_t>();
  std::array<assay_evidence, ASSAY_MAX_EVIDENCE> evidence{};
  if (reason.evidence_count <= evidence.size()) {
    for (std::uint32_t i = 0; i < reason.evidence_count; ++i) {
      evidence[i].name = to_c(asked.take_text());
      evidence[i].unit = to_c(asked.take_text());
      evidence[i].type = asked.take<std::uint32_t>();
      evidence[i].flags = asked.take<std::uint32_t>();
    }
  }
  reason.evidence = evidence.data();
  if (!asked.whole()) return false;
  std::uint32_t number = 0;
  const auto status = binder.reason(&binder, &reason, &number);
  if (status == ASSAY_OK && declared) {
    declared->reasons.emplace_back(reason.code.data, reason.code.size);
  }
  reply.put(status).put(number);
  return true;
}

void serve_offered(MessageReader asked, const assay_binder& binder, MessageWriter& reply) {
  assay_text name{nullptr, 0};
  std::uint32_t type = 0;
  const auto status = binder.offered(&binder, asked.take<std::uint32_t>(), &name, &type);
  reply.put(status).put(type).put_text({name.data, name.size});
}

}  // namespace

bool serve_binder(Tell call, MessageReader asked, const assay_binder& binder,
                  Declarations* declared, MessageWriter& reply) {
  switch (call) {
    case Tell::field:
      serve_field(asked, binder, declared, reply);
      return true;
    case Tell::feature:
      serve_feature(asked, binder, declared, reply);
      return true;
    case Tell::reason:
      return serve_reason(asked, binder, declared, reply);
    case Tell::offered:
      serve_offered(asked, binder, reply);
      return true;
    default:
      return false;
  }
}

std::vector<Declarations::Offer> offers_of(const assay_binder& binder) {
  std::vector<Declarations::Offer> offers;
  assay_text name{nullptr, 0};
  std::uint32_t type = 0;
  for (std::uint32_t i = 0; binder.offered(&binder, i, &name, &type) == ASSAY_OK; ++i) {
    offers.push_back({std::string(name.data, name.size), static_cast<core::FieldType>(type)});
  }
  return offers;
}

}  // namespace assay::host
