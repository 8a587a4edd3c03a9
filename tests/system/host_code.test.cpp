// The one rule for host code that foreman calls, as a table: where it is called
// times what it does there. Each cell is played in a process of its own, which
// must end, and in order, or, where the language leaves no choice, loudly.

#include <foreman/system.hpp>

#include <pthread.h>
#include <support/catch.hpp>
#include <support/child.hpp>
#include <support/door.hpp>
#include <support/healthy_connection.hpp>

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

using foreman::errc;
using foreman::test::await;
using foreman::test::door;
using foreman::test::in_child;
using namespace std::chrono_literals;

namespace {

// What host code does.
enum class deed {
  throws,
  blocks,
  submits,
  drains,
  waits,
  ends_thread,
  cancels_thread,
  destroys,
};

constexpr std::array all_deeds{
  deed::throws, deed::blocks,      deed::submits,        deed::drains,
  deed::waits,  deed::ends_thread, deed::cancels_thread, deed::destroys};

// Thrown by what throws.
struct tantrum {};

// What is there of a system while a cell is played.
struct stage {
  explicit stage(deed what) : what{what} {}

  deed what;
  std::unique_ptr<foreman::system> fm;
  // Can be used when that is gone.
  std::optional<foreman::project> other;
  std::optional<foreman::ticket<bool>> held;
  door hold;
  door wall;
  std::atomic<bool> armed{false};
  std::atomic<bool> done{false};
  std::atomic<errc> told{errc::ok};
  std::shared_ptr<int> witness = std::make_shared<int>(); // of the options
  // It may be done on the thread of all actors.
  bool stalls_all = false;

  // Does it, once.
  void act() {
    if (!armed.exchange(false))
      return;
    switch (what) {
      case deed::throws:
        done = true;
        throw tantrum{};
      case deed::blocks:
        done = true;
        wall.pass();
        return;
      case deed::submits:
        if (auto x = other->submit([] {}); !x)
          told = x.error().code();
        break;
      case deed::drains:
        if (fm)
          if (auto x = fm->drain(24h); !x)
            told = x.error().code();
        break;
      case deed::waits:
        if (auto x = held->wait(); !x)
          told = x.error().code();
        break;
      case deed::ends_thread:
        done = true;
        pthread_exit(nullptr);
      case deed::cancels_thread:
        pthread_cancel(pthread_self());
        break;
      case deed::destroys:
        hold.open();
        fm.reset();
        break;
    }
    done = true;
  }

  void start(foreman::system_options options, bool with_log = false) {
    if (!with_log)
      options.log = [w = witness](auto, auto) {};
    options.workers = 3;
    options.drain_deadline = 2s;
    fm = std::make_unique<foreman::system>(std::move(options));
    other = *fm->project("other");
    held = *fm->submit("held", [this] { return hold.pass(); },
                       {.connections = {}});
    if (!hold.has_visitors())
      std::_Exit(20);
  }

  // All that must hold when it was done.
  int ends() {
    if (!await([this] { return done.load(); }))
      return 21;
    if (what == deed::destroys) {
      // The system is gone for all who ask.
      hold.open();
      return other->submit([] {}).error().code() == errc::draining ? 0 : 22;
    }
    if (stalls_all)
      wall.open();
    // The others go on meanwhile, on each thread there is.
    for (int i = 0; i < 10; ++i)
      if (auto x = fm->submit("q" + std::to_string(i), [] { return 1; });
          !x || !x->wait_for(foreman::test::patience))
        return 23;
    wall.open();
    hold.open();
    if (!await([this] { return fm->books().open() == 0; }))
      return 24;
    const auto books = fm->drain(foreman::test::patience)->books;
    if (books.open() != 0)
      return 25;
    fm.reset();
    return witness.use_count() == 1 ? 0 : 26;
  }
};

// What a cell comes to.
struct cell {
  // The process ends in order; else it aborts.
  bool goes_on = true;
  errc told = errc::ok;
};

using expectation = std::function<cell(deed)>;

// What may do everything but wait.
cell callback(deed x) {
  if (x == deed::drains || x == deed::waits)
    return {.told = errc::would_deadlock};
  return {};
}

// The same where the language ends a process for what leaves the function.
cell noexcept_callback(deed x) {
  if (x == deed::throws || x == deed::ends_thread)
    return {.goes_on = false};
  return callback(x);
}

// The same on a thread that may be anybody's.
cell lasting_callback(deed x) {
  if (x == deed::ends_thread)
    return {.goes_on = false};
  return callback(x);
}

void check_row(const expectation& expected,
               const std::function<int(stage&)>& play) {
  for (const auto what : all_deeds) {
    const auto wanted = expected(what);
    const auto status = in_child([&] {
      stage s{what};
      const int code = play(s);
      if (code != 0)
        return code;
      return s.told.load() == wanted.told
        ? 0
        : 30 + static_cast<int>(s.told.load());
    });
    INFO("deed " << static_cast<int>(what) << ", status " << status
                 << ", exit code "
                 << (WIFEXITED(status) ? WEXITSTATUS(status) : -1));
    if (wanted.goes_on)
      CHECK(foreman::test::left_with(status, 0));
    else
      CHECK((WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT));
  }
}

// Does what is to be done when it is destroyed.
struct actor_at_the_end {
  explicit actor_at_the_end(stage& s) : s{&s} {}

