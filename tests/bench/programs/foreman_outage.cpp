// Many projects whose server is away: how long until all are deferred, how long
// until all are done once it is back, and what becomes meanwhile of a project
// that needs no connection.

#include "latency.hpp"

#include <foreman/system.hpp>

#include <deque>
#include <memory>

namespace {

using namespace std::chrono_literals;

std::atomic<bool> up{false};

class server_connection : public foreman::connection {
public:
  foreman::expected<void> open(milliseconds) override {
    if (!up)
      return foreman::error{foreman::errc::connection_unavailable,
                            "nobody listens"};
    return {};
  }

  void close() noexcept override {}

  bool quiet() override {
    return true;
  }

  foreman::expected<void> check(milliseconds) override {
    return {};
  }

  bool in_transaction() override {
    return false;
  }

  void* resource(const std::type_info&) noexcept override {
    return this;
  }
};

// A project that submits a tiny job each millisecond, come what may.
class established {
public:
  explicit established(foreman::system& fm) : fm_{fm} {
    begins("before");
  }

  // What is submitted from now on counts for the part of this name.
  void begins(std::string part) {
    end_part();
    part_ = std::move(part);
    ended_ = false;
    submitter_ = std::thread{[this] { submit(); }};
  }

  // Prints what the last part came to.
  void end_part() {
    if (!submitter_.joinable())
      return;
    ended_ = true;
    submitter_.join();
    // Its jobs run in order, so that all have their times when this one has.
    bench::expect(fm_
                    .submit(
                      "established", [] {}, none_)
                    ->wait()
                    .has_value(),
                  "lost");
    std::vector<double> late;
    for (const auto x : late_)
      late.push_back(bench::microseconds(x) / 1e3);
    late_.clear();
    std::sort(late.begin(), late.end());
    const auto name = [this](const char* what) { return part_ + what; };
    bench::figure(name("_p50").c_str(), late[late.size() / 2], "ms");
    bench::figure(name("_p99.9").c_str(), late[late.size() * 999 / 1000], "ms");
  }

private:
  void submit() {
    for (auto due = bench::clock::now(); !ended_; due += 1ms) {
      std::this_thread::sleep_until(due);
      auto& late = late_.emplace_back();
      const auto now = bench::clock::now();
      bench::expect(fm_
                      .submit(
                        "established",
                        [&late, now] { late = bench::clock::now() - now; },
                        none_)
                      .has_value(),
                    "a submit was rejected");
    }
  }

  foreman::system& fm_;
  foreman::job_options none_{.connections = foreman::connection_needs::none()};
  std::string part_;
  std::thread submitter_;
  std::atomic<bool> ended_{false};
  std::deque<bench::clock::duration> late_;
};

foreman::connection_status where(const foreman::system& fm) {
  return fm.connections().at(0);
}

} // namespace

int main(int argc, char** argv) {
  CLI::App app{"foreman: many projects whose server is away for a while"};
  std::size_t projects = 100'000;
  std::size_t workers = 20;
  unsigned away = 2'000;
  app.add_option("--projects", projects, "that wait for the server");
  app.add_option("--workers", workers, "threads that run jobs");
  app.add_option("--away", away, "for how long, in ms, once all are deferred");
  bench::parse(app, argc, argv);
  const auto names = bench::project_names(projects);
  foreman::system_options options{
    .workers = workers,
    .max = {.per_project = 1'000'000, .total = 2'000'000},
    .connections
    = {{"db", [] { return std::make_unique<server_connection>(); }}},
    .check = {.min_break = 200ms, .max_break = 200ms},
    .log = [](foreman::log_level, std::string_view) {}};
  foreman::system fm{options};
  // The breaker is open.
  while (where(fm).counts.failed_open < 3) {
    bench::expect(
      fm.submit("first", [] {},
                {.if_unavailable = foreman::unavailable_policy::fail})
        .has_value(),
      "a submit was rejected");
    std::this_thread::sleep_for(10ms);
  }
  std::atomic<std::size_t> done{0};
  std::atomic<bench::clock::rep> first{0};
  established other{fm};
  std::this_thread::sleep_for(1s);

  other.begins("deferring");
  auto start = bench::clock::now();
  for (const auto& name : names)
    bench::expect(
      fm.submit(name,
                [&] {
                  if (done++ == 0)
                    first = bench::clock::now().time_since_epoch().count();
                })
        .has_value(),
      "a submit was rejected");
  bench::figure("submitted", bench::seconds_since(start) * 1e3, "ms");
  // A few are on their way to try whether it is back.
  while (where(fm).deferred_projects + workers < projects)
    std::this_thread::sleep_for(1ms);
  bench::figure("deferred", bench::seconds_since(start) * 1e3, "ms");

  other.begins("away");
  std::this_thread::sleep_for(std::chrono::milliseconds{away});
  bench::expect(done == 0, "a job ran without its connection");

  other.begins("back");
  up = true;
  while (done < projects)
    std::this_thread::sleep_for(1ms);
  const bench::clock::time_point began{bench::clock::duration{first}};
  bench::figure("back", bench::seconds_since(began) * 1e3, "ms");
  other.end_part();
}
