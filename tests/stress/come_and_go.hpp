#pragma once

#include <foreman/system.hpp>

#include <support/killer.hpp>
#include <support/run_together.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace foreman::test {

/// A system whose projects come and go on several threads, while other threads
/// ask about them and, if wanted, its actors die.
class come_and_go {
public:
  static constexpr int submitters = 3;

  come_and_go(bool deaths, std::uint32_t seed) : random_{seed} {
    if (deaths)
      reaper_.emplace(system_, seed);
  }

  system& fm() noexcept {
    return system_;
  }

  /// Brings `each` projects a thread, which all have gone when it returns.
  void run(int each) {
    std::atomic<int> busy{submitters};
    std::jthread asking{[&] {
      while (busy != 0)
        ask_at_random();
    }};
    run_together(submitters, [&](int t) {
      for (int i = 0; i < each; ++i)
        bring(std::to_string(t) + "/" + std::to_string(first_ + i));
      --busy;
    });
    first_ += each;
    brought_ += static_cast<std::uint64_t>(each) * submitters;
  }

  /// How many answers were known to be wrong (G6).
  std::uint64_t wrong_answers() const noexcept {
    return wrong_;
  }

  /// Ends the deaths. Returns whether actors of all kinds have died, if any
  /// were to.
  bool stop_deaths() {
    if (!reaper_)
      return true;
    reaper_->stop();
    return reaper_->deaths().of_all_kinds();
  }

  /// How many jobs the system was given.
  std::uint64_t jobs() const noexcept {
    return jobs_ + (reaper_ ? killer::own_jobs : 0);
  }

  std::uint64_t brought() const noexcept {
    return brought_;
  }

private:
  // Only this thread submits to the project, so it knows all about it.
  void bring(const std::string& key) {
    const auto size = 1 + key.back() % 3;
    std::vector<ticket<void>> tickets;
    for (int i = 0; i < size; ++i)
      tickets.push_back(*system_.submit(key, [this, key](job_context& job) {
        if (reaper_)
          reaper_->hear_of(job);
        const auto row = *system_.status(key);
        expect(row.running && row.busy && row.running_job == job.id()
               && system_.is_running(key) && system_.is_busy(key));
      }));
    jobs_ += static_cast<std::uint64_t>(size);
    for (const auto& x : tickets)
      expect(static_cast<bool>(x.wait()));
    expect(!system_.is_busy(key) && !system_.is_running(key));
    expect(*system_.status(key) == project_status{.project = key});
    expect(system_.cancel(key, tickets.back().id()).error().code()
           == errc::unknown_job);
  }

  void ask_at_random() {
    const auto key = std::to_string(random_() % submitters) + "/"
      + std::to_string(first_ + static_cast<int>(random_() % 5'000));
    (void) system_.is_running(key);
    (void) system_.is_busy(key);
    const auto row = *system_.status(key);
    expect(row.project == key && (row.running ? row.busy : true)
           && row.running == (row.running_job != job_id{}));
    for (const auto& x : system_.list())
      expect(x.busy && (x.running || x.queued != 0));
    const auto books = system_.books();
    expect(books.open() <= books.admitted);
  }

  void expect(bool right) noexcept {
    wrong_ += right ? 0 : 1;
  }

  system system_{{.workers = 3, .log = [](auto, auto) {}}};
  std::optional<killer> reaper_;
  std::minstd_rand random_; // of the thread that asks
  std::atomic<int> first_{0};
  std::atomic<std::uint64_t> wrong_{0};
  std::atomic<std::uint64_t> jobs_{0};
  std::uint64_t brought_ = 0;
};

} // namespace foreman::test
