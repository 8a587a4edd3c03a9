// A child that was forked off a process with a system.

#include <foreman/system.hpp>

#include <support/catch.hpp>
#include <support/child.hpp>
#include <support/door.hpp>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

using foreman::errc;
using foreman::test::await;
using foreman::test::door;
using foreman::test::in_child;
using foreman::test::left_with;
using namespace std::chrono_literals;

namespace {

// What a child gets of the system of its parent. Each call must return.
int use_in_child(foreman::system& fm, foreman::project& handle,
                 const foreman::ticket<int>& ended,
                 const foreman::ticket<bool>& open) {
  int failed = 0;
  int number = 0;
  const auto check = [&](bool ok) {
    ++number;
    if (!ok && failed == 0)
      failed = number;
  };
  const auto is_forked
    = [](const auto& x) { return !x && x.error().code() == errc::forked; };
  for (int i = 0; i < 300; ++i) { // every shard, whose locks others may hold
    const auto key = "p" + std::to_string(i);
    check(is_forked(fm.submit(key, [] {})));
    check(!fm.is_running(key) && !fm.is_busy(key));
    check(is_forked(fm.status(key)));
    check(is_forked(fm.cancel(key, {1})));
  }
  check(is_forked(fm.submit("p", foreman::named_job{"no such kind", ""})));
  check(is_forked(handle.submit([] {})));
  check(handle.status() == foreman::project_status{.project = handle.key()});
  check(fm.list().empty());
  check(fm.connections().empty());
  check(fm.books().admitted > 0);
  check(is_forked(fm.drain(1h)));
  check(*ended.wait() == 7);
  check(is_forked(open.wait()));
  check(is_forked(open.wait_for(1h)));
  check(is_forked(open.cancel()));
  open.on_finish([](const auto&) {});
  foreman::system own{{.workers = 2}};
  for (int i = 0; i < 300; ++i) { // every spot where waiters sleep
    auto x = own.submit("q" + std::to_string(i), [i] { return i; });
    check(x && *x->wait() == i);
  }
  return failed;
}

} // namespace

TEST_CASE("a child that uses the system of its parent is told so, and can have "
          "one of its own",
          "[G12]") {
  const auto status = in_child([] {
    auto fm = std::make_unique<foreman::system>(
      foreman::system_options{.workers = 3, .log = [](auto, auto) {}});
    door wall;
    auto handle = *fm->project("handle");
    auto ended = *fm->submit("ended", [] { return 7; });
    auto open = *fm->submit("open", [&] { return wall.pass(); });
    if (!ended.wait() || !wall.has_visitors())
      return 10;
    // Locks are taken all the time meanwhile.
    std::atomic<bool> stop{false};
    std::vector<std::thread> others;
    for (int t = 0; t < 4; ++t)
      others.emplace_back([&, t] {
        for (int i = 0; !stop; ++i) {
          auto x = fm->submit("p" + std::to_string((i + t * 50) % 300), [] {});
          if (x && i % 8 == 0)
            (void) x->wait_for(1h);
          (void) fm->list();
        }
      });
    int result = 0;
    for (int i = 0; i < 30 && result == 0; ++i) {
      const auto child = in_child([&] {
        const int failed = use_in_child(*fm, handle, ended, open);
        fm.reset(); // returns, and touches no thread that is not there
        return failed == 0 ? 0 : 1;
      });
      if (!left_with(child, 0))
        result = 11;
    }
    stop = true;
    for (auto& x : others)
      x.join();
    wall.open();
    return open.wait() ? result : 12; // the parent goes on
  });
  CHECK(left_with(status, 0));
}

TEST_CASE("the child of a body that forked does not go on with the jobs of its "
          "parent",
          "[G1]") {
  const auto status = in_child([] {
    foreman::system fm{{.workers = 1}};
    std::atomic<int> runs{0};
    auto child_left = fm.submit("p", [] {
      const auto child = fork();
      if (child == 0) {
        alarm(60);
        return -1; // it forgot to end
      }
      int how = -1;
      waitpid(child, &how, 0);
      return how;
    });
    auto next = fm.submit("p", [&] { return ++runs; });
    const auto how = child_left->wait();
    if (!how || !left_with(*how, EXIT_FAILURE))
      return 10;
    return *next->wait() == 1 ? 0 : 11;
  });
  CHECK(left_with(status, 0));
}

TEST_CASE("a child that a listener forked waits for jobs of its own", "[G12]") {
  const auto status = in_child([] {
    foreman::system fm{{.workers = 1}};
    std::atomic<int> how{-1};
    auto x = fm.submit("p", [] {});
    x->on_finish([&](const auto&) {
      const auto child = fork();
      if (child == 0) {
        alarm(60);
        foreman::system own{{.workers = 1}};
        const auto mine = own.submit("m", [] { return 3; });
        const bool well = *mine->wait_for(30s) == 3 && own.drain(30s);
        _exit(well ? 0 : 1);
      }
      int left = -1;
      waitpid(child, &left, 0);
      how = left;
    });
    return await([&] { return how != -1; }) && left_with(how, 0) ? 0 : 10;
  });
  CHECK(left_with(status, 0));
}
