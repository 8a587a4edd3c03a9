// That projects which have gone leave no memory behind, seen over so many that
// a few bytes each would show.

#include "come_and_go.hpp"

#include <malloc.h>
#include <support/await.hpp>
#include <support/catch.hpp>
#include <support/seed.hpp>

using namespace foreman::test;

namespace {

std::size_t heap_in_use() {
  return mallinfo2().uordblks;
}

void let_many_come_and_go(bool deaths) {
  constexpr int each = 10'000;
  constexpr std::size_t bytes_each = 50; // less than any entry
  const auto seed = new_seed();
  INFO(note_of(seed));
  come_and_go load{deaths, seed};
  load.run(each); // what is kept for good is there after this
  const auto before = heap_in_use();
  const auto brought = load.brought();
  for (int i = 0; i < 4; ++i)
    load.run(each);
  const auto bound = before + (load.brought() - brought) * bytes_each;
  CHECK(await([&] { return heap_in_use() < bound; }));
  CHECK(load.wrong_answers() == 0);
  CHECK(load.fm().list().empty());
  CHECK(load.stop_deaths());
}

} // namespace

TEST_CASE("projects that have gone leave no memory behind", "[G9]") {
  let_many_come_and_go(false);
}

TEST_CASE("projects that have gone leave no memory behind where actors die",
          "[G9]") {
  let_many_come_and_go(true);
}
