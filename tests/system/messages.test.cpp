#include <foreman/actors/interfaces.hpp>
#include <foreman/system.hpp>

#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/sec.hpp>

#include <support/catch.hpp>
#include <support/door.hpp>
#include <support/text.hpp>

#include <algorithm>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace act = foreman::actors;
namespace compat = foreman::compat;

using foreman::errc;
using foreman::job_state;
using foreman::test::door;
using foreman::test::patience;
using foreman::test::says;

namespace {

using std::chrono::milliseconds;

constexpr milliseconds timeout{30'000};

// Asks the registry and waits for the answer: a value, or an error.
template <class R, class... Ts>
foreman::expected<R>
ask(caf::actor_system& sys, const act::registry_actor& whom, Ts&&... xs) {
  caf::scoped_actor self{sys};
  foreman::expected<R> result{errc::unavailable};
  compat::request(self.ptr(), whom, timeout, std::forward<Ts>(xs)...)
    .receive([&](R& x) { result = std::move(x); },
             [&](caf::error& why) { result = act::to_error(why); });
  return result;
}

template <class... Ts>
foreman::expected<void>
tell(caf::actor_system& sys, const act::registry_actor& whom, Ts&&... xs) {
  caf::scoped_actor self{sys};
  foreman::expected<void> result{errc::unavailable};
  compat::request(self.ptr(), whom, timeout, std::forward<Ts>(xs)...)
    .receive([&] { result = {}; },
             [&](caf::error& why) { result = act::to_error(why); });
  return result;
}

struct host {
  act::host_config config;
  caf::actor_system system{config};
};

} // namespace

TEST_CASE("actors submit, ask and cancel by message") {
  host h;
  foreman::system fm{h.system, {.workers = 1}};
  const auto registry = fm.registry();
  door wall;
  auto running = ask<foreman::job_id>(
    h.system, registry, act::submit_atom_v,
    *act::make_submission("p", [&] { return wall.pass(); }));
  REQUIRE(running);
  REQUIRE(wall.has_visitors());
  auto queued = ask<foreman::job_id>(h.system, registry, act::submit_atom_v,
                                     *act::make_submission("p", [] {}));
  REQUIRE(queued);
  CHECK(
    *ask<bool>(h.system, registry, act::is_running_atom_v, std::string{"p"}));
  CHECK(*ask<bool>(h.system, registry, act::is_busy_atom_v, std::string{"p"}));
  const auto row = ask<foreman::project_status>(
    h.system, registry, act::status_atom_v, std::string{"p"});
  CHECK(row->running_job == *running);
  CHECK(row->queued == 1);
  CHECK(
    tell(h.system, registry, act::cancel_atom_v, std::string{"p"}, *queued));
  CHECK(tell(h.system, registry, act::cancel_atom_v, std::string{"p"}, *queued)
          .error()
          .code()
        == errc::unknown_job);
  wall.open();
  const auto report = ask<foreman::drain_report>(
    h.system, registry, act::drain_atom_v, std::chrono::nanoseconds{patience},
    foreman::drain_policy::wait);
  REQUIRE(report);
  CHECK(report->books.succeeded == 1);
  CHECK(report->books.cancelled == 1);
  CHECK(*ask<foreman::ledger>(h.system, registry, act::ledger_atom_v)
        == report->books);
}

TEST_CASE("a drain by message needs a sender, who else could be anywhere",
          "[G12]") {
  host h;
  foreman::system fm{h.system, {.workers = 1}};
  compat::anon_send(fm.registry(), act::drain_atom_v,
                    std::chrono::nanoseconds{0}, foreman::drain_policy::wait);
  // Answered after it.
  CHECK_FALSE(*ask<bool>(h.system, fm.registry(), act::is_running_atom_v,
                         std::string{"p"}));
  const auto admitted = fm.submit("p", [] {});
  CHECK(admitted); // it took no effect
}

TEST_CASE("a drain by message leaves nothing of its system behind", "[G9]") {
  host h;
  const auto witness = std::make_shared<int>();
  foreman::actors::registry_actor kept;
  {
    foreman::system fm{h.system,
                       {.workers = 1, .log = [witness](auto, auto) {}}};
    kept = fm.registry();
    CHECK(ask<foreman::drain_report>(
      h.system, kept, act::drain_atom_v,
      std::chrono::nanoseconds{std::chrono::hours{1}},
      foreman::drain_policy::wait));
  }
  // Neither its timer nor our handle keeps more than a dead actor.
  CHECK(foreman::test::await([&] { return witness.use_count() == 1; }));
}

TEST_CASE("the policy of a drain by message holds for the end of the system",
          "[G10]") {
  host h;
  auto wall = std::make_shared<door>();
  {
    foreman::system fm{h.system, {.workers = 1, .log = [](auto, auto) {}}};
    auto stuck = fm.submit("p", [wall] { wall->pass(); });
    REQUIRE(wall->has_visitors());
    CHECK(ask<foreman::drain_report>(h.system, fm.registry(), act::drain_atom_v,
                                     std::chrono::nanoseconds{},
                                     foreman::drain_policy::abandon)
            ->left.size()
          == 1);
  }                            // waits for nobody
  CHECK(wall.use_count() > 1); // the body's
  wall->open();
  CHECK(foreman::test::await([&] { return wall.use_count() == 1; }));
}

TEST_CASE("a rejection by message carries its code and text", "[G12]") {
  host h;
  foreman::system fm{h.system, {.workers = 1}};
  const auto submit
    = [&](const std::string& project, const foreman::job_options& how) {
        return ask<foreman::job_id>(h.system, fm.registry(), act::submit_atom_v,
                                    *act::make_submission(
                                      project, [] {}, how));
      };
  CHECK(submit("", {}).error().message()
        == "the project key is empty; allowed are 1 to 256 bytes of UTF-8");
  CHECK(submit("p", {.priority = 1'000}).error().code()
        == errc::invalid_option);
  door wall;
  auto running = fm.submit("p", [&] { return wall.pass(); });
  CHECK(submit("p", {.admit = foreman::admission::if_idle}).error().code()
        == errc::project_busy);
  wall.open();
  CHECK(ask<foreman::job_id>(h.system, fm.registry(), act::submit_atom_v,
                             std::string{"p"}, foreman::named_job{"no", ""},
                             foreman::job_options{})
          .error()
          .code()
        == errc::unknown_kind);
  CHECK(act::make_submission("p", std::function<void()>{}).error().code()
        == errc::empty_job);
  CHECK(ask<foreman::drain_report>(h.system, fm.registry(), act::drain_atom_v,
                                   std::chrono::nanoseconds{-1'000'000},
                                   foreman::drain_policy::wait)
          .error()
          .code()
        == errc::invalid_option);
}

TEST_CASE("an error that has no text of foreman's is explained", "[G12]") {
  CHECK(act::to_error(caf::make_error(errc::draining))
        == foreman::error{errc::draining});
  const auto lost = act::to_error(caf::make_error(caf::sec::request_timeout));
  CHECK(lost.code() == errc::unavailable);
  CHECK(says(lost.message(), "the actor did not answer: "));
  CHECK(says(lost.message(), "request_timeout"));
}

TEST_CASE("a job as data is run by the handler of its kind") {
  host h;
  foreman::kinds handlers;
  std::string heard;
  REQUIRE(handlers.add(
    "note", [&heard](foreman::job_context& job, const std::string& payload) {
      heard = job.project() + ": " + payload;
      return foreman::expected<void>{};
    }));
  {
    foreman::system fm{h.system, {.workers = 1, .handlers = handlers}};
    CHECK(ask<foreman::job_id>(
      h.system, fm.registry(), act::submit_atom_v, std::string{"p"},
      foreman::named_job{"note", "42 rows"}, foreman::job_options{}));
    CHECK(ask<foreman::job_id>(h.system, fm.registry(), act::submit_atom_v,
                               std::string{"p"}, foreman::named_job{"note", ""},
                               foreman::job_options{.priority = 101})
            .error()
            .code()
          == errc::invalid_option);
    REQUIRE(fm.drain(patience));
  }
  CHECK(heard == "p: 42 rows");
}

TEST_CASE("a submission without a job is refused", "[G12]") {
  host h;
  foreman::system fm{h.system, {.workers = 1}};
  CHECK(ask<foreman::job_id>(h.system, fm.registry(), act::submit_atom_v,
                             act::submission{"p", {}, {}, {}})
          .error()
          .code()
        == errc::empty_job);
}

TEST_CASE("the observer of a submission hears how its job ended") {
  host h;
  foreman::system fm{h.system, {.workers = 2}};
  caf::scoped_actor self{h.system};
  const auto me = caf::actor_cast<caf::actor>(self.ptr());
  const auto registry = fm.registry();
  const auto bad = *act::make_submission(
    "p", []() -> int { throw std::runtime_error{"no disk"}; }, {}, me);
  compat::send(self.ptr(), registry, act::submit_atom_v, bad);
  bool heard = false;
  // The verdict of a plain send comes as a message, too.
  for (int messages = 0; messages < 2; ++messages)
    self->receive(
      [&](const act::job_ended& x) {
        heard = true;
        CHECK(x.project == "p");
        CHECK(x.how.state == job_state::failed);
        CHECK(x.how.why.message() == "no disk (std::runtime_error)");
      },
      [&](foreman::job_id) {});
  CHECK(heard);
}

TEST_CASE("observers hear of jobs that the end of a system cancels, however "
          "long what these captured takes to go",
          "[G4]") {
  struct slow_to_go {
    slow_to_go() = default;
    slow_to_go(slow_to_go&& other) noexcept
      : here{std::exchange(other.here, false)} {}
    slow_to_go(const slow_to_go&) = delete;
    slow_to_go& operator=(const slow_to_go&) = delete;
    slow_to_go& operator=(slow_to_go&&) = delete;

    // Longer than the end of the system takes without it, which nobody can see
    // from outside.
    ~slow_to_go() {
      if (here)
        std::this_thread::sleep_for(milliseconds{50});
    }

    bool here = true;
  };
  constexpr int jobs = 4;
  host h;
  caf::scoped_actor self{h.system};
  const auto me = caf::actor_cast<caf::actor>(self.ptr());
  {
    foreman::system fm{h.system,
                       {.workers = 1, .drain_deadline = milliseconds{10}}};
    REQUIRE(fm.submit("p", [](foreman::job_context& job) {
      while (!job.stop_requested())
        std::this_thread::yield();
    }));
    for (int i = 0; i < jobs; ++i)
      REQUIRE(
        ask<foreman::job_id>(h.system, fm.registry(), act::submit_atom_v,
                             *act::make_submission(
                               "p", [x = slow_to_go{}] { (void) x; }, {}, me)));
  }
  int heard = 0;
  for (int i = 0; i < jobs; ++i)
    self->receive(
      [&](const act::job_ended& x) {
        heard += x.how.state == job_state::cancelled ? 1 : 0;
      },
      caf::after(std::chrono::seconds{10}) >> [] {});
  CHECK(heard == jobs);
}

TEST_CASE("many jobs in one message get one verdict each, in order", "[G2]") {
  host h;
  foreman::system fm{h.system, {.workers = 2}};
  std::vector<int> order;
  std::vector<act::submission> many;
  for (int i = 0; i < 64; ++i)
    many.push_back(
      *act::make_submission("p", [&order, i] { order.push_back(i); }));
  many.push_back(*act::make_submission("", [] {}));
  const auto verdicts = ask<std::vector<act::verdict>>(
    h.system, fm.registry(), act::submit_atom_v, many);
  REQUIRE(verdicts);
  REQUIRE(verdicts->size() == 65);
  for (std::size_t i = 1; i < 64; ++i)
    CHECK((*verdicts)[i - 1].id < (*verdicts)[i].id);
  CHECK(verdicts->back().why.code() == errc::invalid_project);
  REQUIRE(fm.drain(patience));
  REQUIRE(order.size() == 64);
  CHECK(std::is_sorted(order.begin(), order.end()));
}

TEST_CASE("a submission can be submitted once") {
  host h;
  foreman::system fm{h.system, {.workers = 1}};
  const auto once = *act::make_submission("p", [] {});
  CHECK(
    ask<foreman::job_id>(h.system, fm.registry(), act::submit_atom_v, once));
  CHECK(ask<foreman::job_id>(h.system, fm.registry(), act::submit_atom_v, once)
          .error()
          .code()
        == errc::invalid_option);
}

TEST_CASE("pages list all busy projects", "[G6]") {
  host h;
  foreman::system fm{h.system, {.workers = 1}};
  door wall;
  auto running = fm.submit("p0", [&] { return wall.pass(); });
  REQUIRE(wall.has_visitors());
  for (int i = 1; i < 100; ++i)
    REQUIRE(fm.submit("p" + std::to_string(i), [] {}));
  std::size_t rows = 0;
  std::size_t running_rows = 0;
  for (std::optional<std::uint64_t> cursor = 0; cursor;) {
    const auto page = ask<foreman::table::page>(h.system, fm.registry(),
                                                act::list_atom_v, *cursor);
    REQUIRE(page);
    rows += page->rows.size();
    for (const auto& x : page->rows)
      running_rows += x.running ? 1 : 0;
    cursor = page->next;
  }
  CHECK(rows == 100);
  CHECK(running_rows == 1);
  CHECK(fm.list().size() == 100);
  wall.open();
}

TEST_CASE("a host's actor system outlives several systems in it") {
  host h;
  for (int i = 0; i < 10; ++i) {
    foreman::system one{h.system, {.workers = 2}};
    foreman::system two{h.system, {.workers = 2}};
    CHECK(*one.submit("p", [] { return 1; })->wait() == 1);
    CHECK(*two.submit("p", [] { return 2; })->wait() == 2);
  }
}

TEST_CASE("a message of nulls, or of numbers that nothing has, changes nothing",
          "[G12]") {
  struct stranger : foreman::attendant {
    void wake() noexcept override {}
  };
  host h;
  foreman::system fm{h.system, {.workers = 1}};
  const auto registry = fm.registry();
  const act::submission empty{"p", {}, {}, {}};
  CHECK(ask<foreman::job_id>(h.system, registry, act::submit_atom_v, empty)
          .error()
          .code()
        == errc::empty_job);
  const auto verdicts = ask<std::vector<act::verdict>>(
    h.system, registry, act::submit_atom_v,
    std::vector<act::submission>{empty, empty});
  REQUIRE(verdicts);
  CHECK((*verdicts)[1].why.code() == errc::empty_job);
  constexpr std::uint64_t none = 1'000;
  CHECK(tell(h.system, registry, act::idle_atom_v, foreman::attendant_ptr{}));
  CHECK(tell(h.system, registry, act::idle_atom_v,
             foreman::attendant_ptr{std::make_shared<stranger>()}));
  CHECK(tell(h.system, registry, act::pool_atom_v, act::pool_ref{}));
  CHECK(tell(h.system, registry, act::serve_atom_v, none));
  CHECK(tell(h.system, registry, act::wake_atom_v, none));
  CHECK(tell(h.system, registry, act::drain_atom_v, none));
  CHECK(ask<foreman::table::page>(h.system, registry, act::list_atom_v, none)
          ->rows.empty());
  CHECK(fm.registry() == registry); // it is still the first one
  CHECK(*fm.submit("p", [] { return 1; })->wait_for(patience) == 1);
}
