#pragma once

#include <foreman/drain.hpp>
#include <foreman/runner.hpp>
#include <foreman/table.hpp>
#include <foreman/ticket.hpp>

#include <support/manual_clock.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace foreman::test {

/// A job of a callable that is known not to be empty.
template <class F>
auto job_of(F&& body) {
  return *make_job(std::forward<F>(body));
}

/// A job that does nothing.
inline job_ptr idle_job() {
  return job_of([] {});
}

inline std::shared_ptr<shared_state>
make_shared_state(const limits& max = {}, std::size_t workers = 20,
                  endpoints connections = {}) {
  return std::make_shared<shared_state>(max, workers, std::move(connections));
}

inline entry_ptr make_entry(std::string project,
                            std::shared_ptr<shared_state> shared
                            = make_shared_state()) {
  return make_intrusive<entry>(std::move(project), std::move(shared));
}

/// A system without actors: a table and one worker that the test cranks on its
/// own thread. Jobs that are left are drained at the end, as a system does.
class one_worker {
public:
  explicit one_worker(const limits& max = {}, std::size_t workers = 20)
    : jobs{make_shared_state(max, workers)}, worker{{}, time} {}

  /// Its worker has connections; `draw` is what random numbers they get.
  one_worker(const check_options& options,
             const connection_factories& factories, double draw = 0.0)
    : jobs{make_shared_state(
      {}, 20,
      endpoints{factories, options, time, [draw] { return draw; },
                [this](log_level level, std::string_view text) {
                  log.push_back(std::string{to_string(level)} + ": "
                                + std::string{text});
                }})},
      worker{connection_set{factories, jobs.shared().connections}, time} {}

  ~one_worker() {
    (void) drain(jobs, std::chrono::nanoseconds{}, drain_policy::wait);
  }

  one_worker(const one_worker&) = delete;
  one_worker& operator=(const one_worker&) = delete;

  template <job_callable F>
  expected<ticket<body_value_t<F>>>
  submit(std::string_view project, F&& body, const job_options& options = {}) {
    auto made = make_job(std::forward<F>(body));
    if (!made)
      return made.error();
    if (auto ok = jobs.submit(project, *made, options); !ok)
      return ok.error();
    return ticket<body_value_t<F>>{*made};
  }

  /// Opens a turn for `project`, begins it and checks. False if it has no job.
  bool begin_turn(std::string_view project, std::size_t max_jobs = 1000) {
    const auto home = jobs.find(project);
    if (!home)
      return false;
    auto granted = home->open_turn(max_jobs, std::chrono::seconds{1});
    if (!granted || !worker.begin_turn(*std::move(granted)))
      return false;
    worker.check();
    return true;
  }

  /// Begins a turn and its first job, whose body then "runs" until
  /// `worker.end_job()` calls it.
  bool begin(std::string_view project) {
    return begin_turn(project) && worker.begin_job();
  }

  /// Ends the body that has begun and its turn.
  void end() {
    worker.end_job();
    worker.end_turn();
  }

  /// Ends `x` if nothing is left in it.
  bool retire(entry& x) {
    return x.rest() && jobs.retire(x);
  }

  /// Runs turns until nothing waits in `project`. Returns how many bodies ran.
  std::size_t run(std::string_view project) {
    std::size_t ran = 0;
    while (begin_turn(project)) {
      for (; worker.begin_job(); ++ran)
        worker.end_job();
      worker.end_turn();
    }
    return ran;
  }

  ledger books() const {
    return jobs.shared().books.totals();
  }

  manual_clock time;
  std::vector<std::string> log; // of the connections
  table jobs;
  runner worker;
};

} // namespace foreman::test
