// Systems that end while a crowd of new projects is still on its way: at any
// moment, with any deadline, by the destructor, by drains, inside a host.

#include <foreman/actors/interfaces.hpp>
#include <foreman/system.hpp>

#include <caf/actor_system.hpp>

#include <support/await.hpp>
#include <support/catch.hpp>
#include <support/run_together.hpp>
#include <support/seed.hpp>
#include <support/sender.hpp>

#include <atomic>
#include <memory>
#include <optional>
#include <random>
#include <vector>

using foreman::errc;
using namespace foreman::test;
using namespace std::chrono_literals;

namespace {

enum class ending { destructor, drain, many_drains, cancel };

struct life {
  std::size_t projects;
  std::size_t submitters;
  ending how;
  std::chrono::nanoseconds deadline;
  bool in_a_host;
};

life random_life(std::minstd_rand& random) {
  constexpr std::array<std::chrono::nanoseconds, 4> deadlines{0ns, 1us, 1ms,
                                                              10s};
  return {.projects = 100 + random() % 2'000,
          .submitters = 1 + random() % 3,
          .how = static_cast<ending>(random() % 4),
          .deadline = deadlines.at(random() % deadlines.size()),
          .in_a_host = random() % 2 == 0};
}

// A host's actor system outlives the systems in it.
class surroundings {
public:
  std::unique_ptr<foreman::system> make(foreman::system_options options,
                                        bool in_a_host) {
    return in_a_host
      ? std::make_unique<foreman::system>(host_, std::move(options))
      : std::make_unique<foreman::system>(std::move(options));
  }

private:
  foreman::actors::host_config config_;
  caf::actor_system host_{config_};
};

// Submits a job to each project of its own until the system drains. Each has
// an outcome when the system is gone (G4).
using tickets = std::vector<foreman::ticket<void>>;

tickets submit_to_many(foreman::system& fm, const life& x, std::size_t thread,
                       std::atomic<std::size_t>& offered) {
  tickets result;
  result.reserve(x.projects);
  for (std::size_t i = 0; i < x.projects; ++i, ++offered) {
    auto got = fm.submit(key_of(thread * x.projects + i), [] {});
    if (!got)
      break;
    result.push_back(*std::move(got));
  }
  return result;
}

void end(std::unique_ptr<foreman::system>& fm, const life& x,
         std::vector<tickets>& all) {
  if (x.how == ending::drain)
    CHECK(fm->drain(x.deadline));
  else if (x.how == ending::many_drains)
    run_together(6, [&](int) {
      if (!fm->drain(x.deadline))
        std::terminate();
    });
  else if (x.how == ending::cancel)
    for (auto& some : all)
      for (auto& job : some)
        (void) job.cancel();
  fm.reset();
}

// What is wrong after a life, as a number.
std::size_t live(std::uint32_t seed) {
  std::minstd_rand random{seed};
  const auto x = random_life(random);
  surroundings where;
  const auto witness = std::make_shared<int>();
  auto fm = where.make({.workers = 1 + random() % 3,
                        .drain_deadline = x.deadline,
                        .log = [witness](auto, auto) {}},
                       x.in_a_host);
  std::vector<tickets> all(x.submitters);
  std::atomic<std::size_t> offered{0};
  const auto enough = random() % (x.projects * x.submitters);
  // A drain may overtake submitters; a cancel by hand, and the destructor, need
  // them to be through.
  const bool overtakes = x.how == ending::drain || x.how == ending::many_drains;
  {
    std::vector<std::jthread> submitters;
    for (std::size_t t = 0; t < x.submitters; ++t)
      submitters.emplace_back(
        [&, t] { all[t] = submit_to_many(*fm, x, t, offered); });
    if (overtakes) {
      await([&] { return offered >= enough; });
      CHECK(fm->drain(x.deadline));
    }
  }
  end(fm, x, all);
  std::size_t wrong = 0;
  for (const auto& some : all)
    for (const auto& job : some)
      wrong += job.finished() ? 0 : 1;
  return wrong;
}

} // namespace

TEST_CASE("systems end while crowds of new projects are on their way",
          "[G4][G9][G10]") {
  const auto seed = new_seed();
  INFO(note_of(seed));
  std::size_t wrong = 0;
  for (std::uint32_t i = 0; i < 60; ++i)
    wrong += live(seed + i);
  CHECK(wrong == 0);
}
