#include <foreman/clock.hpp>

namespace foreman {

namespace {

class machine_clock final : public clock {
public:
  time_point now() const noexcept override {
    return std::chrono::steady_clock::now();
  }
};

} // namespace

const clock& steady_clock() noexcept {
  // Never destroyed: a thread that a drain left behind may still read it while
  // the program ends.
  static const auto& instance = *new machine_clock; // NOLINT
  return instance;
}

} // namespace foreman
