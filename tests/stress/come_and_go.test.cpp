// Thousands of projects that come and go on several threads.

#include "come_and_go.hpp"

#include <support/await.hpp>
#include <support/catch.hpp>
#include <support/seed.hpp>

#include <optional>

using namespace foreman::test;

namespace {

void let_projects_come_and_go(bool deaths, int each) {
  const auto seed = new_seed();
  INFO(note_of(seed));
  foreman::system fm{{.workers = 3, .log = [](auto, auto) {}}};
  std::optional<killer> reaper;
  if (deaths)
    reaper.emplace(fm, seed);
  come_and_go load{fm, reaper ? &*reaper : nullptr, seed};
  load.run(each);
  std::uint64_t others = 0;
  if (reaper) {
    reaper->stop();
    CHECK(reaper->deaths().of_all_kinds());
    others = killer::own_jobs;
  }
  CHECK(load.wrong_answers() == 0);
  CHECK(fm.list().empty());
  CHECK(fm.drain(patience)->books.succeeded == load.jobs() + others);
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
