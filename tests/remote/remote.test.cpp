// Messages that come over the network: another actor system, which CAF's own
// middleman connects, stands for another process.

#include <foreman/actors/interfaces.hpp>
#include <foreman/system.hpp>

#include <caf/io/middleman.hpp>
#include <caf/io/publish.hpp>
#include <caf/scoped_actor.hpp>

#include <support/catch.hpp>

#include <chrono>
#include <string>
#include <utility>

namespace act = foreman::actors;

using foreman::errc;
using namespace std::chrono_literals;

namespace {

struct with_network : act::host_config {
  with_network() {
    load<caf::io::middleman>();
  }
};

// A foreman whose registry is published, and a stranger who knows its address.
struct fixture {
  with_network here;
  caf::actor_system host{here};
  foreman::system fm{host, {.workers = 1}};
  with_network there;
  caf::actor_system elsewhere{there};
  caf::scoped_actor stranger{elsewhere};
  act::registry_actor registry = find();

  act::registry_actor find() {
    const auto port = caf::io::publish(fm.registry(), 0, "127.0.0.1");
    REQUIRE(port);
    auto found = elsewhere.middleman().remote_actor<act::registry_actor>(
      "127.0.0.1", *port);
    REQUIRE(found);
    return *found;
  }

  // What the stranger is told; `ok` if he is served.
  template <class Answer, class... Ts>
  foreman::error told(Ts&&... what) {
    foreman::error result;
    stranger->request(registry, 10s, std::forward<Ts>(what)...)
      .receive([](const Answer&) {},
               [&](const caf::error& why) { result = act::to_error(why); });
    return result;
  }

  template <class... Ts>
  foreman::error told_of_order(Ts&&... what) {
    foreman::error result;
    stranger->request(registry, 10s, std::forward<Ts>(what)...)
      .receive([] {},
               [&](const caf::error& why) { result = act::to_error(why); });
    return result;
  }
};

} // namespace

TEST_CASE("what another process asks is refused by name", "[G12]") {
  fixture x;
  const std::string p = "p";
  CHECK(x.told<bool>(act::is_running_atom_v, p).code() == errc::not_local);
  CHECK(x.told<bool>(act::is_busy_atom_v, p).code() == errc::not_local);
  CHECK(x.told<foreman::project_status>(act::status_atom_v, p).code()
        == errc::not_local);
  CHECK(x.told<foreman::table::page>(act::list_atom_v, std::uint64_t{0}).code()
        == errc::not_local);
  CHECK(x.told<foreman::ledger>(act::ledger_atom_v).code() == errc::not_local);
  CHECK(x.told<foreman::drain_report>(act::drain_atom_v,
                                      std::chrono::nanoseconds{0},
                                      foreman::drain_policy::wait)
          .code()
        == errc::not_local);
}

TEST_CASE("no order of another process takes effect", "[G4][G12]") {
  fixture x;
  CHECK(x.told_of_order(act::wake_atom_v).code() == errc::not_local);
  CHECK(x.told_of_order(act::more_atom_v).code() == errc::not_local);
  CHECK(x.told_of_order(act::serve_atom_v, std::uint64_t{0}).code()
        == errc::not_local);
  CHECK(x.told_of_order(act::wake_atom_v, std::uint64_t{0}).code()
        == errc::not_local);
  CHECK(x.told_of_order(act::drain_atom_v, std::uint64_t{1}).code()
        == errc::not_local);
  CHECK(x.told_of_order(act::stop_atom_v).code() == errc::not_local);
  // Without a sender nobody can say where it comes from.
  caf::anon_send(x.registry, act::stop_atom_v);
  caf::anon_send(x.registry, act::drain_atom_v, std::chrono::nanoseconds{0},
                 foreman::drain_policy::wait);
  // Comes after them: the registry is there, and admits jobs.
  CHECK(x.told<bool>(act::is_busy_atom_v, std::string{"p"}).code()
        == errc::not_local);
  const auto job = x.fm.submit("p", [] { return 7; });
  REQUIRE(job);
  CHECK(*job->wait() == 7);
}

TEST_CASE("what cannot travel does not arrive, and its sender is told",
          "[G12]") {
  fixture x;
  CHECK(x.told<foreman::job_id>(act::submit_atom_v,
                                *act::make_submission("p", [] {}))
          .code()
        != errc::ok);
  CHECK(x.told<foreman::job_id>(act::submit_atom_v, std::string{"p"},
                                foreman::named_job{"kind", "payload"},
                                foreman::job_options{})
          .code()
        != errc::ok);
  CHECK(
    x.told_of_order(act::cancel_atom_v, std::string{"p"}, foreman::job_id{1})
      .code()
    != errc::ok);
  CHECK(x.fm.books().admitted == 0);
}
