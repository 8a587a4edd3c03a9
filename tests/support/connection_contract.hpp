#pragma once

#include "support/catch.hpp"

#include <foreman/connection.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <thread>

namespace foreman::test {

/// A connection and what the contract needs to do to it from outside.
struct contract_subject {
  /// As its factory makes it.
  std::unique_ptr<connection> made;
  /// What jobs ask it for.
  const std::type_info* resource = nullptr;
  /// Begins a transaction as a job would; the connection is open.
  std::function<void()> begin;
  /// Makes the open connection dead; another open succeeds.
  std::function<void()> kill;
  /// Makes opens fail, then lets them succeed again.
  std::function<void()> take_away;
  std::function<void()> give_back;
  /// Leaves something in the session as a job would, and tells whether it is
  /// there; null for a kind that keeps nothing.
  std::function<void()> leave;
  std::function<bool()> is_left;
  /// Works with the connection until that is interrupted, then throws; null for
  /// a kind that cannot be.
  std::function<void()> work;
};

/// What foreman relies on in every kind of connection. Call it in a test case
/// of its own with what makes a fresh subject.
inline void
check_connection_contract(const std::function<contract_subject()>& make) {
  using std::chrono::milliseconds;
  constexpr milliseconds deadline{2'000};
  auto subject = make();
  auto& it = *subject.made;
  const auto is_closed = [&] {
    return !it.quiet() && !it.check(deadline) && !it.in_transaction();
  };

  SECTION("it is made closed") {
    CHECK(is_closed());
  }

  SECTION("close may be called at any time, and again") {
    it.close();
    CHECK(is_closed());
    REQUIRE(it.open(deadline));
    it.close();
    it.close();
    CHECK(is_closed());
  }

  SECTION("an open one is quiet and alive, without a transaction") {
    REQUIRE(it.open(deadline));
    CHECK(it.quiet());
    CHECK(it.check(deadline));
    CHECK_FALSE(it.in_transaction());
  }

  SECTION("an open one gives what jobs ask for, and nothing of other types") {
    REQUIRE(it.open(deadline));
    CHECK(it.resource(*subject.resource) != nullptr);
    CHECK(it.resource(typeid(contract_subject)) == nullptr);
  }

  SECTION("it tells of a transaction that was left open; closing ends it") {
    REQUIRE(it.open(deadline));
    subject.begin();
    CHECK(it.in_transaction());
    it.close();
    REQUIRE(it.open(deadline));
    CHECK_FALSE(it.in_transaction());
    CHECK(it.check(deadline));
  }

  SECTION("a dead one fails its check and is not reconnected by it") {
    REQUIRE(it.open(deadline));
    subject.kill();
    CHECK_FALSE(it.quiet());
    const auto first = it.check(deadline);
    REQUIRE_FALSE(first);
    CHECK_FALSE(first.error().message().empty());
    CHECK_FALSE(it.check(deadline));
  }

  SECTION("a dead one can be closed and opened again") {
    REQUIRE(it.open(deadline));
    subject.kill();
    CHECK_FALSE(it.check(deadline));
    it.close();
    REQUIRE(it.open(deadline));
    CHECK(it.check(deadline));
  }

  SECTION(
    "a reset takes away what a job left, or says that only closing does") {
    REQUIRE(it.open(deadline));
    if (subject.leave) {
      subject.leave();
      REQUIRE(subject.is_left());
    }
    const auto done = it.reset(deadline);
    REQUIRE(done);
    if (*done == reset_result::must_close) {
      it.close();
      REQUIRE(it.open(deadline));
    }
    if (subject.leave)
      CHECK_FALSE(subject.is_left());
    CHECK(it.check(deadline));
    CHECK(it.quiet());
  }

  SECTION("a dead one is not reconnected by a reset") {
    REQUIRE(it.open(deadline));
    subject.kill();
    const auto done = it.reset(deadline);
    CHECK((!done || *done != reset_result::answered));
    CHECK_FALSE(it.check(deadline));
    it.close();
    REQUIRE(it.open(deadline));
    CHECK(it.check(deadline));
  }

  SECTION("an interrupt ends what a job waits for, and the session goes on") {
    REQUIRE(it.open(deadline));
    CHECK(it.can_interrupt() == static_cast<bool>(subject.work));
    if (!subject.work) {
      CHECK_FALSE(it.interrupt(deadline));
      return;
    }
    std::atomic<bool> over{false};
    bool done = true;
    // Again and again, as one that comes before the work has begun does
    // nothing.
    std::thread other{[&] {
      while (!over)
        done = it.interrupt(deadline) && done;
    }};
    CHECK_THROWS(subject.work());
    over = true;
    other.join();
    CHECK(done);
    CHECK(it.check(deadline));
    REQUIRE(it.reset(deadline));
    CHECK(it.check(deadline));
  }

  SECTION("an open that fails says why and leaves it closed") {
    subject.take_away();
    const auto opened = it.open(deadline);
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code() == errc::connection_unavailable);
    CHECK_FALSE(opened.error().message().empty());
    CHECK(is_closed());
    it.close();
    subject.give_back();
    REQUIRE(it.open(deadline));
    CHECK(it.check(deadline));
  }
}

} // namespace foreman::test
