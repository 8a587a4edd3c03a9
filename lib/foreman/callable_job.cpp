#include <foreman/callable_job.hpp>

#include <fmt/format.h>

namespace foreman::detail {

namespace {

// As a code of the standard library is shown by its own `operator<<`, and with
// its text.
template <class Code>
error failure(const Code& code) {
  if (!code)
    return {};
  if (code.category() == error_category())
    return static_cast<errc>(code.value());
  return {errc::job_failed,
          fmt::format("{}:{}: {}", code.category().name(), code.value(),
                      code.message())};
}

} // namespace

error failure_of(const std::error_code& code) {
  return failure(code);
}

error failure_of(const std::error_condition& code) {
  return failure(code);
}

} // namespace foreman::detail
