#include <foreman/outcome.hpp>

namespace foreman {

outcome outcome_of_current_exception() {
  try {
    throw;
  } catch (const stopped&) {
    return {job_state::cancelled,
            {errc::cancelled, "the job stopped when it was asked to"}};
  } catch (const exception& e) {
    return {job_state::failed, e.why()};
  } catch (const std::exception& e) {
    return {job_state::failed, {errc::job_threw, e.what()}};
  } catch (...) {
    return {job_state::failed,
            {errc::job_threw,
             "the body threw something that is not a std::exception"}};
  }
}

} // namespace foreman
