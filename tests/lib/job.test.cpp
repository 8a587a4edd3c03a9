#include <foreman/job.hpp>

#include <support/catch.hpp>
#include <support/jobs.hpp>

#include <memory>
#include <string>
#include <vector>

using namespace foreman;
using foreman::test::idle_job;
using foreman::test::job_of;

namespace {

job_ptr admitted() {
  auto x = idle_job();
  x->admit({}, {1}, 0);
  return x;
}

job_ptr running() {
  auto x = admitted();
  x->move_to(job_state::running);
  return x;
}

void finish(job& x, job_state how = job_state::succeeded, error why = {}) {
  x.move_to(how, std::move(why));
  x.announce();
}

// Already over: such a wait tests the condition once and never sleeps.
job::time_point past() {
  return std::chrono::steady_clock::now() - std::chrono::seconds{1};
}

} // namespace

TEST_CASE("a job is queued when it is made and has the identity it is given") {
  const auto x = idle_job();
  CHECK(x->state() == job_state::queued);
  CHECK(x->id() == job_id{});
  CHECK_FALSE(x->home());
  x->admit({}, {7}, -3);
  CHECK(x->id() == job_id{7});
  CHECK(to_string(x->id()) == "7");
  CHECK(x->priority() == -3);
  CHECK_FALSE(x->finished());
  CHECK_FALSE(x->watched());
}

TEST_CASE("a job says why it did not succeed") {
  const auto good = running();
  finish(*good);
  CHECK(good->state() == job_state::succeeded);
  CHECK(good->finished());
  CHECK(good->why() == error{});
  const auto bad = running();
  finish(*bad, job_state::failed, {errc::job_threw, "no such table"});
  CHECK(bad->state() == job_state::failed);
  CHECK(bad->why() == error{errc::job_threw, "no such table"});
}

TEST_CASE("moving a job keeps its flags") {
  const auto x = running();
  x->request_stop();
  x->on_finish([](const job&) {});
  CHECK(x->watched());
  x->move_to(job_state::succeeded);
  CHECK(x->state() == job_state::succeeded);
  CHECK(x->watched());
  CHECK(x->stop_requested());
  x->announce();
}

// -- listeners ----------------------------------------------------------------

TEST_CASE("every listener hears of the outcome exactly once", "[G4]") {
  const auto x = running();
  std::vector<std::string> heard;
  for (const char* name : {"a", "b", "c"})
    x->on_finish([&heard, name, &x](const job& done) {
      CHECK(&done == x.get());
      CHECK(done.state() == job_state::failed);
      CHECK(done.why().message() == "why");
      heard.emplace_back(name);
    });
  x->move_to(job_state::failed, {errc::job_threw, "why"});
  CHECK(heard.empty());
  x->announce();
  CHECK(heard == std::vector<std::string>{"a", "b", "c"});
  x->announce();
  CHECK(heard.size() == 3);
}

TEST_CASE("a listener that comes after the outcome hears it at once", "[G4]") {
  const auto x = running();
  finish(*x, job_state::cancelled, errc::cancelled);
  int heard = 0;
  x->on_finish([&](const job& done) {
    CHECK(done.state() == job_state::cancelled);
    ++heard;
  });
  CHECK(heard == 1);
  x->announce();
  CHECK(heard == 1);
}

TEST_CASE("a listener between the final state and its announcement is called "
          "once",
          "[G4]") {
  const auto x = running();
  int early = 0;
  int late = 0;
  x->on_finish([&](const job&) { ++early; });
  x->move_to(job_state::succeeded);
  x->on_finish([&](const job&) { ++late; });
  CHECK(early == 0);
  CHECK(late == 1);
  x->announce();
  CHECK(early == 1);
  CHECK(late == 1);
}

TEST_CASE("a listener may use the job that it hears of") {
  const auto x = running();
  std::vector<int> heard;
  x->on_finish([&](const job&) {
    heard.push_back(1);
    // No lock is held: all of these would block for ever otherwise.
    x->on_finish([&](const job& again) {
      heard.push_back(2);
      CHECK(again.wait(std::nullopt));
    });
    CHECK(x->why() == error{});
    x->request_stop();
    CHECK(x->stop_token().stop_requested());
  });
  finish(*x);
  CHECK(heard == std::vector<int>{1, 2});
}

