#pragma once

#include <foreman/entry.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

namespace foreman {

/// Who gets the next worker: the project that has waited longest. What the pool
/// decides by; a plain value without actors. Not thread-safe.
///
/// A worker has several *places*: one for the project that it works for, the
/// others for those that come next, so that it need not wait for messages in
/// between. A granted place is *leased*. Places are known by a number, leases
/// by another that is never used twice, so that whatever comes late or twice is
/// told from what is current. `Asker` is how a grant is told to whom it was
/// granted.
template <class Asker>
class fair_turns {
public:
  using worker_number = std::uint32_t;
  using place_number = std::uint32_t;
  using lease_number = std::uint64_t;

  struct grant {
    entry_ptr project;
    Asker to;
    place_number place = 0;
    lease_number lease = 0;
  };

  /// There are no workers yet. Leases are numbered behind `last_lease`.
  fair_turns(std::size_t workers, std::size_t places_each,
             lease_number last_lease = 0)
    : workers_{static_cast<worker_number>(workers)},
      places_(workers * places_each),
      last_lease_{last_lease} {}

  /// `project` wants a worker; each request is granted once.
  void request(entry_ptr project, Asker who) {
    waiting_.push_back({std::move(project), std::move(who)});
  }

  /// `project` wants none any more, and has none.
  void forfeit(const entry& project) {
    const auto is_its
      = [&](const auto& x) { return x.project.get() == &project; };
    std::erase_if(waiting_, is_its);
    for (auto& x : places_)
      if (is_its(x.held))
        vacate(x);
  }

  /// The holder of `lease` gives its place back. Ignored if it is not current.
  void release(place_number which, lease_number lease) {
    if (which >= places_.size() || places_[which].held.lease != lease)
      return;
    vacate(places_[which]);
  }

  /// There is a worker of this number: its places are idle. Ignored if it was
  /// there before.
  void add(worker_number worker) {
    for (auto at = worker; at < places_.size(); at += workers_) {
      auto& x = places_[at];
      if (!x.idle && x.held.lease == 0)
        vacate(x);
    }
  }

  /// `worker` is gone. Returns who held its places.
  std::vector<grant> lost(worker_number worker) {
    std::vector<grant> held;
    for (auto at = worker; at < places_.size(); at += workers_) {
      auto& x = places_[at];
      if (x.held.lease != 0)
        held.push_back(std::move(x.held));
      x = {};
    }
    std::erase_if(idle_, [&](auto x) { return worker_of(x) == worker; });
    return held;
  }

  /// Grants the project that has waited longest an idle place: the one that was
  /// used last, as the caches of its worker are warm. None if nobody waits or
  /// none is idle.
  std::optional<grant> next() {
    if (waiting_.empty() || idle_.empty())
      return std::nullopt;
    auto& x = places_[idle_.back()];
    x.held = {std::move(waiting_.front().project),
              std::move(waiting_.front().to), idle_.back(), ++last_lease_};
    x.idle = false;
    waiting_.pop_front();
    idle_.pop_back();
    return x.held;
  }

  worker_number worker_of(place_number which) const noexcept {
    return which % workers_;
  }

  std::size_t waiting() const noexcept {
    return waiting_.size();
  }

  std::size_t idle_places() const noexcept {
    return idle_.size();
  }

private:
  struct waiter {
    entry_ptr project;
    Asker to;
  };

  struct place {
    grant held; // of lease 0 if it is nobody's
    bool idle = false;
  };

  void vacate(place& x) {
    x = {.held = {}, .idle = true};
    idle_.push_back(static_cast<place_number>(&x - places_.data()));
  }

  worker_number workers_;
  std::deque<waiter> waiting_;
  std::vector<place_number> idle_;
  std::vector<place> places_;
  lease_number last_lease_;
};

} // namespace foreman
