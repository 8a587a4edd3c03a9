#include <foreman/admission.hpp>

#include <support/catch.hpp>

using namespace foreman;

TEST_CASE("admission depends on what is asked, busy and full like this",
          "[G5][G9]") {
  const limits max{.per_project = 3, .total = 100};
  struct row {
    admission asked;
    bool busy;
    std::size_t open_jobs;
    errc verdict;
  };
  const row rows[] = {
    {admission::queue, false, 0, errc::ok},
    {admission::queue, false, 2, errc::ok}, // two that are only scheduled
    {admission::queue, false, 3, errc::project_full},
    {admission::queue, false, 4, errc::project_full},
    {admission::queue, true, 1, errc::ok},
    {admission::queue, true, 2, errc::ok},
    {admission::queue, true, 3, errc::project_full},
    {admission::queue, true, 4, errc::project_full},
    {admission::if_idle, false, 0, errc::ok},
    {admission::if_idle, false, 2, errc::ok},
    {admission::if_idle, false, 3, errc::project_full},
    {admission::if_idle, false, 4, errc::project_full},
    {admission::if_idle, true, 1, errc::project_busy},
    {admission::if_idle, true, 2, errc::project_busy},
    {admission::if_idle, true, 3, errc::project_busy},
    {admission::if_idle, true, 4, errc::project_busy},
  };
  for (const auto& x : rows) {
    INFO((x.asked == admission::queue ? "queue" : "if_idle")
         << ", busy " << x.busy << ", open " << x.open_jobs);
    CHECK(admit(x.asked, {x.busy, x.open_jobs}, max) == x.verdict);
  }
}

TEST_CASE("a limit of one job per project admits one") {
  const limits one{.per_project = 1, .total = 1};
  CHECK(admit(admission::queue, {}, one) == errc::ok);
  CHECK(admit(admission::queue, {true, 1}, one) == errc::project_full);
}

TEST_CASE("queues are bounded unless somebody raises the limits", "[G9]") {
  CHECK(limits{}.per_project == 10'000);
  CHECK(limits{}.total == 1'000'000);
}
