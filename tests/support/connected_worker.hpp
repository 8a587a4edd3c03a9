#pragma once

#include <support/jobs.hpp>
#include <support/scripted_connection.hpp>

#include <memory>
#include <string_view>

namespace foreman::test {

/// A worker with one scripted connection called "db".
struct connected_worker {
  explicit connected_worker(const check_options& options = {})
    : x{options, {{"db", scripted_factory(server)}}} {}

  endpoint& where() {
    return *x.jobs.shared().connections.at(0);
  }

  std::shared_ptr<scripted_server> server = std::make_shared<scripted_server>();
  one_worker x;
};

} // namespace foreman::test
