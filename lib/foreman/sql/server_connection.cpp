#include <foreman/sql/server_connection.hpp>

#include <fmt/format.h>

#include <chrono>
#include <mutex>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace foreman::sql {

namespace {

// A thread that opens a session. Left behind when this is gone, unless joined.
struct opening_thread {
  opening_thread(std::thread runs, std::shared_future<void> ends)
    : thread{std::move(runs)}, end{std::move(ends)} {}

  opening_thread(opening_thread&&) noexcept = default;
  opening_thread& operator=(opening_thread&&) noexcept = default;

  ~opening_thread() {
    if (thread.joinable())
      thread.detach();
  }

  bool join_by(deadline until) {
    if (end.wait_until(until) != std::future_status::ready)
      return false;
    thread.join();
    return true;
  }

  std::thread thread;
  std::shared_future<void> end;
};

// The opens of this process that were late and may go on. The client libraries
// clean up when the process exits, under the feet of those, so that exit first
// gives them a moment to end.
class late_opens {
public:
  // Made by the first late open, hence after what SOCI has made for its own
  // end, and gone before that.
  static late_opens& all() {
    static late_opens instance;
    return instance;
  }

  late_opens() = default;
  late_opens(const late_opens&) = delete;
  late_opens& operator=(const late_opens&) = delete;

  ~late_opens() {
    const auto until = deadline_after(std::chrono::seconds{2});
    for (auto& x : threads_)
      x.join_by(until);
  }

  void add(opening_thread late) {
    const std::lock_guard guard{mutex_};
    std::erase_if(threads_, [](opening_thread& x) {
      return x.join_by(std::chrono::steady_clock::now());
    });
    threads_.push_back(std::move(late));
  }

private:
  std::mutex mutex_;
  std::vector<opening_thread> threads_;
};

} // namespace

server_connection::server_connection(std::string name)
  : name_{std::move(name)} {}

expected<void> server_connection::open(milliseconds within) {
  close();
  constexpr std::chrono::seconds now{0};
  if (opening_.valid() && opening_.wait_for(now) != std::future_status::ready)
    return unavailable("an open that was late is not over yet");
  std::packaged_task<expected<session_ptr>()> task{opener(within)};
  auto result = task.get_future();
  std::promise<void> end;
  opening_ = end.get_future().share();
  opening_thread thread{
    std::thread{[task = std::move(task), end = std::move(end)]() mutable {
      task();
      task = {}; // what came late is closed here
      end.set_value();
    }},
    opening_};
  if (result.wait_for(within) != std::future_status::ready) {
    late_opens::all().add(std::move(thread));
    return unavailable(fmt::format("no answer within {} ms", within.count()));
  }
  thread.thread.join();
  auto session = result.get();
  if (!session)
    return session.error();
  session_ = *std::move(session);
  opened(*session_);
  return {};
}

void server_connection::close() noexcept {
  if (auto* session = usable_session()) {
    const auto socket = socket_of(*session);
    // Client libraries say good-bye, and would wait for a peer that reads
    // nothing any more.
    if (socket >= 0 && (broken_ || !takes_bytes(socket)))
      cut(socket);
  }
  session_.reset();
  broken_ = false;
}

bool server_connection::quiet() {
  auto* session = usable_session();
  return session != nullptr && !broken_ && is_known(*session)
    && is_silent(socket_of(*session));
}

expected<void> server_connection::check(milliseconds within) {
  auto* session = usable_session();
  if (session == nullptr)
    return unavailable("the session is closed");
  if (broken_)
    return unavailable("the session is lost");
  auto alive = ping(*session, deadline_after(within));
  broken_ = !alive;
  return alive;
}

bool server_connection::in_transaction() {
  auto* session = usable_session();
  return session != nullptr && !broken_ && has_transaction(*session);
}

void* server_connection::resource(const std::type_info& type) noexcept {
  return type == typeid(soci::session) ? session_.get() : nullptr;
}

soci::session* server_connection::usable_session() noexcept {
  return session_ && session_->get_backend() != nullptr ? session_.get()
                                                        : nullptr;
}

error server_connection::unavailable(std::string_view why) const {
  return {errc::connection_unavailable, fmt::format("{}: {}", name_, why)};
}

std::chrono::seconds connect_timeout(connection::milliseconds within,
                                     const std::string* asked) {
  const auto longest = std::chrono::ceil<std::chrono::seconds>(within);
  const std::chrono::seconds wanted{asked == nullptr ? 0 : std::stoi(*asked)};
  return wanted.count() > 0 && wanted < longest ? wanted : longest;
}

} // namespace foreman::sql
