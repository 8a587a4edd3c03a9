// Two cancels against the start and the end of a body.

#include <foreman/system.hpp>

#include <support/await.hpp>
#include <support/catch.hpp>
#include <support/killer.hpp>
#include <support/run_together.hpp>
#include <support/seed.hpp>
#include <support/start_line.hpp>

#include <atomic>
#include <memory>
#include <optional>
#include <vector>

using foreman::errc;
using foreman::job_state;
using namespace foreman::test;

namespace {

/// What a cancel said, and what was known before and after it.
struct cancel_report {
  bool finished_before = false;
  errc verdict = errc::ok;
  bool finished_after = false;
};

struct round_of_cancels {
  std::optional<foreman::ticket<void>> seen;
  std::atomic<int> ran{0};
  cancel_report by_ticket;
  cancel_report by_id;

  // Returns what is wrong; empty if nothing is.
  std::string contradiction() const {
    for (const auto& x : {by_ticket, by_id}) {
      if (x.finished_before && x.verdict == errc::ok)
        return "a job that had ended was cancelled";
      if (x.verdict != errc::ok && !x.finished_after)
        return "a job that had not ended was not cancelled";
    }
    if (by_ticket.verdict != errc::ok
        && by_ticket.verdict != errc::job_finished)
      return "a ticket does not know its job";
    const int accepted = (by_ticket.verdict == errc::ok ? 1 : 0)
      + (by_id.verdict == errc::ok ? 1 : 0);
    switch (seen->state()) {
      case job_state::succeeded:
        return ran == 1 ? "" : "a job succeeded without its body";
      case job_state::cancelled:
        if (ran == 0)
          return accepted == 1 ? "" : "a queued job was not cancelled once";
        return accepted >= 1 ? "" : "a body was stopped by nobody";
      default:
        return "a job that nothing failed has failed";
    }
  }
};

void cancel_against_the_end(bool deaths) {
  constexpr std::size_t batch = 500;
  foreman::system fm{{.workers = 2, .log = [](auto, auto) {}}};
  std::optional<killer> reaper;
  if (deaths)
    reaper.emplace(fm, new_seed());
  std::uint64_t succeeded = 0;
  std::uint64_t cancelled = 0;
  std::uint64_t stopped = 0;
  std::uint64_t too_late = 0;
  // Until each end and each death was seen; a test that meets no race shows
  // nothing.
  const auto seen_all = [&] {
    return stopped != 0 && cancelled != 0 && too_late != 0
      && (!reaper || reaper->deaths().of_all_kinds());
  };
  for (int i = 0; i < 10 || !seen_all(); ++i) {
    REQUIRE(i < 1'000);
    std::vector<round_of_cancels> rounds(batch);
    start_line start{3};
    run_together(3, [&](int t) {
      for (std::size_t r = 0; r < batch; ++r) {
        auto& x = rounds[r];
        if (t == 0)
          x.seen = *fm.submit("p", [&x, &reaper](foreman::job_context& job) {
            ++x.ran;
            if (reaper)
              reaper->hear_of(job);
            stagger(job.id().value);
            job.throw_if_stopped();
          });
        start.meet();
        if (t != 0) {
          auto& said = t == 1 ? x.by_ticket : x.by_id;
          stagger(r * static_cast<std::size_t>(t) * 7);
          said.finished_before = x.seen->finished();
          const auto done
            = t == 1 ? x.seen->cancel() : fm.cancel("p", x.seen->id());
          said.verdict = done ? errc::ok : done.error().code();
          said.finished_after = x.seen->finished();
        }
      }
    });
    for (const auto& x : rounds) {
      (void) x.seen->wait();
      REQUIRE(x.contradiction().empty());
      const bool ended_so = x.seen->state() == job_state::cancelled;
      succeeded += ended_so ? 0 : 1;
      (x.ran == 0 ? cancelled : stopped) += ended_so ? 1 : 0;
      too_late += x.by_ticket.verdict == errc::job_finished ? 1 : 0;
    }
  }
  if (reaper) {
    reaper->stop();
    succeeded += killer::own_jobs;
  }
  const auto books = fm.drain(patience)->books;
  CHECK(books.succeeded == succeeded);
  CHECK(books.cancelled == cancelled + stopped);
  CHECK(books.admitted == succeeded + cancelled + stopped);
}

} // namespace

TEST_CASE("two cancels and the end of a body give one outcome, and each is "
          "told what it did",
          "[G4]") {
  cancel_against_the_end(false);
}

TEST_CASE("two cancels and the end of a body give one outcome while actors die",
          "[G4]") {
  cancel_against_the_end(true);
}
