// "Server has gone away": what checks are for. Jobs come in rounds, two seconds
// apart, to a MariaDB that hangs up on sessions which are idle for one second.
// The same rounds run twice: with foreman's checks, and with none, as in a
// program that opens its sessions once and trusts them.
//
// Usage: example_080_gone_away mariadb:host=HOST user=USER password=PASSWORD

#include <foreman/sql/database.hpp>
#include <foreman/system.hpp>

#include <fmt/format.h>
#include <soci/soci.h>

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;

// foreman cannot be told not to check; a connection can lie. This one is always
// well, so nothing is ever noticed.
class unchecked_connection : public foreman::connection {
public:
  explicit unchecked_connection(std::unique_ptr<foreman::connection> real)
    : real_{std::move(real)} {}

  foreman::expected<void> open(milliseconds within) override {
    return real_->open(within);
  }

  void close() noexcept override {
    real_->close();
  }

  bool quiet() override {
    return true;
  }

  foreman::expected<void> check(milliseconds) override {
    return {};
  }

  bool in_transaction() override {
    return false;
  }

  void* resource(const std::type_info& type) noexcept override {
    return real_->resource(type);
  }

private:
  std::unique_ptr<foreman::connection> real_;
};

foreman::connection_factory unchecked(foreman::connection_factory make) {
  return [make = std::move(make)] {
    return std::make_unique<unchecked_connection>(make());
  };
}

void work(foreman::job_context& job) {
  auto& session = job.connection<soci::session>("main");
  // From here on the server hangs up on this session when it is idle for 1 s.
  session << "set session wait_timeout = 1";
  // Long enough that each project of the round gets a worker of its own.
  session << "do sleep(0.1)";
}

struct tally {
  int failed = 0;
  int jobs = 0;
};

tally run_rounds(foreman::connection_factory connections) {
  foreman::system_options options{.workers = 4};
  options.connections.emplace("main", std::move(connections));
  foreman::system fm{options};
  tally result;
  for (int round = 0; round < 5; ++round) {
    if (round != 0)
      std::this_thread::sleep_for(2s); // nobody has work for the sessions
    std::vector<foreman::ticket<void>> tickets;
    for (const auto* project : {"berlin", "lima", "oslo", "tunis"})
      tickets.push_back(fm.submit(project, work).value());
    for (const auto& ticket : tickets) {
      ++result.jobs;
      if (!ticket.wait())
        ++result.failed;
    }
  }
  return result;
}

} // namespace

int main(int argc, char* argv[]) {
  const auto make
    = foreman::sql::connections_to(argc > 1 ? argv[1] : "mariadb:");
  if (!make) {
    fmt::print("{}\n", make.error().message());
    return 2;
  }
  // Side by side, as each takes its ten seconds.
  auto trusting = std::async(std::launch::async, run_rounds, unchecked(*make));
  const auto checked = run_rounds(*make);
  const auto trusted = trusting.get();
  fmt::print("gone_away: checked {}/{}, unchecked {}/{}\n", checked.failed,
             checked.jobs, trusted.failed, trusted.jobs);
  return 0;
}
