#include <foreman/job_state.hpp>

#include <support/catch.hpp>

#include <set>
#include <string>

using namespace foreman;

namespace {

constexpr job_state all[]
  = {job_state::scheduled, job_state::queued, job_state::running,
     job_state::succeeded, job_state::failed, job_state::cancelled,
     job_state::expired};

// Rows: from; columns: to; both in the order of `all`. The states of design.md
// 2 and the diagram in job_state.hpp, written down a second time.
constexpr bool arrows[job_state_count][job_state_count] = {
  // sched  queued runs   succ   failed canc   expired
  {false, true, false, false, false, true, true},     // scheduled
  {false, false, true, false, true, true, true},      // queued
  {true, false, false, true, true, true, false},      // running
  {false, false, false, false, false, false, false},  // succeeded
  {false, false, false, false, false, false, false},  // failed
  {false, false, false, false, false, false, false},  // cancelled
  {false, false, false, false, false, false, false}}; // expired

} // namespace

TEST_CASE("the state machine has these arrows and no others", "[G4]") {
  for (int from = 0; from < job_state_count; ++from)
    for (int to = 0; to < job_state_count; ++to) {
      INFO(to_string(all[from]) << " -> " << to_string(all[to]));
      CHECK(may_follow(all[from], all[to]) == arrows[from][to]);
    }
}

TEST_CASE("a final state is never left, and only those are final", "[G4]") {
  for (const auto state : all) {
    const bool has_outcome = state == job_state::succeeded
      || state == job_state::failed || state == job_state::cancelled
      || state == job_state::expired;
    CHECK(is_final(state) == has_outcome);
    bool left = false;
    for (const auto next : all)
      left = left || may_follow(state, next);
    CHECK(left == !has_outcome);
  }
}

TEST_CASE("every state has a name of its own") {
  CHECK(to_string(job_state::scheduled) == "scheduled");
  CHECK(to_string(job_state::queued) == "queued");
  CHECK(to_string(job_state::running) == "running");
  CHECK(to_string(job_state::succeeded) == "succeeded");
  CHECK(to_string(job_state::failed) == "failed");
  CHECK(to_string(job_state::cancelled) == "cancelled");
  CHECK(to_string(job_state::expired) == "expired");
  CHECK(to_string(static_cast<job_state>(job_state_count)) == "unknown");
  CHECK_FALSE(may_follow(static_cast<job_state>(99), job_state::queued));
}
