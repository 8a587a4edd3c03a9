#include <foreman/outcome.hpp>

namespace foreman {

outcome outcome_of_current_exception() {
  try {
    throw;
  } catch (const stopped&) {
    return {job_state::cancelled,
            {errc::cancelled, "the job stopped when it was asked to"}};
  } catch (const exception& e) {
    if (e.why())
      return {job_state::failed, e.why()};
    return {job_state::failed,
            {errc::job_threw, "the body threw an exception without a code"}};
  } catch (const std::exception& e) {
    const char* text = e.what();
    return {job_state::failed,
            {errc::job_threw,
             text != nullptr ? text : "an exception without a text"}};
  } catch (...) {
    return {job_state::failed,
            {errc::job_threw,
             "the body threw something that is not a std::exception"}};
  }
}

} // namespace foreman
