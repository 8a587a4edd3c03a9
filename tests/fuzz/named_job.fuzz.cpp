// Named jobs: kinds and payloads are bytes from a host's callers or from a
// store, and so is what a handler says in its errors.

#include "bytes.hpp"
#include "property.hpp"

#include <foreman/kinds.hpp>
#include <foreman/printable.hpp>

#include <support/jobs.hpp>

#include <set>
#include <stdexcept>
#include <string>
#include <utility>

using namespace foreman;
using foreman::fuzz::bytes;
using foreman::fuzz::require;

namespace {

enum class ending { success, code, exception, coded_exception, stopped, other };

// Ends as the first byte of its payload says, with the rest as the text.
expected<void> end_as_told(const std::string& payload) {
  bytes in{reinterpret_cast<const std::uint8_t*>(payload.data()),
           payload.size()};
  const auto how = static_cast<ending>(in.number<std::uint8_t>() % 6);
  const auto code = in.any<errc>();
  std::string text{in.rest()};
  switch (how) {
    case ending::success:
      return {};
    case ending::code:
      return code == errc::ok ? expected<void>{} : error{code, text};
    case ending::exception:
      throw std::runtime_error{text};
    case ending::coded_exception:
      throw foreman::exception{{code, text}};
    case ending::stopped:
      throw stopped{};
    case ending::other:
      throw 42; // NOLINT(hicpp-exception-baseclass)
  }
  return {};
}

// Fills `known` with kinds whose names are in the input.
kinds read_kinds(bytes& in, std::set<std::string>& known, std::string& heard) {
  kinds result;
  for (auto left = in.number<std::uint8_t>() % 4; left > 0; --left) {
    const auto name = in.text();
    const bool empty = in.flag();
    const auto added = result.add(
      name,
      empty ? handler{} : [&heard](job_context&, const std::string& payload) {
        heard = payload;
        return end_as_told(payload);
      });
    const bool good = !name.empty() && !empty && !known.contains(name);
    require(added.has_value() == good,
            "a kind is taken if its name is new and its handler is not empty");
    require(added || !added.error().message().empty(),
            "a kind that is refused says why");
    if (good)
      known.insert(name);
  }
  return result;
}

void check_outcome(const expected<void>& done, job_state state,
                   const std::string& payload) {
  const auto how
    = payload.empty() ? std::uint8_t{} : static_cast<std::uint8_t>(payload[0]);
  const bool ok = static_cast<ending>(how % 6) == ending::success;
  require(is_final(state), "a job whose body has returned has an outcome");
  require(done.has_value() == (state == job_state::succeeded),
          "the ticket and the state tell the same");
  require(!ok || done.has_value(), "what returns without an error succeeds");
  require(
    done
      || (done.error().code() != errc::ok && !done.error().message().empty()),
    "what did not succeed has a code and a text");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  bytes in{data, size};
  std::set<std::string> known;
  std::string heard;
  const auto handlers = read_kinds(in, known, heard);
  auto kind = in.text();
  // Any kind, or one of those that there are.
  if (!known.empty() && in.flag())
    kind = *known.begin();
  const std::string payload{in.rest()};
  auto body = handlers.body_of({kind, payload});
  require(body.has_value() == known.contains(kind),
          "a named job has a body if and only if its kind is known");
  if (!body) {
    require(body.error().code() == errc::unknown_kind,
            "a kind that nobody registered is unknown_kind");
    for (const auto& x : known)
      require(body.error().message().find(one_line(x)) != std::string::npos,
              "the refusal names the kinds that there are",
              body.error().message());
    return 0;
  }
  test::one_worker worker;
  auto ticket = worker.submit("p", *std::move(body));
  require(ticket.has_value() && worker.run("p") == 1, "the job runs once");
  require(heard == payload, "the handler gets the payload, byte by byte");
  check_outcome(ticket->wait(), ticket->state(), payload);
  const auto books = worker.books();
  require(books.admitted == 1 && books.open() == 0
            && books.succeeded + books.failed + books.cancelled == 1,
          "the ledger holds");
  return 0;
}
