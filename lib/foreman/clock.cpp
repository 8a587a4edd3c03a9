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
  static const machine_clock instance;
  return instance;
}

} // namespace foreman
