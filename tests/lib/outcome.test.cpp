#include <foreman/outcome.hpp>

#include <support/catch.hpp>

#include <stdexcept>
#include <string>
#include <system_error>

using namespace foreman;

namespace {

template <class T>
outcome outcome_of(const T& thrown) {
  try {
    throw thrown;
  } catch (...) {
    return outcome_of_current_exception();
  }
}

} // namespace

TEST_CASE("each type of exception has its outcome", "[G8]") {
  CHECK(outcome_of(stopped{}).state == job_state::cancelled);
  CHECK(outcome_of(stopped{}).why.code() == errc::cancelled);
  const error why{errc::connection_lost, "mid-job"};
  CHECK(outcome_of(exception{why}) == outcome{job_state::failed, why});
  CHECK(outcome_of(std::logic_error{"text"})
        == outcome{job_state::failed, {errc::job_threw, "text"}});
  const std::system_error system{std::make_error_code(std::errc::io_error)};
  CHECK(outcome_of(system)
        == outcome{job_state::failed, {errc::job_threw, system.what()}});
  CHECK(outcome_of(42).why.code() == errc::job_threw);
  CHECK(outcome_of(42).state == job_state::failed);
  CHECK(outcome_of(std::string{"s"}) == outcome_of(42));
}

TEST_CASE("an outcome is a success unless it says otherwise") {
  CHECK(outcome{}.state == job_state::succeeded);
  CHECK_FALSE(outcome{}.why);
}
