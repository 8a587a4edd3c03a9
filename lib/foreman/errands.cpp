#include <foreman/entry.hpp>
#include <foreman/errands.hpp>

namespace foreman {

namespace {

class at_once final : public errands {
public:
  void stop(const job_ptr& x) override {
    x->request_stop();
  }

  void announce(const job_ptr& x) override {
    x->announce();
  }

  void conclude(job_list all) override {
    while (const auto x = all.pop())
      entry::conclude(*x);
  }
};

} // namespace

errands& errands_at_once() noexcept {
  // Never destroyed, see `steady_clock`.
  static auto& instance = *new at_once; // NOLINT
  return instance;
}

} // namespace foreman
