#include <foreman/actors/start.hpp>
#include <foreman/actors/worker_threads.hpp>
#include <foreman/cancellable.hpp>
#include <foreman/host_call.hpp>
#include <foreman/printable.hpp>
#include <foreman/project_key.hpp>
#include <foreman/system.hpp>

#include <caf/logger.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <mutex>
#include <optional>
#include <random>
#include <system_error>
#include <thread>

namespace foreman {

namespace {

class own_config
  : public compat::system_config<caf::id_block::foreman_messages> {
public:
  own_config() {
    // `sharing` sleeps while idle, where `stealing` polls; one thread, as the
    // actors only dispatch: with two, a job that arrives when all is idle takes
    // twice as long to start.
    option("scheduler.policy", "sharing");
    option("scheduler.max-threads", std::size_t{1});
    option("scheduler.max-throughput", std::size_t{100});
  }
};

struct own_actor_system {
  own_config config;
  caf::actor_system system{config};
};

// For any thread: drawn from when a connection is opened, or that fails.
std::function<double()> random_source() {
  struct source {
    std::mutex mutex;
    std::minstd_rand engine{std::random_device{}()};
  };
  return [shared = std::make_shared<source>()] {
    const std::lock_guard guard{shared->mutex};
    return std::uniform_real_distribution<double>{0.0, 1.0}(shared->engine);
  };
}

// CAF crashes when it is refused one of its threads. So there must be room for
// them beside those that were `started`: for twice the three that it starts, as
// a thread that has ended may count for a little longer. They all wait until
// this has returned.
void require_room_for_caf(std::size_t started) {
  constexpr int enough = 6;
  std::mutex barrier;
  std::vector<std::jthread> room; // joined when the guard has let go
  const std::lock_guard guard{barrier};
  try {
    for (int i = 0; i < enough; ++i)
      room.emplace_back([&] { const std::lock_guard wait{barrier}; });
  } catch (const std::system_error& e) {
    throw exception{
      {errc::no_threads,
       fmt::format("the operating system gave {} worker threads, but none for "
                   "the actors ({}); lower workers or raise the limit of "
                   "threads",
                   started, e.what())}};
  }
}

system_options checked(system_options options) {
  if (auto ok = validate(options); !ok)
    throw exception{ok.error()};
  return options;
}

} // namespace

// -- life ---------------------------------------------------------------------

struct system::core {
  explicit core(system_options options)
    : shared{std::make_shared<actors::context>(checked(std::move(options)),
                                               random_source())},
      threads{shared} {}

  ~core() {
    // Also if the system came to nothing half-way.
    shared->way_in.close();
    shared->host->give_up(std::nullopt);
  }

  core(const core&) = delete;
  core& operator=(const core&) = delete;

  void start_actors(caf::actor_system& where) {
    guardian = actors::start(where, shared);
  }

  void shut_down() {
    const auto& state = shared->jobs.shared();
    const bool inside = in_callback_of(state);
    // What is left of the deadline, or a moment, is for threads that no job
    // holds.
    const auto start = std::chrono::steady_clock::now();
    drain_last(inside);
    const auto until = std::max(start + shared->options.drain_deadline,
                                std::chrono::steady_clock::now()
                                  + std::chrono::milliseconds{100});
    // In a callback, of whichever system, nothing is waited for beyond the
    // deadline: a body may wait for that very callback, as one that is asked to
    // stop does for its stop callbacks.
    const bool leaves = shared->policy == drain_policy::abandon
      || host_call::that_must_not_wait() != nullptr;
    // While the way is open: observers among the actors are told by them.
    if (leaves)
      shared->aside->join_or_leave(until);
    else
      shared->aside->join();
    shared->jobs.shared().failures.flush();
    shared->way_in.close();
    compat::anon_send(guardian, actors::stop_atom_v);
    guardian = nullptr;
    if (leaves)
      threads.join_or_leave(until);
    else
      threads.join();
    // Here, and not when the last actor lets go of what they share, which may
    // be long after in a host's actor system.
    shared->host->give_up(leaves || inside ? std::optional{until}
                                           : std::nullopt);
    if (shared->scheduler.load() == std::this_thread::get_id())
      leave_own_actors();
  }

  // On their own thread, which cannot wait for itself.
  void leave_own_actors() {
    auto* const left = own.release();
    try {
      std::thread{[left] { delete left; }}.detach();
    } catch (const std::system_error&) {
    } // without a thread they stay, with nothing to do
  }

  // After an explicit drain nothing is left to do here, and it is done at once.
  void drain_last(bool inside) {
    const auto deadline = shared->options.drain_deadline;
    if (inside)
      shared->log(log_level::error,
                  host_call::innermost()->describe()
                    + " destroys the system that runs it; a job whose body "
                      "does is abandoned, and its thread is left behind");
    const auto done = last_drain(shared->jobs, deadline, shared->policy);
    for (const auto& x : done.left)
      shared->log(log_level::warning,
                  fmt::format("job {} of {} did not return by the drain's "
                              "deadline and was abandoned",
                              x.id.value, one_line(x.project)));
  }

