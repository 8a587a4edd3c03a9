// No failure is silent: each has a line in the log, whoever holds its ticket.

#include <foreman/system.hpp>

#include <support/catch.hpp>
#include <support/text.hpp>

#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

using foreman::errc;
using foreman::test::says;
using namespace std::chrono_literals;

namespace {

class kept_log {
public:
  foreman::log_function function() {
    return [this](foreman::log_level level, std::string_view text) {
      const std::lock_guard guard{mutex_};
      lines_.push_back(std::string{to_string(level)} + ": "
                       + std::string{text});
    };
  }

  std::vector<std::string> lines() {
    const std::lock_guard guard{mutex_};
    return lines_;
  }

private:
  std::mutex mutex_;
  std::vector<std::string> lines_;
};

} // namespace

TEST_CASE("a failed job whose ticket was dropped has a line in the log",
          "[G4]") {
  kept_log log;
  foreman::system fm{{.workers = 1, .log = log.function()}};
  (void) fm.submit("shop", [] { throw std::runtime_error{"no disk"}; });
  (void) fm.submit("shop", [] { return errc::connection_lost; });
  (void) fm.submit("shop", [] {});
  (void) fm.submit("shop", [] { throw foreman::stopped{}; });
  REQUIRE(fm.drain(10s));
  CHECK(log.lines()
        == std::vector<std::string>{
          "error: job 1 of shop failed: job_threw: no disk "
          "(std::runtime_error)",
          "error: job 2 of shop failed: connection_lost: a connection was lost "
          "in mid-job; it may have executed"});
}

TEST_CASE("a project cannot forge a line of the log, nor cut one", "[G12]") {
  kept_log log;
  foreman::system fm{{.workers = 1, .log = log.function()}};
  using namespace std::string_view_literals;
  (void) fm.submit("a\nforeman error: job 9 of b failed\0\x1b[2J"sv,
                   [] { throw std::runtime_error{"x\ny\rz \xff"}; });
  REQUIRE(fm.drain(10s));
  CHECK(log.lines()
        == std::vector<std::string>{
          "error: job 1 of a\\nforeman error: job 9 of b "
          "failed\\x00\\x1b[2J failed: job_threw: x\\ny\\rz \\xff "
          "(std::runtime_error)"});
}

TEST_CASE("many failures are told in few lines, and counted", "[G9]") {
  kept_log log;
  {
    foreman::system fm{{.workers = 2, .log = log.function()}};
    for (int i = 0; i < 5'000; ++i)
      (void) fm.submit("shop", [] { throw 1; });
    REQUIRE(fm.drain(30s));
  }
  const auto lines = log.lines();
  CHECK(lines.size() < 200); // twenty, and one a second
  std::size_t told = 0;
  for (const auto& x : lines)
    told += x.starts_with("error: and ") ? std::stoul(x.substr(11)) : 1;
  CHECK(told == 5'000);
}

TEST_CASE("a host that tells of its jobs itself has no such lines") {
  kept_log log;
  foreman::system fm{
    {.workers = 1, .log = log.function(), .log_failures = false}};
  (void) fm.submit("shop", [] { throw 1; });
  REQUIRE(fm.drain(10s));
  CHECK(log.lines().empty());
}
