// Random expressions: the flat program gives what the tree gives, and the canonical text is a
// fixed point that means the same.
#include <rapidcheck.h>

#include "core/expression/evaluator.hpp"
#include "tests/core/expression/rows.hpp"

namespace assay::core::expression {
namespace {

std::string one_of(std::initializer_list<const char*> texts) {
  return *rc::gen::elementOf(std::vector<std::string>(texts.begin(), texts.end()));
}

std::string generated(Kind kind, int depth);

std::string number(const char* type, Kind kind, int depth) {
  const auto left = generated(kind, depth - 1);
  const auto sign = one_of({" + ", " - ", " * ", " / ", " % "});
  const bool is_double = kind == Kind::float64;
  if (*rc::gen::inRange(0, 4) == 0) {
    return std::string(type) + "(" + generated(is_double ? Kind::int64 : Kind::float64, depth - 1) +
           ")";
  }
  return "(" + left + (is_double && sign == " % " ? " + " : sign) + generated(kind, depth - 1) +
         ")";
}

std::string money(int depth) {
  switch (*rc::gen::inRange(0, 3)) {
    case 0:
      return "(" + generated(Kind::decimal, depth - 1) + one_of({" + ", " - ", " % "}) +
             generated(Kind::decimal, depth - 1) + ")";
    case 1:
      return "(" + generated(Kind::decimal, depth - 1) + one_of({" * ", " / "}) +
             generated(Kind::int64, depth - 1) + ")";
    default:
      return "-" + generated(Kind::decimal, depth - 1);
  }
}

std::string condition(int depth) {
  const auto kind = *rc::gen::element(Kind::int64, Kind::float64, Kind::decimal, Kind::text);
  const auto list = [&] {
    return "[" + generated(Kind::int64, depth - 1) + ", " + generated(Kind::int64, depth - 1) + "]";
  };
  switch (*rc::gen::inRange(0, 7)) {
    case 0:
      return "(" + generated(Kind::boolean, depth - 1) + one_of({" && ", " || ", " == "}) +
             generated(Kind::boolean, depth - 1) + ")";
    case 1:
      return "!" + generated(Kind::boolean, depth - 1);
    case 2:
      return "(" + generated(Kind::boolean, depth - 1) + " ? " +
             generated(Kind::boolean, depth - 1) + " : " + generated(Kind::boolean, depth - 1) +
             ")";
    case 3:
      return list() + one_of({".all", ".exists", ".exists_one"}) + "(x, x " +
             one_of({"<", "==", ">="}) + " " + generated(Kind::int64, depth - 1) + ")";
    case 4:
      return "(" + generated(Kind::int64, depth - 1) + " in " + list() + ".map(x, x + 1))";
    case 5:
      return generated(Kind::text, depth - 1) + one_of({".contains", ".startsWith"}) + "(\"a\")";
    default:
      return "(" + generated(kind, depth - 1) + one_of({" < ", " >= ", " == ", " != "}) +
             generated(kind, depth - 1) + ")";
  }
}

// An expression of that kind, at most so deep.
std::string generated(Kind kind, int depth) {
  const bool leaf = depth <= 0 || *rc::gen::inRange(0, 4) == 0;
  switch (kind) {
    case Kind::int64:
      return leaf ? one_of({"count", "0", "1", "-7", "9223372036854775807"})
                  : number("int", kind, depth);
    case Kind::float64:
      return leaf ? one_of({"mean", "0.0", "2.5", "-1e30"}) : number("double", kind, depth);
    case Kind::decimal:
      return leaf ? one_of({"amount", "limit"}) : money(depth);
    case Kind::text:
      if (leaf) return one_of({"merchant", "\"\"", "\"a\"", "holder.city"});
      return "(" + generated(kind, depth - 1) + " + " + generated(kind, depth - 1) + ")";
    default:
      return leaf ? one_of({"is_new", "true", "false", "has(count)", "count > 3"})
                  : condition(depth);
  }
}

void fill(Rows& rows) {
  const auto present = [] { return *rc::gen::inRange(0, 4) != 0; };
  if (present()) rows.put("count", *rc::gen::element(std::int64_t{0}, std::int64_t{3}, INT64_MIN));
  if (present()) rows.put("mean", *rc::gen::element(0.0, -2.5, 1e300));
  if (present()) rows.put("amount", *rc::gen::element(std::int64_t{0}, std::int64_t{125'000}));
  if (present()) rows.put("limit", *rc::gen::element(std::int64_t{-1}, INT64_MAX));
  if (present()) rows.put("is_new", *rc::gen::inRange(0, 2));
  if (present()) rows.put("merchant", one_of({"", "abc"}));
}

Truth truth_of(const Value& value) {
  if (value.is(Kind::boolean)) return value.integer != 0 ? Truth::yes : Truth::no;
  return value.is(Kind::absent) ? Truth::absent : Truth::error;
}

TEST(Property, the_program_gives_what_the_tree_gives) {
  const bool holds = rc::check([] {
    Rows rows;
    fill(rows);
    const auto text = generated(Kind::boolean, 5);
    const auto program = compile(text, rows.names());
    // Money that must equal a double is the one thing that the generator may get wrong.
    if (!program) RC_DISCARD(program.error().message);
    Scratch scratch(1 << 20);
    const Value tree = Evaluator(&rows.block(), 0, scratch).evaluate((*program)->tree());
    const auto flat = literal_text((*program)->evaluate(rows.block(), 0));
    // Where several parts are errors, which of them is told may differ.
    if (tree.is(Kind::error)) {
      RC_ASSERT(flat.starts_with("error: "));
    } else {
      RC_ASSERT(flat == literal_text(tree));
    }
    // A test goes a shorter way where it can.
    RC_ASSERT((*program)->test(rows.block(), 0) == truth_of(tree));

    const auto& canonical = (*program)->text();
    const auto again = compile(canonical, rows.names());
    if (!again) RC_FAIL(shown(again.error(), canonical));
    RC_ASSERT((*again)->text() == canonical);
    const auto said = literal_text((*again)->evaluate(rows.block(), 0));
    RC_ASSERT(said == flat || (said.starts_with("error: ") && flat.starts_with("error: ")));
  });
  EXPECT_TRUE(holds);
}

}  // namespace
}  // namespace assay::core::expression