TEST_CASE("listeners of a job that never ends are let go with it", "[G9]") {
  const auto alive = std::make_shared<int>();
  {
    const auto x = admitted();
    x->on_finish([alive](const job&) {});
    CHECK(alive.use_count() == 2);
  }
  CHECK(alive.use_count() == 1);
  // And those of a job that ended do not stay until its ticket goes.
  const auto y = running();
  y->on_finish([alive](const job&) {});
  finish(*y);
  CHECK(alive.use_count() == 1);
}

// -- waiting ------------------------------------------------------------------

TEST_CASE("waiting for a finished job returns at once") {
  const auto x = running();
  finish(*x);
  CHECK(x->wait(std::nullopt));
  CHECK(x->wait(past()));
  CHECK_FALSE(x->watched()); // and leaves no trace
}

TEST_CASE("waiting until a time that has passed says that the job goes on") {
  const auto x = running();
  CHECK_FALSE(x->wait(past()));
  CHECK(x->watched());
  CHECK_FALSE(x->finished());
  finish(*x);
  CHECK(x->wait(past()));
}

// -- stopping -----------------------------------------------------------------

TEST_CASE("a stop token from before the request is stopped by it") {
  const auto x = running();
  const auto token = x->stop_token();
  CHECK(token.stop_possible());
  CHECK_FALSE(token.stop_requested());
  CHECK_FALSE(x->stop_requested());
  x->request_stop();
  CHECK(x->stop_requested());
  CHECK(token.stop_requested());
  CHECK(x->stop_token() == token);
}

TEST_CASE("a stop token from after the request is stopped from the start") {
  const auto x = running();
  x->request_stop();
  CHECK(x->stop_requested());
  CHECK(x->stop_token().stop_requested());
  CHECK(x->stop_token() == x->stop_token());
}

TEST_CASE("asking a job to stop twice calls its callbacks once") {
  const auto x = running();
  int calls = 0;
  const std::stop_callback callback{x->stop_token(), [&] {
                                      ++calls;
                                      CHECK(x->stop_requested());
                                      // No lock is held here.
                                      (void) x->why();
                                      x->request_stop();
                                    }};
  x->request_stop();
  x->request_stop();
  CHECK(calls == 1);
}

TEST_CASE("a stop token outlives its job") {
  std::stop_token token;
  {
    const auto x = running();
    token = x->stop_token();
    x->request_stop();
  }
  CHECK(token.stop_requested());
}

TEST_CASE("a finished job may still be asked to stop") {
  const auto x = running();
  finish(*x);
  x->request_stop();
  CHECK(x->state() == job_state::succeeded);
}

TEST_CASE("the body of a job can be destroyed before the job") {
  const auto alive = std::make_shared<int>();
  const auto x = job_of([alive] {});
  CHECK(alive.use_count() == 2);
  x->discard_body();
  CHECK(alive.use_count() == 1);
  x->discard_body();
  CHECK(alive.use_count() == 1);
}

TEST_CASE("a job and its stop token say the same, however it is asked to stop",
          "[G6]") {
  const auto late = running();
  late->request_stop();
  CHECK(late->stop_requested());
  CHECK(late->stop_token().stop_requested()); // made after it was asked
  // Whoever must not run callbacks of the host's hands that over: until it is
  // done neither says so.
  const auto handed_over = running();
  const auto token = handed_over->stop_token();
  CHECK(handed_over->request_stop_of_token());
  CHECK_FALSE(token.stop_requested());
  CHECK_FALSE(handed_over->stop_requested());
  bool called = false;
  const std::stop_callback on_stop{token, [&] {
                                     called = true;
                                     CHECK(handed_over->stop_requested());
                                   }};
  handed_over->request_stop();
  CHECK(called);
  CHECK(token.stop_requested());
  CHECK(handed_over->stop_requested());
  // Without a token there is nothing to hand over.
  const auto polled = running();
  CHECK_FALSE(polled->request_stop_of_token());
  CHECK(polled->stop_requested());
}

TEST_CASE("jobs share a reason that lasts") {
  static const error why{errc::cancelled, "the same for all"};
  const auto x = running();
  x->move_to(job_state::cancelled, &why);
  CHECK(x->why() == why);
  x->announce();
}
