#pragma once

#include <support/jobs.hpp>
#include <support/scripted_connection.hpp>

#include <memory>
#include <string_view>

namespace foreman::test {

/// A worker with one scripted connection called "db".
struct connected_worker {
  std::shared_ptr<scripted_server> server = std::make_shared<scripted_server>();
  check_options options;
  manual_clock time; // of the connection
  one_worker x{{},
               20,
               {{{"db", scripted_factory(server)}},
                options,
                time,
                [] { return 0.0; },
                [](log_level, std::string_view) {}}};
};

} // namespace foreman::test
