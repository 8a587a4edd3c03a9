// A crowd of projects on a server that comes and goes in every way, with times
// that are zero or nearly, jobs that overtake one another, and cancels.

#include <foreman/system.hpp>

#include <support/await.hpp>
#include <support/catch.hpp>
#include <support/killer.hpp>
#include <support/seed.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace std::chrono_literals;
using namespace foreman::test;
using foreman::errc;

namespace {

enum class mood : int { up, down, locked, late, throwing };

constexpr int moods = 5;

std::atomic<mood> server{mood::up};

// Answers as the server is in the mood for.
class moody_connection : public foreman::connection {
public:
  foreman::expected<void> open(milliseconds within) override {
    return answer(within);
  }

  void close() noexcept override {}

  bool quiet() override {
    return server == mood::up;
  }

  foreman::expected<void> check(milliseconds within) override {
    return answer(within);
  }

  bool in_transaction() override {
    return false;
  }

  void* resource(const std::type_info&) noexcept override {
    return this;
  }

private:
  static foreman::expected<void> answer(milliseconds within) {
    switch (server.load()) {
      case mood::down:
        return foreman::error{errc::connection_unavailable, "down"};
      case mood::locked:
        return foreman::error{errc::connection_misconfigured, "locked"};
      case mood::late:
        std::this_thread::sleep_for(within + 1ms); // and succeeds
        return {};
      case mood::throwing:
        throw std::runtime_error{"a driver throws"};
      default:
        return {};
    }
  }
};

foreman::system_options options(std::mt19937& random) {
  const auto some = [&](auto... values) {
    const std::chrono::milliseconds all[]{values...};
    return all[random() % sizeof...(values)];
  };
  const auto make = [] { return std::make_unique<moody_connection>(); };
  return {.workers = 1 + random() % 8,
          .max = {.per_project = 100'000, .total = 1'000'000},
          .connections = {{"a", make}, {"b", make}},
          .check = {.open_deadline = some(1ms, 3ms),
                    .ping_deadline = some(1ms, 3ms),
                    .budget = some(5ms, 20ms, 1s),
                    .trust_window = some(0ms, 1ms),
                    .first_backoff = some(0ms, 1ms),
                    .break_after = 1 + random() % 3,
                    .min_break = 1ms,
                    .max_break = some(1ms, 20ms),
                    .max_deferral = some(0ms, 1ms, 20ms, 1h)},
          .log = [](foreman::log_level, std::string_view) {}};
}

foreman::job_options how(std::mt19937& random) {
  const foreman::connection_needs needs[]{
    {}, {"a"}, {"b"}, foreman::connection_needs::none()};
  return {.priority = static_cast<int>(random() % 5) - 2,
          .connections = needs[random() % 4],
          .if_unavailable
          = static_cast<foreman::unavailable_policy>(random() % 3)};
}

void crowd_meets_outages(std::mt19937& random, bool deaths) {
  constexpr std::size_t projects = 1'500;
  server = mood::up;
  foreman::system fm{options(random)};
  std::optional<killer> reaper;
  if (deaths)
    reaper.emplace(fm, random());
  std::vector<std::atomic<int>> inside(projects);
  std::atomic<std::size_t> ran{0};
  std::atomic<bool> overlap{false};
  std::vector<foreman::ticket<void>> tickets;
  {
    std::jthread weather{[seed = random()](const std::stop_token& stop) {
      std::mt19937 own{seed};
      while (!stop.stop_requested()) {
        server = static_cast<mood>(own() % moods);
        std::this_thread::sleep_for(1ms * (own() % 10));
      }
    }};
    // Until the server was met in many of its moods.
    const auto met = [&] {
      const auto all = fm.connections();
      return std::all_of(all.begin(), all.end(), [](const auto& x) {
        return x.counts.failed_open >= 10;
      });
    };
    while (tickets.size() < 15'000
           && (tickets.size() < 4 * projects || !met())) {
      if (tickets.size() > 4 * projects && fm.books().open() > projects)
        std::this_thread::yield();
      const auto p = random() % projects;
      tickets.push_back(*fm.submit(
        "project " + std::to_string(p),
        [&, p] {
          overlap = ++inside[p] != 1 || overlap;
          ++ran;
          --inside[p];
        },
        how(random)));
      if (random() % 10 == 0)
        (void) tickets[random() % tickets.size()].cancel();
    }
  }
  reaper.reset();
  server = mood::up;
  for (const auto& x : tickets)
    REQUIRE(await([&] { return x.finished(); }));
  CHECK_FALSE(overlap);
  CHECK(await([&] { return fm.books().open() == 0; }));
  CHECK(ran
        == static_cast<std::size_t>(
          std::count_if(tickets.begin(), tickets.end(), [](const auto& x) {
            return x.state() == foreman::job_state::succeeded;
          })));
  for (const auto& x : fm.connections())
    CHECK(x.deferred_projects == 0);
}

} // namespace

TEST_CASE("a crowd comes through a server that comes and goes in every way",
          "[G1][G4][G7]") {
  const auto seed = new_seed();
  INFO(note_of(seed));
  std::mt19937 random{seed};
  for (int i = 0; i < 4; ++i)
    crowd_meets_outages(random, i % 2 == 1);
}