  ~actor_at_the_end() {
    if (s != nullptr)
      s->act();
  }

  actor_at_the_end(actor_at_the_end&& other) noexcept
    : s{std::exchange(other.s, nullptr)} {}

  stage* s;
};

// Acts in one of its functions.
struct acting_connection : foreman::test::healthy_connection {
  acting_connection(stage& s, std::string_view where) : s{s}, where{where} {}

  ~acting_connection() override {
    at("destructor");
  }

  void at(std::string_view function) const {
    if (function == where)
      s.act();
  }

  foreman::expected<void> open(milliseconds) override {
    at("open");
    return {};
  }

  void close() noexcept override {
    at("close");
  }

  bool quiet() override {
    at("quiet");
    return false;
  }

  foreman::expected<void> check(milliseconds) override {
    at("check");
    return {};
  }

  bool in_transaction() override {
    at("in_transaction");
    return std::exchange(left_open, false);
  }

  stage& s;
  std::string_view where;
  bool left_open = false;
};

foreman::system_options connected(stage& s, std::string_view where) {
  foreman::system_options result;
  result.connections["db"]
    = [&s, where] { return std::make_unique<acting_connection>(s, where); };
  result.check.trust_window = 0s;
  return result;
}

void leave_transaction_open(foreman::job_context& job) {
  job.connection<acting_connection>("db").left_open = true;
}

// A job on the connection, and what must hold then. The job itself may fail:
// its thread or its system may end.
int play_connection(stage& s, std::string_view where) {
  s.start(connected(s, where));
  s.armed = true;
  auto x = s.fm->submit("p", leave_transaction_open);
  if (!x)
    return 10;
  const auto code = s.ends();
  return code != 0 || x->finished() ? code : 11;
}

} // namespace

TEST_CASE("a listener may do all but wait, and throw", "[G4][G8]") {
  check_row(callback, [](stage& s) {
    s.start({});
    door ready;
    auto x = s.fm->submit("p", [&] { return ready.pass(); });
    auto after = s.fm->submit("p", [] {});
    std::atomic<int> heard{0};
    x->on_finish([&](const auto&) { ++heard; });
    x->on_finish([&](const auto&) { s.act(); });
    x->on_finish([&](const auto&) { ++heard; });
    s.armed = true;
    ready.open();
    if (s.what == deed::throws) {
      if (!after->wait_for(foreman::test::patience))
        return 12;
      if (s.fm->faults().listeners != 1)
        return 13;
    }
    const auto code = s.ends();
    // Nobody is left out, whatever one of them did.
    if (!await([&] { return heard == 2; }))
      return 14;
    return await([&] { return after->finished(); }) ? code : 15;
  });
}

TEST_CASE("a listener of a job that a host's thread cancels may do all but "
          "wait, and throw",
          "[G4][G8]") {
  check_row(
    [](deed x) {
      // It is the host's own thread, and passes on what ends it.
      return callback(x);
    },
    [](stage& s) {
      s.start({});
      auto x = s.fm->submit("held", [] {}); // behind the one that is held
      x->on_finish([&](const auto&) { s.act(); });
      s.armed = true;
      std::thread cancels{[&] { (void) x->cancel(); }};
      const auto code = s.ends();
      cancels.join();
      return code;
    });
}

TEST_CASE("a log may do all but wait or end its thread, and throw", "[G8]") {
  check_row(lasting_callback, [](stage& s) {
    auto options = connected(s, "nowhere");
    options.log = [&s, w = s.witness](auto, auto) { s.act(); };
    s.start(std::move(options), true);
    s.armed = true;
    auto x = s.fm->submit("p", leave_transaction_open);
    if (s.what == deed::throws) {
      if (!await([&] { return s.fm->faults().log == 1; }))
        return 12;
    }
    return s.ends();
  });
}

TEST_CASE("the open of a connection may do all but wait", "[G7][G8]") {
  check_row(callback, [](stage& s) { return play_connection(s, "open"); });
}

