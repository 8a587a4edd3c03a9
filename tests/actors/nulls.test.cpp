// What comes from outside may hold nothing; no actor dies of it.

#include <foreman/actors/pool.hpp>
#include <foreman/actors/supervisor.hpp>
#include <foreman/actors/worker.hpp>
#include <foreman/callable_job.hpp>

#include <caf/scoped_actor.hpp>

#include <support/catch.hpp>
#include <support/crank.hpp>
#include <support/jobs.hpp>

#include <memory>

namespace act = foreman::actors;

using foreman::turn;
using foreman::test::crank;
using foreman::test::make_entry;

TEST_CASE("an actor that gets nulls ignores them", "[G4]") {
  crank c{{.workers = 1}};
  const auto context = std::make_shared<act::context>(
    foreman::system_options{.workers = 1}, [] { return 0.5; });
  const auto pool = c.system().spawn<act::pool>(context);
  const auto worker = c.system().spawn<act::worker>(context);
  const auto supervisor = c.system().spawn<act::supervisor>(context);
  int dead = 0;
  const auto watch = [&](const auto& x) {
    caf::actor_cast<caf::abstract_actor*>(x)->attach_functor(
      [&dead] { ++dead; });
  };
  watch(pool);
  watch(worker);
  watch(supervisor);
  const auto home = make_entry("p");
  caf::anon_send(worker, act::check_atom_v); // from nobody
  caf::anon_send(worker, act::run_atom_v, turn{home, 1, 1, {}});
  caf::anon_send(worker, act::run_atom_v, turn{});
  caf::anon_send(pool, act::request_atom_v, home);
  caf::anon_send(pool, act::request_atom_v, foreman::entry_ptr{});
  caf::anon_send(pool, act::forfeit_atom_v, foreman::entry_ptr{});
  caf::anon_send(pool, act::release_atom_v, std::uint32_t{99},
                 std::uint64_t{1});
  caf::anon_send(pool, act::enlist_atom_v, std::uint32_t{99},
                 act::worker_ref{});
  caf::anon_send(pool, act::enlist_atom_v, std::uint32_t{0}, act::worker_ref{});
  caf::anon_send(pool, act::lost_atom_v, std::uint32_t{99});
  caf::anon_send(supervisor, act::adopt_atom_v, foreman::entry_ptr{},
                 act::pool_ref{});
  caf::anon_send(supervisor, act::adopt_atom_v, home, act::pool_ref{});
  caf::anon_send(supervisor, act::wake_atom_v);
  caf::anon_send(supervisor, act::lost_atom_v, std::uint64_t{99});
  c.settle_actors();
  CHECK(dead == 0);
  CHECK_FALSE(context->orders.has_orders());
}
