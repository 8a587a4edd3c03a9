#pragma once

#include "observer.hpp"

#include <support/crank.hpp>

#include <chrono>
#include <string>

namespace foreman::test {

/// Another actor of the host's, which asks the registry by message. What it is
/// told goes to the observer.
class client {
public:
  client(crank& of, observer& tell);

  void submit(observer::submit what);

  /// For the status of `project`.
  void ask(const std::string& project);

  void cancel(const observer::admitted_job& which);

  /// With the policy `abandon`.
  void drain(std::chrono::nanoseconds deadline);

private:
  template <class... Ts>
  auto request(Ts&&... xs);

  crank& crank_;
  observer& tell_;
  caf::actor self_;
};

} // namespace foreman::test