TEST_CASE("the check of a connection may do all but wait", "[G7][G8]") {
  check_row(callback, [](stage& s) {
    s.start(connected(s, "check"));
    // Each thread has one that is open.
    for (int i = 0; i < 20; ++i)
      if (!s.fm->submit("warm", [] {})->wait_for(foreman::test::patience))
        return 16;
    s.armed = true;
    while (s.armed) {
      auto x = s.fm->submit("warm", [] {});
      if (!await([&] { return !s.armed || x->finished(); }))
        return 17;
    }
    return s.ends();
  });
}

TEST_CASE("the close of a connection may do all but wait, throw or end its "
          "thread",
          "[G7][G8]") {
  check_row(noexcept_callback,
            [](stage& s) { return play_connection(s, "close"); });
}

TEST_CASE("the destructor of a connection may do all but wait, throw or end "
          "its thread",
          "[G8]") {
  check_row(
    [](deed x) {
      auto result = noexcept_callback(x);
      if (x == deed::submits)
        result.told = errc::draining; // its system ends
      if (x == deed::drains || x == deed::waits)
        result.told = errc::ok; // there is nothing any more
      return result;
    },
    [](stage& s) {
      s.start(connected(s, "destructor"));
      s.hold.open();
      s.armed = true;
      std::thread helps{[&] {
        await([&] { return s.done.load(); });
        s.wall.open();
      }};
      auto ended = *s.held;
      s.fm.reset();
      helps.join();
      if (!ended.finished() || !s.done)
        return 17;
      return s.witness.use_count() == 1 ? 0 : 18;
    });
}

TEST_CASE("the destructor of what a cancelled job captured may do all but "
          "wait, throw or end its thread",
          "[G4][G8]") {
  check_row(noexcept_callback, [](stage& s) {
    s.start({});
    auto x = s.fm->submit("held", [a = actor_at_the_end{s}] {});
    s.armed = true;
    std::thread cancels{[&] { (void) x->cancel(); }};
    const auto code = s.ends();
    cancels.join();
    return code != 0 || x->finished() ? code : 11;
  });
}

TEST_CASE("the destructor of what a body captured is part of the body",
          "[G4][G8]") {
  check_row(
    [](deed x) {
      return x == deed::cancels_thread ? cell{} : noexcept_callback(x);
    },
    [](stage& s) {
      s.start({});
      s.armed = true;
      auto x = s.fm->submit("p", [a = actor_at_the_end{s}] {});
      const auto code = s.ends();
      return code != 0 || await([&] { return x->finished(); }) ? code : 11;
    });
}

TEST_CASE("the destructor of a value that nobody took may do all but wait, "
          "throw or end its thread",
          "[G8]") {
  check_row(noexcept_callback, [](stage& s) {
    s.start({});
    s.armed = true;
    door dropped;
    (void) s.fm->submit("p", [&] {
      dropped.pass();
      return actor_at_the_end{s};
    });
    dropped.open();
    return s.ends();
  });
}

TEST_CASE("the destructors of log, handlers and factories run in that of the "
          "system, and may do all but wait, throw or end their thread",
          "[G8]") {
  const std::string whose = GENERATE("log", "handler", "factory");
  CAPTURE(whose);
  check_row(
    [](deed x) {
      auto result = noexcept_callback(x);
      if (x == deed::submits)
        result.told = errc::draining;
      if (x == deed::drains || x == deed::waits)
        result.told = errc::ok;
      return result;
    },
    [&](stage& s) {
      auto last = std::make_shared<actor_at_the_end>(s);
      foreman::system_options options;
      if (whose == "log")
        options.log = [last](auto, auto) {};
      else if (whose == "handler")
        (void) options.handlers.add(
          "kind", [last](auto&, auto&) { return foreman::expected<void>{}; });
      else
        options.connections["db"] = [last] {
          return std::make_unique<foreman::test::healthy_connection>();
        };
      last = nullptr;
      s.start(std::move(options), whose == "log");
      s.hold.open();
      s.armed = true;
      std::thread helps{[&] {
        await([&] { return s.done.load(); });
        s.wall.open();
      }};
      s.fm.reset();
      // A cancellation of this thread takes effect after that, not in it.
      pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, nullptr);
      helps.join();
      return s.done ? 0 : 17;
    });
}

