#include <foreman/actors/guardian.hpp>
#include <foreman/actors/pool.hpp>
#include <foreman/actors/registry.hpp>
#include <foreman/actors/supervisor.hpp>
#include <foreman/actors/worker.hpp>
#include <foreman/cancellable.hpp>

#include <fmt/format.h>

#include <thread>
#include <utility>

namespace foreman::actors {

guardian::guardian(caf::actor_config& cfg, context_ptr shared,
                   registry_actor registry, pool_actor pool)
  : guardian_actor::base{cfg},
    shared_{std::move(shared)},
    downs_{this, [](const auto& f, const caf::error& why) { f(why); }},
    registry_{std::move(registry)},
    pool_{std::move(pool)},
    workers_(shared_->options.workers) {
  compat::fail_without_memory(this);
}

guardian::behavior_type guardian::make_behavior() {
  watch_registry();
  watch_pool();
  return {
    [this](enlist_atom) {
      if (shared_->owns_scheduler) {
        shared_->scheduler = std::this_thread::get_id();
        not_cancellable::for_good();
      }
      for (std::uint32_t i = 0; i < workers_.size(); ++i)
        start_worker(i);
    },
    [this](stop_atom) { on_stop(); },
  };
}

void guardian::start_worker(std::uint32_t number) {
  auto& made = workers_[number];
  made = system().spawn<worker>(shared_);
  downs_.watch(this, made, [this, number](const caf::error& why) {
    on_worker_down(number, why);
  });
  compat::send(this, pool_, enlist_atom_v, number, worker_ref{made});
}

void guardian::watch_pool() {
  downs_.watch(this, pool_,
               [this](const caf::error& why) { on_pool_down(why); });
}

void guardian::watch_registry() {
  downs_.watch(this, registry_,
               [this](const caf::error& why) { on_registry_down(why); });
}

void guardian::on_worker_down(std::uint32_t number, const caf::error& why) {
  if (stopping_)
    return;
  shared_->log(
    log_level::error,
    fmt::format("worker {} died and is made anew: {}", number, to_string(why)));
  compat::send(this, pool_, lost_atom_v, number);
  start_worker(number);
}

void guardian::on_pool_down(const caf::error& why) {
  if (stopping_)
    return;
  shared_->log(log_level::error,
               "the pool died and is made anew: " + to_string(why));
  pool_ = system().spawn<pool>(shared_);
  watch_pool();
  for (std::uint32_t i = 0; i < workers_.size(); ++i)
    compat::send(this, pool_, enlist_atom_v, i, worker_ref{workers_[i]});
  compat::send(this, registry_, pool_atom_v, pool_ref{pool_});
}

void guardian::on_registry_down(const caf::error& why) {
  if (stopping_)
    return end();
  shared_->log(log_level::error,
               "the registry died and is made anew: " + to_string(why));
  registry_ = system().spawn<registry>(shared_, pool_);
  watch_registry();
}

void guardian::on_stop() {
  // The registry first, and the rest when it is gone: nobody makes a supervisor
  // that nobody would end. CAF drops an actor that nobody refers to, so this
  // one refers to itself until then.
  stopping_ = true;
  self_ = guardian_actor{this};
  compat::send(this, registry_, stop_atom_v);
}

void guardian::end() {
  shared_->jobs.for_each([this](entry& x) {
    if (const auto who = supervisor_of(x))
      send_exit(who->handle(), caf::exit_reason::user_shutdown);
    x.set_attendant(nullptr);
  });
  send_exit(pool_, caf::exit_reason::user_shutdown);
  for (const auto& x : workers_)
    if (x)
      send_exit(x, caf::exit_reason::user_shutdown);
  self_ = nullptr;
  quit();
}

} // namespace foreman::actors
