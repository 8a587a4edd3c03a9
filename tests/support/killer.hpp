#pragma once

#include <foreman/actors/interfaces.hpp>
#include <foreman/actors/supervisor.hpp>
#include <foreman/system.hpp>

#include <caf/scoped_actor.hpp>

#include <support/door.hpp>

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <random>
#include <stop_token>
#include <thread>
#include <utility>

namespace foreman::test {

/// How many actors of each kind were killed.
struct death_count {
  std::atomic<std::uint64_t> registries{0};
  std::atomic<std::uint64_t> pools{0};
  std::atomic<std::uint64_t> workers{0};
  std::atomic<std::uint64_t> supervisors{0};

  death_count& operator+=(const death_count& x) {
    registries += x.registries;
    pools += x.pools;
    workers += x.workers;
    supervisors += x.supervisors;
    return *this;
  }

  std::uint64_t total() const {
    return registries + pools + workers + supervisors;
  }

  bool of_all_kinds() const {
    return registries > 0 && pools > 0 && workers > 0 && supervisors > 0;
  }
};

/// A supervisor that is none: it has a project of its own, so the registry
/// tells it which the pool is; it asks that for workers, and kills what it is
/// granted.
class false_supervisor : public actors::supervisor_actor::base {
public:
  /// What its killer, on another thread, knows of it.
  struct shared {
    std::mutex mutex;
    actors::pool_actor pool;
    std::atomic<bool> stopped{false};
    death_count deaths;

    actors::pool_actor current_pool() {
      const std::lock_guard guard{mutex};
      return pool;
    }
  };

  false_supervisor(caf::actor_config& cfg, std::shared_ptr<shared> known)
    : actors::supervisor_actor::base{cfg}, known_{std::move(known)} {}

  behavior_type make_behavior() override {
    return {
      [this](actors::adopt_atom, const entry_ptr& home,
             const actors::pool_ref& current) { on_adopt(home, current); },
      [this](actors::wake_atom) {
        if (home_ && !known_->stopped)
          compat::send(this, pool_, actors::request_atom_v, home_);
      },
      [this](actors::grant_atom, const actors::lease& x) {
        if (!known_->stopped) {
          send_exit(x.worker, caf::exit_reason::kill);
          ++known_->deaths.workers;
        }
        compat::send(this, pool_, actors::release_atom_v, x.place, x.id);
      },
      [](actors::lost_atom, std::uint64_t) {},
    };
  }

  void on_exit() override {
    home_ = {};
    pool_ = nullptr;
  }

private:
  void on_adopt(const entry_ptr& home, const actors::pool_ref& current) {
    if (!std::exchange(home_, home)) // what the true one had
      compat::send(this, current.handle, actors::forfeit_atom_v, home);
    pool_ = current.handle;
    const std::lock_guard guard{known_->mutex};
    if (!known_->stopped)
      known_->pool = pool_;
  }

  std::shared_ptr<shared> known_;
  entry_ptr home_;
  actors::pool_actor pool_;
};

/// Kills actors of a system, of all kinds, on a thread of its own while it
/// lives: one whenever so many bodies have run. Make it before there is any
/// load, and end it before its system.
class killer {
public:
  /// How many jobs it submits itself.
  static constexpr std::uint64_t own_jobs = 1;

  /// How that job ended.
  job_state own_job() const noexcept {
    return own_job_;
  }

  killer(system& whose, std::uint32_t seed)
    : system_{whose},
      random_{seed},
      thread_{[this](const std::stop_token& end) { run(end); }} {
    ready_.wait(false);
  }

  ~killer() {
    stop();
  }

  killer(const killer&) = delete;
  killer& operator=(const killer&) = delete;

  /// Kills nobody any more.
  void stop() {
    {
      const std::lock_guard guard{known_->mutex};
      known_->stopped = true;
      known_->pool = nullptr; // what is left of a pool holds its system's state
    }
    if (thread_.joinable()) {
      thread_.request_stop();
      thread_.join();
    }
  }

  /// For bodies to call.
  void hear_of(const job_context& job) {
    const std::lock_guard guard{mutex_};
    seen_[++heard_ % seen_.size()] = intrusive_ptr<const entry>{&job.home()};
    if (heard_ == next_)
      changed_.notify_one();
  }

  const death_count& deaths() const noexcept {
    return known_->deaths;
  }

private:
  void run(const std::stop_token& end) {
    const auto home = smuggle_in();
    ready_ = true;
    ready_.notify_all();
    while (wait_for_bodies(random_() % 20, end))
      kill_one(home);
  }

  // Makes a false supervisor that of a project, and returns its entry.
  entry_ptr smuggle_in() {
    const auto registry = system_.registry();
    auto& host = registry->home_system();
    const auto wall = std::make_shared<door>();
    const auto blocks
      = *actors::make_submission("false", [wall] { wall->pass(); });
    caf::scoped_actor self{host};
    compat::request(self.ptr(), registry, caf::infinite, actors::submit_atom_v,
                    blocks)
      .receive([](job_id) {}, [](caf::error&) {});
    wall->has_visitors();
    // While its turn is open: the true one waits, and is dropped.
    auto home = blocks.work->home();
    home->set_attendant(std::make_shared<actors::supervisor_ref>(
      host.spawn<false_supervisor>(known_)));
    // The registry's successor tells it of the pool.
    kill_registry();
    await([&] { return known_->current_pool() != nullptr; });
    wall->open();
    blocks.work->wait(std::nullopt);
    own_job_ = blocks.work->state();
    return home;
  }

  bool wait_for_bodies(std::uint64_t count, const std::stop_token& end) {
    std::unique_lock guard{mutex_};
    next_ = heard_ + count + 1;
    return changed_.wait(guard, end, [this] { return heard_ >= next_; });
  }

  void kill_one(const entry_ptr& home) {
    switch (kills_++ % 8) {
      case 0:
        return kill_registry();
      case 1:
        return kill_pool();
      case 2:
      case 3:
        home->wake(); // the false one then kills a worker
        return;
      default:
        return kill_supervisor();
    }
  }

  void kill_registry() {
    caf::anon_send_exit(system_.registry(), caf::exit_reason::kill);
    ++known_->deaths.registries;
  }

  void kill_pool() {
    if (const auto pool = known_->current_pool()) {
      caf::anon_send_exit(pool, caf::exit_reason::kill);
      ++known_->deaths.pools;
    }
  }

  void kill_supervisor() {
    intrusive_ptr<const entry> home;
    {
      const std::lock_guard guard{mutex_};
      home = seen_[random_() % seen_.size()];
    }
    if (!home || home->project() == "false")
      return;
    if (const auto who = actors::supervisor_of(*home)) {
      caf::anon_send_exit(who->handle(), caf::exit_reason::kill);
      ++known_->deaths.supervisors;
    }
  }

  system& system_;
  const std::shared_ptr<false_supervisor::shared> known_
    = std::make_shared<false_supervisor::shared>();
  std::minstd_rand random_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::atomic<bool> ready_{false};
  std::atomic<job_state> own_job_{job_state::queued};
  std::uint64_t kills_ = 0; // tried
  std::uint64_t heard_ = 0;
  std::uint64_t next_ = 0;
  std::array<intrusive_ptr<const entry>, 16> seen_;
  std::jthread thread_;
};

} // namespace foreman::test