  // In an order that destruction reverses: first the threads go, then the actor
  // system, then what they shared.
  actors::context_ptr shared;
  std::unique_ptr<own_actor_system> own;
  actors::worker_threads threads;
  actors::guardian_actor guardian;
};

system::system(system_options options)
  : core_{std::make_unique<core>(std::move(options))} {
  require_room_for_caf(core_->threads.size());
  core_->own = std::make_unique<own_actor_system>();
  core_->shared->owns_scheduler = true;
  core_->start_actors(core_->own->system);
  // CAF leaves its logger with every thread that makes a system or spawns, and
  // the destructor of the system waits until they have dropped it: for ever, if
  // another thread destroys it. Nothing here logs through CAF.
  CAF_SET_LOGGER_SYS(nullptr);
}

system::system(caf::actor_system& host, system_options options)
  : core_{std::make_unique<core>(std::move(options))} {
  core_->start_actors(host);
}

system::~system() {
  const not_cancellable here; // it cannot be left half-way
  if (core_->shared->jobs.shared().process.forked())
    // Its threads are not here, and its locks may be taken for ever: it stays
    // as it is, until this process ends.
    static_cast<void>(core_.release());
  else
    core_->shut_down();
  core_.reset(); // still in here
}

// -- submit -------------------------------------------------------------------

expected<void> system::consider(std::string_view project,
                                const job_options& options, offer& made) const {
  auto needs = core_->shared->jobs.consider(project, options, made.home);
  if (!needs)
    return std::move(needs).error();
  made.needs = *needs;
  return {};
}

expected<void> system::submit_job(std::string_view project, const job_ptr& x,
                                  const job_options& options, offer& made) {
  auto wake = core_->shared->jobs.submit_considered(project, x, options,
                                                    made.needs, made.home);
  if (!wake)
    return std::move(wake).error();
  if (*wake)
    core_->shared->way_in.attend(std::move(made.home));
  return {};
}

expected<ticket<void>> system::submit(std::string_view project,
                                      named_job&& what,
                                      const job_options& options) {
  if (core_->shared->jobs.shared().process.forked())
    return fork_watch::why();
  auto body = core_->shared->host->given().handlers.body_of(std::move(what));
  if (!body)
    return std::move(body).error();
  auto result = submit(project, *std::move(body), options);
  if (!result)                               // the body was given back
    what.payload = std::move(body->payload); // NOLINT(bugprone-use-after-move)
  return result;
}

expected<ticket<void>> system::submit(std::string_view project,
                                      const named_job& what,
                                      const job_options& options) {
  return submit(project, named_job{what}, options);
}

expected<project> system::project(std::string_view key) const {
  if (auto ok = check_project(key); !ok)
    return ok.error();
  return foreman::project{core_->shared, std::string{key}};
}

// -- ask ----------------------------------------------------------------------

bool system::is_running(std::string_view project) const {
  return core_->shared->jobs.is_running(project);
}

bool system::is_busy(std::string_view project) const {
  return core_->shared->jobs.is_busy(project);
}

expected<project_status> system::status(std::string_view project) const {
  return core_->shared->jobs.status(project);
}

std::vector<project_status> system::list() const {
  std::vector<project_status> result;
  for (std::optional<std::size_t> cursor = 0; cursor;) {
    auto page = core_->shared->jobs.list(*cursor);
    std::move(page.rows.begin(), page.rows.end(), std::back_inserter(result));
    cursor = page.next;
  }
  return result;
}

table::page system::list(std::size_t cursor) const {
  return core_->shared->jobs.list(cursor);
}

ledger system::books() const {
  return core_->shared->jobs.shared().books.totals();
}

callback_faults system::faults() const {
  return core_->shared->host->faults();
}

std::vector<connection_status> system::connections() const {
  const auto& state = core_->shared->jobs.shared();
  if (state.process.forked())
    return {};
  return state.connections.status();
}

// -- control ------------------------------------------------------------------

expected<void> system::cancel(std::string_view project, job_id id) {
  // Its callbacks may destroy this system.
  const auto shared = core_->shared;
  return shared->jobs.cancel(project, id);
}

expected<drain_report> system::drain(std::chrono::nanoseconds deadline,
                                     std::optional<drain_policy> policy) {
  // Its callbacks may destroy this system.
  const auto shared = core_->shared;
  const auto chosen = policy.value_or(shared->policy);
  auto done = foreman::drain(shared->jobs, deadline, chosen);
  if (done)
    shared->policy = chosen; // the destructor finishes what this began
  return done;
}

actors::registry_actor actors::registry_interface::of(const system& from) {
  return from.core_->shared->way_in.registry();
}

// -- project handles ----------------------------------------------------------

project::project(std::shared_ptr<actors::context> shared, std::string key)
  : shared_{std::move(shared)}, key_{std::move(key)} {}

expected<void> project::consider(const job_options& options,
                                 connection_mask& needs) {
  auto known = shared_->jobs.consider(key_, options, last_);
  if (!known)
    return std::move(known).error();
  needs = *known;
  return {};
}

expected<void> project::submit_job(const job_ptr& x, const job_options& options,
                                   connection_mask needs) {
  const auto wake
    = shared_->jobs.submit_considered(key_, x, options, needs, last_);
  if (!wake)
    return wake.error();
  if (*wake)
    shared_->way_in.attend(last_);
  return {};
}

bool project::is_running() const {
  return shared_->jobs.is_running(key_);
}

bool project::is_busy() const {
  return shared_->jobs.is_busy(key_);
}

project_status project::status() const {
  auto result = shared_->jobs.status(key_); // the key was checked
  return result ? *std::move(result) : project_status{.project = key_};
}

} // namespace foreman
