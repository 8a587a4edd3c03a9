#include <foreman/drain.hpp>

#include <support/catch.hpp>
#include <support/jobs.hpp>
#include <support/text.hpp>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <string>
#include <thread>

using namespace foreman;
using namespace std::chrono_literals;
using foreman::test::one_worker;
using foreman::test::says;
using std::chrono::nanoseconds;

namespace {

constexpr auto day = 24h;

// How a process ends that runs `body`: 0, or the signal that killed it.
template <class F>
int signal_of_child(const F& body) {
  const auto child = fork();
  if (child == 0) {
    const rlimit no_core{0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    std::signal(SIGABRT, SIG_DFL); // not Catch2's
    if (std::freopen("/dev/null", "w", stderr) == nullptr)
      _exit(1);
    body();
    _exit(0);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  return WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
}

} // namespace

TEST_CASE("a drain deadline is 0 to 1 year", "[G10][G12]") {
  one_worker x;
  for (const nanoseconds bad :
       {nanoseconds{-1}, nanoseconds::min(), nanoseconds::max(),
        nanoseconds{365 * day} + 1ms}) {
    const auto refused = drain(x.jobs, bad, drain_policy::wait);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code() == errc::invalid_option);
    CHECK(says(refused.error().message(), "deadline"));
  }
  CHECK_FALSE(x.jobs.shared().books.draining()); // nothing has begun
  CHECK(check_drain(0ns, drain_policy::wait));
  CHECK(check_drain(365 * day, drain_policy::abort));
}

TEST_CASE("draining an idle system reports nothing and ends at once", "[G10]") {
  one_worker x;
  const auto done = drain(x.jobs, 365 * day, drain_policy::wait);
  REQUIRE(done);
  CHECK(done->books == ledger{});
  CHECK(done->finished == 0);
  CHECK(done->cancelled == 0);
  CHECK(done->left.empty());
}

TEST_CASE("a drain waits for jobs to finish and admits no others",
          "[G4][G10]") {
  one_worker x;
  std::string verdict;
  const auto before = *x.submit("p", [] {});
  x.run("p");
  for (int i = 0; i < 3; ++i)
    REQUIRE(x.submit("p", [&] {
      // While draining, a job's own submissions are rejected.
      verdict = to_string(x.submit("q", [] {}).error().code());
    }));
  REQUIRE(x.submit("q", [] { throw 1; }));
  std::thread working{[&] {
    while (!x.jobs.shared().books.draining())
      std::this_thread::yield();
    x.run("p");
    x.run("q");
  }};
  const auto done = drain(x.jobs, day, drain_policy::wait);
  working.join();
  REQUIRE(done);
  CHECK(verdict == "draining");
  CHECK(done->finished == 4); // the one from before is not counted
  CHECK(done->cancelled == 0);
  CHECK(done->left.empty());
  CHECK(done->books
        == ledger{.admitted = 5, .succeeded = 4, .failed = 1, .rejected = 3});
}

TEST_CASE("at the deadline queued jobs are cancelled and stuck ones abandoned",
          "[G4][G10]") {
  one_worker x;
  bool asked = false;
  const auto stuck = *x.submit("p", [&](job_context& job) {
    asked = job.stop_requested();
    return 5;
  });
  const auto behind = *x.submit("p", [] {});
  const auto elsewhere = *x.submit("q", [] {});
  REQUIRE(x.begin("p"));
  const auto done = drain(x.jobs, 0ns, drain_policy::wait);
  REQUIRE(done);
  CHECK(done->finished == 0);
  CHECK(done->cancelled == 2);
  REQUIRE(done->left.size() == 1);
  CHECK(done->left[0].project == "p");
  CHECK(done->left[0].id == stuck.id());
  CHECK(done->books == ledger{.admitted = 3, .failed = 1, .cancelled = 2});
  CHECK(stuck.wait().error().code() == errc::abandoned);
  CHECK(behind.wait().error().code() == errc::cancelled);
  CHECK(says(elsewhere.wait().error().message(), "was drained before"));
  CHECK(x.jobs.is_running("p")); // it does
  x.end();
  CHECK(asked);
  CHECK(stuck.state() == job_state::failed); // the late result is dropped
  CHECK_FALSE(x.jobs.is_busy("p"));
  CHECK(x.books() == done->books);
}

TEST_CASE("a body that stops when asked is not left", "[G10]") {
  one_worker x;
  REQUIRE(x.submit("p", [](job_context& job) { job.throw_if_stopped(); }));
  REQUIRE(x.begin("p"));
  drain_steps steps{x.jobs};
  steps.begin();
  steps.interrupt();
  x.end();
  const auto done = steps.finish(drain_policy::abort);
  CHECK(done.cancelled == 1);
  CHECK(done.left.empty());
}

TEST_CASE("the steps of a drain can be taken again", "[G10]") {
  one_worker x;
  REQUIRE(x.submit("p", [] {}));
  REQUIRE(x.submit("p", [] {}));
  REQUIRE(x.begin("p"));
  drain_steps steps{x.jobs};
  for (int i = 0; i < 2; ++i) {
    steps.begin();
    steps.interrupt();
  }
  CHECK(steps.finish(drain_policy::wait).left.size() == 1);
  const auto again = steps.finish(drain_policy::wait);
  CHECK(again.books == ledger{.admitted = 2, .failed = 1, .cancelled = 1});
  x.end();
}

TEST_CASE("a second drain ends at once and counts nothing twice", "[G10]") {
  one_worker x;
  REQUIRE(x.submit("p", [] {}));
  REQUIRE(x.submit("p", [] {}));
  REQUIRE(x.begin("p"));
  REQUIRE(drain(x.jobs, 0ns, drain_policy::wait));
  const auto second = drain(x.jobs, day, drain_policy::wait);
  REQUIRE(second);
  CHECK(second->finished == 0);
  CHECK(second->cancelled == 0);
  CHECK(second->books == ledger{.admitted = 2, .failed = 1, .cancelled = 1});
  x.end();
}

TEST_CASE("of two drains at once neither counts an abandoned job as finished",
          "[G10]") {
  one_worker x;
  REQUIRE(x.submit("p", [] {}));
  REQUIRE(x.begin("p"));
  drain_steps one{x.jobs};
  drain_steps two{x.jobs};
  for (auto* steps : {&one, &two}) {
    steps->begin();
    const auto done = steps->finish(drain_policy::wait);
    CHECK(done.finished == 0);
    CHECK(done.left.size() == 1);
  }
  x.end();
}

TEST_CASE("a body that destroys its system does not wait for its own project",
          "[G10]") {
  one_worker x;
  std::optional<drain_report> done;
  (void) x.submit("p", [&] {
    // Sleeps for a day if it waits for the job behind it.
    done = last_drain(x.jobs, day, drain_policy::wait);
  });
  const auto behind = *x.submit("p", [] {});
  x.run("p");
  REQUIRE(done);
  CHECK(done->cancelled == 1);
  CHECK(behind.state() == job_state::cancelled);
}

TEST_CASE("a second drain tells of the body that still runs", "[G10]") {
  // So that its policy, `abort` say, is applied: the body is as stuck as
  // before.
  one_worker x;
  REQUIRE(x.submit("p", [] {}));
  REQUIRE(x.begin("p"));
  REQUIRE(drain(x.jobs, 0ns, drain_policy::wait)->left.size() == 1);
  REQUIRE(x.jobs.is_running("p"));
  CHECK(drain(x.jobs, 0ns, drain_policy::wait)->left.size() == 1);
  x.end();
}

TEST_CASE("a submit that a drain overtakes does not stay behind", "[G4][G10]") {
  // table::submit in two steps, as a submitter that sleeps in between takes
  // them: it looks up the entry, then the whole drain passes, then it pushes.
  one_worker x;
  REQUIRE(x.submit("p", [] {}));
  x.run("p");
  const auto home = x.jobs.find("p");
  REQUIRE(x.jobs.shared().books.ask() == errc::ok);
  REQUIRE(drain(x.jobs, 0ns, drain_policy::wait));
  const job_ptr late = test::idle_job();
  const auto verdict = home->push(late, {});
  // After the drain nobody cancels or runs it: it must not be admitted.
  CHECK(verdict.code == errc::draining);
}

TEST_CASE("a drain in a body of that system is refused, in another it is not",
          "[G10][G12]") {
  one_worker own;
  one_worker other;
  const auto refused = *own.submit("p", [&] {
    const auto verdict = drain(own.jobs, 1s, drain_policy::wait);
    return verdict ? std::string{} : to_string(verdict.error());
  });
  const auto allowed = *own.submit("p", [&] {
    CHECK(in_callback_of(own.jobs.shared()));
    CHECK_FALSE(in_callback_of(other.jobs.shared()));
    return drain(other.jobs, 1s, drain_policy::wait).has_value();
  });
  own.run("p");
  CHECK(says(*refused.wait(), "would_deadlock: job 1 of p drains the system"));
  CHECK(*allowed.wait());
  CHECK_FALSE(own.jobs.shared().books.draining());
  CHECK(other.jobs.shared().books.draining());
  CHECK_FALSE(in_callback_of(own.jobs.shared()));
}

TEST_CASE("a body that destroys its system waits for all jobs but itself",
          "[G10]") {
  one_worker x;
  std::optional<drain_report> done;
  const auto destroyer = *x.submit("p", [&] {
    // Sleeps for a day if it waits for itself.
    done = last_drain(x.jobs, day, drain_policy::wait);
  });
  const auto other = *x.submit("q", [] {});
  runner second{{}, x.time};
  auto granted = x.jobs.find("q")->open_turn(1, 1s);
  REQUIRE(second.begin_turn(*std::move(granted)));
  second.check();
  REQUIRE(second.begin_job());
  std::thread other_worker{[&] {
    while (!x.jobs.shared().books.draining())
      std::this_thread::yield();
    second.end_job();
    second.end_turn();
  }};
  x.run("p");
  other_worker.join();
  REQUIRE(done);
  CHECK(done->finished == 1);
  REQUIRE(done->left.size() == 1);
  CHECK(done->left[0].id == destroyer.id());
  CHECK(other.wait());
  CHECK(destroyer.wait().error().code() == errc::abandoned);
}

TEST_CASE("the policy abort aborts for a stuck body, and only then", "[G10]") {
  const auto drain_with_abort = [](bool stuck) {
    return signal_of_child([stuck] {
      one_worker x;
      (void) x.submit("p", [] {});
      if (stuck && !x.begin("p"))
        _exit(1);
      (void) drain(x.jobs, 0ns, drain_policy::abort);
    });
  };
  CHECK(drain_with_abort(true) == SIGABRT);
  CHECK(drain_with_abort(false) == 0);
}

TEST_CASE("a body that destroys its own system is no reason to abort",
          "[G10]") {
  const auto destroy_in_body = [](bool other_stuck) {
    return signal_of_child([other_stuck] {
      one_worker x;
      (void) x.submit("q", [] {});
      runner second{{}, x.time};
      auto granted = x.jobs.find("q")->open_turn(1, 1s);
      if (!second.begin_turn(*std::move(granted)))
        _exit(1);
      second.check();
      if (other_stuck && !second.begin_job())
        _exit(1);
      (void) x.submit(
        "p", [&] { (void) last_drain(x.jobs, 0ns, drain_policy::abort); });
      x.run("p");
    });
  };
  CHECK(destroy_in_body(false) == 0);
  CHECK(destroy_in_body(true) == SIGABRT);
}

TEST_CASE("the last tenth of a drain is for those who are asked to stop") {
  STATIC_REQUIRE(finish_part(10s) == 9s);
  STATIC_REQUIRE(finish_part(0ns) == 0ns);
  STATIC_REQUIRE(finish_part(nanoseconds::max()) > 0ns);
  // A crowd takes longer to cancel than a tenth.
  STATIC_REQUIRE(finish_part(10s, 1'000'000) == 9s);
  STATIC_REQUIRE(finish_part(1s, 1'000'000) == 500ms);
  STATIC_REQUIRE(finish_part(500ms, 1'000'000) == 0ns);
  STATIC_REQUIRE(finish_part(200ms, 1'000'000) == 0ns);
  STATIC_REQUIRE(finish_part(0ns, 1) == 0ns);
  STATIC_REQUIRE(finish_part(nanoseconds::max(), 1'000'000'000) > 0ns);
}

TEST_CASE("every drain policy has a name") {
  CHECK(to_string(drain_policy::wait) == "wait");
  CHECK(to_string(drain_policy::abandon) == "abandon");
  CHECK(to_string(drain_policy::abort) == "abort");
  CHECK(to_string(static_cast<drain_policy>(3)) == "unknown");
}

TEST_CASE("a refused deadline is called what its caller called it", "[G12]") {
  CHECK(check_drain(-1ns, drain_policy::wait).error().message()
        == "the deadline of the drain is -1 ns; allowed are 0 s to 1 year");
  CHECK(
    check_drain(-1ns, drain_policy::wait, "drain_deadline").error().message()
    == "drain_deadline is -1 ns; allowed are 0 s to 1 year");
}
