#include <foreman/connection_check.hpp>

#include <support/catch.hpp>

#include <string>

using namespace foreman;
using namespace std::chrono_literals;

TEST_CASE("the first step follows from what is known, in this order", "[G7]") {
  // Closed before left transaction before age before use by another, else the
  // peek.
  const std::chrono::nanoseconds times[] = {60s - 1ns, 60s, 2'000s};
  for (const bool open : {false, true})
    for (const bool in_transaction : {false, true})
      for (const bool suspect : {false, true})
        for (const std::chrono::nanoseconds age : times)
          for (const bool used_by_another : {false, true}) {
            const connection_facts facts{.open = open,
                                         .in_transaction = in_transaction,
                                         .used_by_another = used_by_another,
                                         .suspect = suspect,
                                         .age = age,
                                         .max_age = 60s,
                                         .unused_for = 1h};
            check_step expected_step = check_step::peek;
            if (used_by_another)
              expected_step = check_step::reset;
            if (age >= 60s)
              expected_step = check_step::reopen_aged;
            if (in_transaction)
              expected_step = check_step::reopen_left_transaction;
            if (!open)
              expected_step = check_step::open;
            INFO("open " << open << ", in transaction " << in_transaction
                         << ", age " << age.count());
            CHECK(to_string(first_step(facts)) == to_string(expected_step));
          }
}

TEST_CASE("only a quiet, trusted, recently used connection passes unpinged",
          "[G7]") {
  for (const bool quiet : {false, true})
    for (const bool suspect : {false, true})
      for (const auto window : {0ms, 1ms, 500ms})
        for (const auto unused_for : {0ns, 1ns, 1'000'000ns, 1'000'001ns,
                                      500'000'000ns, 500'000'001ns}) {
          const connection_facts facts{.open = true,
                                       .suspect = suspect,
                                       .max_age = 60s,
                                       .unused_for = unused_for};
          const check_options options{.trust_window = window};
          bool trusted = false; // a table, row by row
          if (window == 1ms)
            trusted = unused_for == 0ns || unused_for == 1ns
              || unused_for == 1'000'000ns;
          if (window == 500ms)
            trusted = unused_for != 500'000'001ns;
          const auto expected_step = quiet && !suspect && trusted
            ? check_step::pass
            : check_step::ping;
          INFO("quiet " << quiet << ", suspect " << suspect << ", window "
                        << window.count() << " ms, unused for "
                        << unused_for.count() << " ns");
          CHECK(to_string(step_after_peek(quiet, facts, options))
                == to_string(expected_step));
        }
}

TEST_CASE("the jitter takes off at most its part of the maximum age") {
  const check_options options{.max_age = 600s, .age_jitter = 0.2};
  CHECK(draw_max_age(options, 0.0) == 600s);
  CHECK(draw_max_age(options, 0.5) == 540s);
  CHECK(draw_max_age(options, 0.999) > 480s);
  CHECK(draw_max_age({.max_age = 600s, .age_jitter = 0.0}, 0.9) == 600s);
  CHECK(draw_max_age({.max_age = 600s, .age_jitter = 1.0}, 0.9) > 0s);
  const check_options longest{.max_age = std::chrono::hours{24 * 365},
                              .age_jitter = 0.0};
  CHECK(draw_max_age(longest, 0.0) == std::chrono::hours{24 * 365});
}

TEST_CASE("every step of a check has a name") {
  CHECK(to_string(check_step::open) == "open");
  CHECK(to_string(check_step::reopen_left_transaction)
        == "reopen_left_transaction");
  CHECK(to_string(check_step::reopen_aged) == "reopen_aged");
  CHECK(to_string(check_step::reset) == "reset");
  CHECK(to_string(check_step::peek) == "peek");
  CHECK(to_string(check_step::ping) == "ping");
  CHECK(to_string(check_step::pass) == "pass");
  CHECK(to_string(static_cast<check_step>(77)) == "unknown");
}
