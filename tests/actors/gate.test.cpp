#include <foreman/actors/gate.hpp>

#include <support/catch.hpp>
#include <support/jobs.hpp>
#include <support/run_together.hpp>

#include <atomic>
#include <string>
#include <vector>

using foreman::actors::gate;
using foreman::test::make_entry;
using foreman::test::run_together;

// The one thing here on real threads: a system that ends shuts its gate while
// the registry still takes new projects from it.
TEST_CASE("each new project is taken once, also while the gate is shut",
          "[G4]") {
  constexpr int count = 5'000;
  for (int round = 0; round < 20; ++round) {
    gate way_in;
    std::atomic<int> taken{0};
    std::vector<foreman::entry_ptr> all;
    for (int i = 0; i < count; ++i) {
      all.push_back(make_entry(std::to_string(i)));
      way_in.attend(all.back());
    }
    run_together(3, [&](int t) {
      if (t == 2)
        return way_in.close();
      while (way_in.next_unattended())
        ++taken;
    });
    CHECK(taken <= count);
    CHECK_FALSE(way_in.next_unattended());
    way_in.attend(make_entry("late"));
    CHECK_FALSE(way_in.next_unattended());
  }
}
