#include <foreman/log.hpp>

#include <fcntl.h>
#include <pthread.h>
#include <support/catch.hpp>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <string_view>

using namespace foreman;

namespace {

// Standard error goes to a file of the test while this lives.
class redirected_stderr {
public:
  explicit redirected_stderr(int to) : saved_{dup(STDERR_FILENO)} {
    std::fflush(stderr);
    dup2(to, STDERR_FILENO);
  }

  ~redirected_stderr() {
    std::clearerr(stderr);
    dup2(saved_, STDERR_FILENO);
    ::close(saved_);
  }

  redirected_stderr(const redirected_stderr&) = delete;
  redirected_stderr& operator=(const redirected_stderr&) = delete;

private:
  int saved_;
};

} // namespace

TEST_CASE("every level of the log has a name") {
  CHECK(to_string(log_level::info) == "info");
  CHECK(to_string(log_level::warning) == "warning");
  CHECK(to_string(log_level::error) == "error");
  CHECK(to_string(static_cast<log_level>(9)) == "unknown");
}

TEST_CASE("the default log writes a line to standard error") {
  std::FILE* file = std::tmpfile();
  REQUIRE(file != nullptr);
  {
    const redirected_stderr redirected{fileno(file)};
    log_to_stderr(log_level::warning, "disk {} almost full");
  }
  std::rewind(file);
  char line[100] = {};
  REQUIRE(std::fgets(line, sizeof line, file) != nullptr);
  CHECK(std::string{line} == "foreman warning: disk {} almost full\n");
  CHECK(std::fgets(line, sizeof line, file) == nullptr);
  std::fclose(file);
}

TEST_CASE("an exception out of a log function ends there", "[G8]") {
  int calls = 0;
  log_to(
    [&calls](log_level, std::string_view) {
      ++calls;
      throw 1;
    },
    log_level::info, "text");
  CHECK(calls == 1);
}

TEST_CASE("a log function that ends its thread does end it", "[G8]") {
  struct {
    bool called = false;
    bool came_back = false;
  } seen;
  pthread_t thread{};
  REQUIRE(pthread_create(
            &thread, nullptr,
            [](void* x) -> void* {
              auto& what = *static_cast<decltype(seen)*>(x);
              log_to(
                [&what](log_level, std::string_view) {
                  what.called = true;
                  pthread_exit(nullptr);
                },
                log_level::info, "text");
              what.came_back = true;
              return nullptr;
            },
            &seen)
          == 0);
  pthread_join(thread, nullptr);
  CHECK(seen.called);
  CHECK_FALSE(seen.came_back);
}

TEST_CASE("the default log never throws, whatever becomes of standard error",
          "[G8]") {
  // A daemon whose standard error is a full disk or a closed pipe: an exception
  // out of the log would end the worker's thread.
  const int full = ::open("/dev/full", O_WRONLY);
  REQUIRE(full >= 0);
  bool threw = false;
  bool failed = false;
  {
    const redirected_stderr redirected{full};
    failed = ::write(STDERR_FILENO, "x", 1) < 0; // the fault happens
    try {
      log_to_stderr(log_level::error, "text");
    } catch (...) {
      threw = true;
    }
  }
  ::close(full);
  CHECK(failed);
  CHECK_FALSE(threw);
}
