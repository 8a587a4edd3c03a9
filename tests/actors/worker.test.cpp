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

TEST_CASE("a check is for the turn of its sender", "[G7]") {
  crank c{{.workers = 1}};
  const auto context = std::make_shared<act::context>(
    foreman::system_options{.workers = 1}, [] { return 0.5; });
  const auto front = c.system().spawn<act::worker>(context);
  caf::scoped_actor one{c.system()};
  caf::scoped_actor two{c.system()};
  const auto home = make_entry("p");
  const auto run = [&](caf::scoped_actor& self, std::uint64_t number) {
    self->send(front, act::run_atom_v, turn{home, number, 1, {}});
  };
  one->send(front, act::check_atom_v);
  two->send(front, act::check_atom_v);
  run(one, 1);
  run(two, 2);
  run(two, 3); // without a check
  c.settle_actors();
  auto& orders = context->orders;
  CHECK(orders.try_take()->check_first);
  CHECK(orders.try_take()->check_first);
  CHECK_FALSE(orders.try_take()->check_first);
  CHECK_FALSE(orders.try_take());
}
