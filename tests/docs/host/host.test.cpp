// How a host tests its own code that uses foreman: docs/guide/08-test.md shows
// parts of this. It uses nothing but foreman's public headers and Catch2.

#include <foreman/system.hpp>

#include <support/catch.hpp>

#include <atomic>
#include <latch>
#include <memory>
#include <string>

using namespace std::chrono_literals;

namespace {

// -- the host's code ----------------------------------------------------------

// What imports write to.
class ledger_book {
public:
  virtual ~ledger_book() = default;
  virtual void add(int rows) = 0;
};

// The work, without foreman: tested as any other function.
void import_rows(ledger_book& book, int rows) {
  book.add(rows);
}

// The host's answer to a request, with foreman.
int start_import(foreman::system& fm, const std::string& project, int rows) {
  const auto ticket
    = fm.submit(project,
                [rows](foreman::job_context& job) {
                  import_rows(job.connection<ledger_book>("book"), rows);
                },
                {.admit = foreman::admission::if_idle});
  if (ticket)
    return 202;
  return ticket.error().code() == foreman::errc::project_busy ? 409 : 503;
}

// -- its tests ----------------------------------------------------------------

// A book that counts, and that can be away.
struct fake_book : ledger_book, foreman::connection {
  struct shelf {
    std::atomic<int> rows{0};
    std::atomic<bool> away{false};
  };

  explicit fake_book(shelf& of) : shelf_{of} {}

  void add(int rows) override {
    shelf_.rows += rows;
  }

  foreman::expected<void> open(milliseconds) override {
    if (shelf_.away)
      return foreman::error{foreman::errc::connection_unavailable, "away"};
    return {};
  }

  void close() noexcept override {}

  bool quiet() override {
    return !shelf_.away;
  }

  foreman::expected<void> check(milliseconds within) override {
    return open(within);
  }

  bool in_transaction() override {
    return false;
  }

  void* resource(const std::type_info& type) noexcept override {
    return type == typeid(ledger_book) ? static_cast<ledger_book*>(this)
                                       : nullptr;
  }

private:
  shelf& shelf_;
};

// Time that passes when the test says so.
class manual_clock : public foreman::clock {
public:
  time_point now() const noexcept override {
    return time_point{duration{passed_.load()}};
  }

  void advance(duration by) {
    passed_ += by.count();
  }

private:
  std::atomic<duration::rep> passed_{0};
};

// One worker: jobs run one after another, whatever their projects.
foreman::system_options options_of(fake_book::shelf& books) {
  return {.workers = 1,
          .connections
          = {{"book", [&books] { return std::make_unique<fake_book>(books); }}},
          .log = [](foreman::log_level, std::string_view) {}};
}

} // namespace

TEST_CASE("an import adds its rows to the book") {
  fake_book::shelf books;
  foreman::system fm{options_of(books)};
  CHECK(start_import(fm, "berlin", 300) == 202);
  // Nobody kept the ticket: drain returns when all jobs have ended.
  CHECK(fm.drain(10s)->books.succeeded == 1);
  CHECK(books.rows == 300);
}

TEST_CASE("an import of a project that is busy is refused with 409") {
  fake_book::shelf books;
  foreman::system fm{options_of(books)};
  // A job that runs for as long as the test wants.
  std::latch done{1};
  const auto busy = fm.submit("berlin", [&done] { done.wait(); });
  REQUIRE(busy);
  CHECK(start_import(fm, "berlin", 300) == 409);
  CHECK(start_import(fm, "lima", 100) == 202);
  done.count_down();
  CHECK(busy->wait());
  CHECK(start_import(fm, "berlin", 300) == 202);
}

TEST_CASE("an import after the end is refused with 503") {
  fake_book::shelf books;
  foreman::system fm{options_of(books)};
  REQUIRE(fm.drain(0s));
  CHECK(start_import(fm, "berlin", 300) == 503);
}

TEST_CASE("an import fails when the book is away for ten minutes") {
  manual_clock time;
  fake_book::shelf books;
  books.away = true;
  auto options = options_of(books);
  options.time = &time;
  foreman::system fm{options};
  REQUIRE(start_import(fm, "berlin", 300) == 202);
  while (fm.status("berlin")->deferred_for.empty())
    std::this_thread::yield();
  time.advance(10min); // check_options::max_deferral
  while (fm.is_busy("berlin"))
    std::this_thread::yield();
  CHECK(fm.books().failed == 1);
}
