#pragma once

#include "bench.hpp"

#include <foreman/actors/interfaces.hpp>

#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>

namespace bench {

/// An actor that makes `count` requests, `window` of them at a time, and quits
/// when all were answered. `send(self, i, done)` makes the i-th request; the
/// handler of its answer must call `done`.
template <class Send>
class requester : public caf::event_based_actor {
public:
  requester(caf::actor_config& cfg, Send send, std::size_t count,
            std::size_t window)
    : caf::event_based_actor{cfg},
      send_{std::move(send)},
      count_{count},
      window_{window} {}

  caf::behavior make_behavior() override {
    while (sent_ < std::min(window_, count_))
      next();
    return {[](int) {}};
  }

private:
  void next() {
    send_(this, sent_++, [this] {
      if (++answered_ == count_)
        quit();
      else if (sent_ < count_)
        next();
    });
  }

  Send send_;
  std::size_t count_;
  std::size_t window_;
  std::size_t sent_ = 0;
  std::size_t answered_ = 0;
};

/// Runs one requester and returns its requests a second.
template <class Send>
double requests_per_second(caf::actor_system& sys, std::size_t count,
                           std::size_t window, Send send) {
  const auto start = clock::now();
  caf::scoped_actor self{sys};
  self->wait_for(sys.spawn<requester<Send>>(std::move(send), count, window));
  return static_cast<double>(count) / seconds_since(start);
}

} // namespace bench
