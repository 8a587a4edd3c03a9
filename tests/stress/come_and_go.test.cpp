// Thousands of projects that come and go on several threads.

#include "come_and_go.hpp"

#include <support/await.hpp>
#include <support/catch.hpp>
#include <support/seed.hpp>

using namespace foreman::test;

namespace {

void let_projects_come_and_go(bool deaths, int each) {
  const auto seed = new_seed();
  INFO(note_of(seed));
  come_and_go load{deaths, seed};
  load.run(each);
  CHECK(load.stop_deaths());
  CHECK(load.wrong_answers() == 0);
  CHECK(load.fm().list().empty());
  CHECK(load.fm().drain(patience)->books.succeeded == load.jobs());
}

} // namespace

TEST_CASE("answers are right while thousands of projects come and go",
          "[G4][G6]") {
  let_projects_come_and_go(false, 2'000);
}

TEST_CASE("answers are right while projects come and go and actors die",
          "[G4][G6]") {
  let_projects_come_and_go(true, 2'000);
}
