// Uses the templates of foreman's headers, which headers.sh includes before it.

#include <foreman/system.hpp>

#include <memory>
#include <string>
#include <unordered_set>
#include <utility>

int main() {
  foreman::system fm{{.workers = 1}};
  auto text = fm.submit("p", [] { return std::string{"rows"}; });
  auto only_moves = fm.submit("p", [] { return std::make_unique<int>(1); });
  auto number = fm.submit("p", [](foreman::job_context&) { return 1; });
  auto nothing = fm.submit("p", [] {}, {.connections = {}});
  auto code = fm.submit("p", [] { return std::error_code{}; });
  auto result = fm.submit("p", []() -> foreman::expected<int> { return 2; });
  auto named = fm.submit("p", foreman::named_job{"kind", "payload"});
  auto handle = fm.project("p");
  auto through = handle->submit([] { return 3; });
  std::unordered_set<foreman::job_id> ids{text->id(), number->id()};
  ids.insert(through->id());
  const bool done = text->wait_until({}) && std::move(*text).wait()
    && std::move(*only_moves).wait() && nothing->wait_for({}) && code->wait()
    && result->wait() && number->outcome() && !named
    && *result == foreman::ticket<int>{};
  return done ? 0 : static_cast<int>(ids.size());
}
