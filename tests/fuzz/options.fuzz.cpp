// Options with values of any kind, as a host may read them from a file.

#include "bytes.hpp"
#include "property.hpp"

#include <foreman/breaker.hpp>
#include <foreman/connection_check.hpp>
#include <foreman/job_options.hpp>
#include <foreman/system_options.hpp>

#include <support/healthy_connection.hpp>
#include <support/jobs.hpp>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

using namespace foreman;
using foreman::fuzz::bytes;
using foreman::fuzz::require;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

namespace {

template <class T>
bool within(const T& value, const T& low, const T& high) {
  return low <= value && value <= high;
}

constexpr milliseconds ms{1};
constexpr milliseconds hour{3'600'000};
constexpr milliseconds year = hour * 24 * 365;

// The names of all options that are out of their documented range.
std::vector<std::string> wrong_in(const check_options& x) {
  std::vector<std::string> result;
  if (!within(x.open_deadline, ms, hour))
    result.emplace_back("check.open_deadline");
  if (!within(x.ping_deadline, ms, hour))
    result.emplace_back("check.ping_deadline");
  if (!within(x.max_age, ms, year))
    result.emplace_back("check.max_age");
  if (!within(x.age_jitter, 0.0, 1.0))
    result.emplace_back("check.age_jitter");
  if (!within(x.trust_window, 0 * ms, hour))
    result.emplace_back("check.trust_window");
  if (!within(x.budget, ms, hour))
    result.emplace_back("check.budget");
  if (!within<std::size_t>(x.max_opens, 1, 65'536))
    result.emplace_back("check.max_opens");
  if (!within(x.first_backoff, 0 * ms, hour))
    result.emplace_back("check.first_backoff");
  if (!within<std::size_t>(x.break_after, 1, 1'000))
    result.emplace_back("check.break_after");
  if (!within(x.min_break, ms, hour))
    result.emplace_back("check.min_break");
  if (!within(x.max_break, x.min_break, hour))
    result.emplace_back("check.max_break");
  if (!within(x.max_deferral, 0 * ms, year))
    result.emplace_back("check.max_deferral");
  return result;
}

std::vector<std::string> wrong_in(const system_options& x) {
  auto result = wrong_in(x.check);
  if (!within<std::size_t>(x.workers, 1, 65'536))
    result.emplace_back("workers");
  if (!within<std::size_t>(x.max.per_project, 1, max_limit))
    result.emplace_back("max.per_project");
  if (!within<std::size_t>(x.max.total, 1, max_limit))
    result.emplace_back("max.total");
  if (!within<std::size_t>(x.turn_jobs, 1, 1'000'000))
    result.emplace_back("turn_jobs");
  if (!within<nanoseconds>(x.turn_time, nanoseconds{1'000}, hour))
    result.emplace_back("turn_time");
  if (!within<nanoseconds>(x.drain_deadline, nanoseconds{0}, year))
    result.emplace_back("drain_deadline");
  if (static_cast<unsigned>(x.at_deadline) > 2)
    result.emplace_back("the policy at the deadline");
  for (const auto& [name, make] : x.connections)
    if (name.empty() || !make)
      result.emplace_back("connections");
  if (x.connections.size() > 32)
    result.emplace_back("the number of connections");
  if (!x.log)
    result.emplace_back("log");
  if (x.time == nullptr)
    result.emplace_back("time");
  return result;
}

std::vector<std::string> wrong_in(const job_options& x) {
  std::vector<std::string> result;
  if (!within(x.priority, -100, 100))
    result.emplace_back("priority");
  if (static_cast<unsigned>(x.admit) > 1)
    result.emplace_back("admit");
  if (static_cast<unsigned>(x.if_unavailable) > 2)
    result.emplace_back("if_unavailable");
  return result;
}

void check_answer(const expected<void>& verdict,
                  const std::vector<std::string>& wrong) {
  if (verdict) {
    require(wrong.empty(), "what is out of its range is refused",
            wrong.empty() ? "" : wrong.front());
    return;
  }
  require(!wrong.empty(), "what is in its range is not refused",
          verdict.error().message());
  require(verdict.error().code() == errc::invalid_option,
          "a bad option is invalid_option", to_string(verdict.error()));
  const auto& text = verdict.error().message();
  const auto names = [&text](const std::string& option) {
    return text.starts_with(option) && text.size() > option.size() + 4;
  };
  require(std::any_of(wrong.begin(), wrong.end(), names),
          "a refusal names an option that is out of its range", text);
}

check_options read_check_options(bytes& in) {
  check_options result;
  result.open_deadline = milliseconds{in.number<std::int64_t>()};
  result.ping_deadline = milliseconds{in.number<std::int64_t>()};
  result.max_age = milliseconds{in.number<std::int64_t>()};
  result.age_jitter = in.number<double>();
  result.trust_window = milliseconds{in.number<std::int64_t>()};
  return result;
}

// Those of what happens while a connection cannot be had; kept inputs that are
// older end before them.
void read_breaker_options(bytes& in, check_options& x) {
  x.budget = milliseconds{in.number<std::int64_t>()};
  x.max_opens = in.number<std::size_t>();
  x.first_backoff = milliseconds{in.number<std::int64_t>()};
  x.break_after = in.number<std::size_t>();
  x.min_break = milliseconds{in.number<std::int64_t>()};
  x.max_break = milliseconds{in.number<std::int64_t>()};
  x.max_deferral = milliseconds{in.number<std::int64_t>()};
}

system_options read_system_options(bytes& in) {
  system_options result;
  result.workers = in.number<std::size_t>();
  result.max.per_project = in.number<std::size_t>();
  result.max.total = in.number<std::size_t>();
  result.turn_jobs = in.number<std::size_t>();
  result.turn_time = nanoseconds{in.number<std::int64_t>()};
  result.drain_deadline = nanoseconds{in.number<std::int64_t>()};
  result.at_deadline = in.any<drain_policy>();
  if (in.flag())
    result.log = {};
  if (in.flag())
    result.time = nullptr;
  while (!in.empty() && in.flag()) {
    auto name = in.text();
    result.connections.emplace(
      std::move(name),
      in.flag()
        ? connection_factory{}
        : connection_factory{std::make_unique<test::healthy_connection>});
  }
  return result;
}

// What may follow from checks that passed must be sound as well.
void use(const check_options& x, double draw) {
  if (!within(draw, 0.0, 1.0) || draw == 1.0)
    return;
  const auto age = draw_max_age(x, draw);
  require(age >= clock::duration{} && age <= x.max_age,
          "the age at which a connection is reopened is at most max_age");
}

// A breaker pauses for as long as they say, at most, and then lets one through.
void use_breaker(const check_options& x, double draw) {
  if (!within(draw, 0.0, 1.0))
    return;
  breaker it{x};
  auto now = clock::time_point{};
  for (int i = 0; i < 20; ++i) {
    require(it.ask(now) == breaker::permit::granted,
            "after its pause a breaker lets one through");
    it.failed(now, draw);
    const auto pause = it.retry_at() - now;
    require(pause >= clock::duration{}
              && pause <= std::max(x.max_break, x.first_backoff),
            "a breaker pauses no longer than it may");
    now = it.retry_at();
  }
}

void use(const system_options& x) {
  const auto part = finish_part(x.drain_deadline);
  require(part >= nanoseconds{} && part <= x.drain_deadline,
          "jobs may finish for at most the whole deadline");
}

void use(const job_options& x, const expected<void>& verdict) {
  table jobs{test::make_shared_state()};
  const auto work = test::idle_job();
  const auto admitted = jobs.submit("p", work, x);
  require(admitted.has_value() == verdict.has_value(),
          "a table admits a job if and only if its options are valid");
  if (admitted)
    (void) drain(jobs, nanoseconds{}, drain_policy::wait);
  else
    require(admitted.error() == verdict.error() && !jobs.find("p"),
            "a job that is rejected for its options leaves nothing behind");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  bytes in{data, size};
  job_options of_job;
  of_job.priority = in.number<int>();
  of_job.admit = in.any<admission>();
  const auto job_verdict = validate(of_job);
  check_answer(job_verdict, wrong_in(of_job));
  use(of_job, job_verdict);

  const auto checks = read_check_options(in);
  check_answer(validate(checks), wrong_in(checks));
  if (validate(checks))
    use(checks, in.number<double>());

  auto of_system = read_system_options(in);
  check_answer(validate(of_system), wrong_in(of_system));
  of_system.check = checks;
  check_answer(validate(of_system), wrong_in(of_system));
  if (validate(of_system))
    use(of_system);

  check_options of_breaker;
  read_breaker_options(in, of_breaker);
  check_answer(validate(of_breaker), wrong_in(of_breaker));
  if (validate(of_breaker))
    use_breaker(of_breaker, in.number<double>());
  of_job.if_unavailable = in.any<unavailable_policy>();
  check_answer(validate(of_job), wrong_in(of_job));
  return 0;
}
