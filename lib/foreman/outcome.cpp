#include <foreman/outcome.hpp>

#include <exception>
#include <string>

namespace foreman {

namespace {

error threw(const char* text) noexcept {
  return describe_if_possible(errc::job_threw,
                              [text] { return std::string{text}; });
}

} // namespace

outcome outcome_of_current_exception() noexcept {
  using enum job_state;
  try {
    throw;
  } catch (const stopped&) {
    return {cancelled, describe_if_possible(errc::cancelled, [] {
              return std::string{"the job stopped when it was asked to"};
            })};
  } catch (const exception& e) {
    if (!e.why())
      return {failed, threw("the body threw an exception without a code")};
    return {failed, describe_if_possible(e.why().code(), [&e] {
              return e.why().message();
            })};
  } catch (const std::exception& e) {
    const char* text = e.what();
    return {failed,
            threw(text != nullptr ? text
                                  : "an exception without a "
                                    "text")};
  } catch (...) {
    return {failed,
            threw("the body threw something that is not a std::exception")};
  }
}

} // namespace foreman
