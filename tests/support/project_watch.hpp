#pragma once

#include <foreman/entry.hpp>
#include <foreman/job_context.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace foreman::test {

/// Watches the bodies of one project and counts what must never be: two at once
/// (G1), and one that starts before another that was submitted earlier, or
/// twice (G2, G4). Who submits has a *lane*, one per priority, and numbers the
/// jobs in it from 1 on.
class project_watch {
public:
  explicit project_watch(std::size_t lanes) : last_(lanes, 0) {}

  /// A body of the project, while it runs.
  class visit {
  public:
    visit(project_watch& where, const job_context& job, std::size_t lane,
          std::uint64_t number)
      : where_{where} {
      where_.enter(job, lane, number);
    }

    ~visit() {
      where_.occupied_.store(false, std::memory_order_relaxed);
    }

    visit(const visit&) = delete;
    visit& operator=(const visit&) = delete;

  private:
    project_watch& where_;
  };

  std::uint64_t overlaps() const noexcept {
    return overlaps_;
  }

  std::uint64_t disorders() const noexcept {
    return disorders_;
  }

  // -- when no body runs any more ---------------------------------------------

  /// How many bodies ran.
  std::uint64_t bodies() const noexcept {
    return bodies_;
  }

  /// How many entries the project has had, one after another.
  std::uint64_t lives() const noexcept {
    return lives_;
  }

private:
  void enter(const job_context& job, std::size_t lane, std::uint64_t number) {
    if (occupied_.exchange(true, std::memory_order_relaxed))
      ++overlaps_;
    ++bodies_;
    if (&job.home() != home_.get()) {
      home_ = intrusive_ptr<const entry>{&job.home()};
      ++lives_;
    }
    if (last_[lane] >= number)
      ++disorders_;
    last_[lane] = number;
  }

  std::atomic<std::uint64_t> overlaps_{0};
  std::atomic<std::uint64_t> disorders_{0};
  // Relaxed, so that it orders nothing: that foreman orders bodies is what
  // ThreadSanitizer is to see by the plain members below.
  std::atomic<bool> occupied_{false};
  std::uint64_t bodies_ = 0;
  std::uint64_t lives_ = 0;
  intrusive_ptr<const entry> home_; // kept: no other one gets its address
  std::vector<std::uint64_t> last_;
};

} // namespace foreman::test
