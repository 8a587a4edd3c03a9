#pragma once

#include <foreman/actors/interfaces.hpp>
#include <foreman/system.hpp>

#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>

#include <support/await.hpp>
#include <support/sender.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace foreman::test {

/// Submits jobs by message, several at a time, and hears how each ended.
class message_sender {
public:
  static constexpr std::size_t at_once = 8;

  /// Submits until the verdict is `draining` or `stopped` is set, by messages
  /// of the calling thread, which must end before the system does. `project`
  /// names that of the n-th job.
  void run(const system& fm, const std::atomic<bool>& stopped,
           const std::function<std::string(std::size_t)>& project) {
    auto& host = fm.registry()->home_system();
    caf::scoped_actor self{host};
    const auto hears = host.spawn<observer>(known_);
    std::size_t number = 0;
    for (bool draining = false; !draining && !stopped;) {
      std::vector<actors::submission> batch;
      while (batch.size() < at_once)
        batch.push_back(*actors::make_submission(
          project(number++), [] {}, {}, hears));
      compat::request(self.ptr(), fm.registry(), caf::infinite,
                      actors::submit_atom_v, std::move(batch))
        .receive(
          [&](const std::vector<actors::verdict>& verdicts) {
            draining = verdicts.back().why.code() == errc::draining;
            note(verdicts);
          },
          [](const caf::error&) {}); // the registry died before it read it
      // A flood of messages is no load for anything but mailboxes.
      await([&] { return admitted() < known_->all() + 1'000; });
    }
  }

  /// Waits until it has heard of as many ends as of admitted jobs.
  tally outcomes() {
    await([&] { return known_->all() >= admitted(); });
    const std::lock_guard guard{known_->mutex};
    return known_->seen;
  }

  /// How many jobs were admitted and did not end once, or ended without having
  /// been admitted, as far as the verdicts tell.
  std::uint64_t contradictions() const {
    const std::lock_guard guard{known_->mutex};
    return known_->balances.size();
  }

private:
  /// What the thread that submits and the actor that hears of ends share.
  struct shared {
    std::mutex mutex;
    // Verdicts without ends are 1, ends without verdicts -1; the rest is gone.
    std::map<std::uint64_t, int> balances;
    std::uint64_t admitted = 0;
    tally seen;

    void add(job_id which, int what) {
      if ((balances[which.value] += what) == 0)
        balances.erase(which.value);
    }

    std::uint64_t all() {
      const std::lock_guard guard{mutex};
      return seen.all();
    }
  };

  class observer : public caf::event_based_actor {
  public:
    observer(caf::actor_config& cfg, std::shared_ptr<shared> known)
      : caf::event_based_actor{cfg}, known_{std::move(known)} {}

    caf::behavior make_behavior() override {
      return {[this](const actors::job_ended& x) {
        using enum job_state;
        const std::lock_guard guard{known_->mutex};
        known_->add(x.id, -1);
        auto& seen = known_->seen;
        ++(x.how.state == succeeded  ? seen.succeeded
             : x.how.state == failed ? seen.failed
                                     : seen.cancelled);
      }};
    }

  private:
    std::shared_ptr<shared> known_;
  };

  std::uint64_t admitted() {
    const std::lock_guard guard{known_->mutex};
    return known_->admitted;
  }

  void note(const std::vector<actors::verdict>& verdicts) {
    const std::lock_guard guard{known_->mutex};
    for (const auto& x : verdicts)
      if (!x.why) {
        known_->add(x.id, 1);
        ++known_->admitted;
      }
  }

  const std::shared_ptr<shared> known_ = std::make_shared<shared>();
};

} // namespace foreman::test