TEST_CASE("a factory is called by the constructor, which passes on what it "
          "throws",
          "[G8]") {
  for (const auto what : all_deeds) {
    if (what == deed::submits || what == deed::drains || what == deed::destroys
        || what == deed::cancels_thread)
      continue; // there is no system yet, and the thread is the host's
    const auto status = in_child([&] {
      stage s{what};
      stage other{what};
      other.start({}); // it may wait there, for another system
      s.held = *other.held;
      s.armed = true;
      bool threw = false;
      bool came_back = false;
      std::thread constructs{[&] {
        try {
          foreman::system_options options;
          options.connections["db"] = [&s] {
            s.act();
            return std::make_unique<foreman::test::healthy_connection>();
          };
          s.start(std::move(options));
        } catch (const tantrum&) {
          threw = true;
        }
        came_back = true;
      }};
      if (!await([&] { return s.done.load() || what == deed::waits; }))
        return 21;
      s.wall.open();
      s.hold.open();
      other.hold.open();
      constructs.join();
      if (threw != (what == deed::throws))
        return 22;
      return came_back == (what != deed::ends_thread) ? 0 : 23;
    });
    INFO("deed " << static_cast<int>(what) << ", exit code "
                 << WEXITSTATUS(status));
    CHECK(foreman::test::left_with(status, 0));
  }
}

TEST_CASE("a handler is the body of its job", "[G4][G8]") {
  check_row(callback, [](stage& s) {
    foreman::system_options options;
    (void) options.handlers.add("kind", [&s, w = s.witness](auto&, auto&) {
      s.act();
      return foreman::expected<void>{};
    });
    s.start(std::move(options));
    s.armed = true;
    auto x = s.fm->submit("p", foreman::named_job{"kind", ""});
    const auto code = s.ends();
    if (code != 0)
      return code;
    const auto why = x->wait();
    const bool fails = s.what == deed::throws || s.what == deed::ends_thread
      || s.what == deed::destroys;
    return why.has_value() != fails ? 0 : 12;
  });
}

TEST_CASE("a clock may do all but wait or end its thread, and throw", "[G8]") {
  struct acting_clock : foreman::clock {
    explicit acting_clock(stage& s) : s{s} {}

    time_point now() const override {
      s.act();
      return std::chrono::steady_clock::now();
    }

    stage& s;
  };
  check_row(lasting_callback, [](stage& s) {
    const acting_clock time{s};
    s.stalls_all = true;
    s.start({.time = &time});
    s.armed = true;
    auto x = s.fm->submit("p", [] {});
    if (s.what == deed::throws
        && !await([&] { return s.fm->faults().clock == 1; }))
      return 12;
    return s.ends();
  });
}

TEST_CASE("a stop callback may do all but wait, throw or end its thread",
          "[G4][G8]") {
  check_row(noexcept_callback, [](stage& s) {
    s.start({});
    std::atomic<bool> ready{false};
    auto x = s.fm->submit("p", [&](foreman::job_context& job) {
      const std::stop_callback calls{job.stop_token(), [&] { s.act(); }};
      ready = true;
      await([&] { return job.stop_requested() && !s.armed; });
    });
    if (!await([&] { return ready.load(); }))
      return 10;
    s.armed = true;
    std::thread cancels{[&] { (void) x->cancel(); }};
    const auto code = s.ends();
    cancels.join();
    return code;
  });
}

TEST_CASE("a cancellation that a body leaves pending ends its thread and costs "
          "no job anything",
          "[G4][G8]") {
  foreman::system fm{{.workers = 2}};
  for (int i = 0; i < 200; ++i) {
    auto x = fm.submit("p" + std::to_string(i % 5), [i] {
      if (i % 2 == 0)
        pthread_cancel(pthread_self());
      return i;
    });
    auto next = fm.submit("q", [i] { return i; });
    // The body had returned, and nobody else waits for a thread that is gone.
    REQUIRE(*x->wait_for(foreman::test::patience) == i);
    REQUIRE(*next->wait_for(foreman::test::patience) == i);
  }
}

TEST_CASE("no job waits for a long one beside an idle worker, after a body "
          "left a cancellation pending",
          "[G4]") {
  foreman::system fm{{.workers = 2}};
  for (int i = 0; i < 20; ++i) {
    // One thread ends when it has nothing to do, and another takes its place.
    REQUIRE(fm.submit("a", [] { pthread_cancel(pthread_self()); })
              ->wait_for(foreman::test::patience));
    door wall;
    auto longest = fm.submit("b", [&] { return wall.pass(); });
    REQUIRE(wall.has_visitors());
    auto quick = fm.submit("c", [] { return 1; });
    // The long one gives up waiting in time to be told from this one.
    const bool ran = quick->wait_for(foreman::test::patience / 3).has_value();
    wall.open();
    REQUIRE(longest->wait_for(foreman::test::patience));
    REQUIRE(ran);
  }
}
