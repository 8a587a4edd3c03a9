#include <foreman/errc.hpp>

#include <algorithm>
#include <array>
#include <string>

namespace foreman {

namespace {

struct code_text {
  std::string name;
  std::string sentence;
};

// The last one is for values outside the enumeration.
using code_texts = std::array<code_text, errc_count + 1>;

const code_texts& texts() {
  // Never destroyed, see `steady_clock`.
  static const auto& result = *new code_texts{{
    // NOLINT
    {"ok", "no error"},
    {"invalid_project", "the project key is not valid"},
    {"invalid_option", "an option is out of its range"},
    {"empty_job", "the callable is empty: there is nothing to run"},
    {"unknown_kind", "no handler is registered for this kind of job"},
    {"project_busy",
     "the project is busy: a job runs or waits; try again later"},
    {"project_full", "the project has as many open jobs as its limit allows"},
    {"system_full", "the system has as many open jobs as its limit allows"},
    {"draining", "the system is draining and admits no more jobs"},
    {"unknown_job", "the project has no open job of this id"},
    {"job_finished", "the job has its final outcome already"},
    {"would_deadlock", "the wait could never end, or is not allowed here"},
    {"not_finished", "the wait ended before the job did; the job goes on"},
    {"job_threw", "the body ended with an exception"},
    {"thread_exited", "the body's thread was ended under it"},
    {"cancelled", "the job was cancelled"},
    {"abandoned", "the body did not return before the drain's deadline"},
    {"connection_unavailable", "a connection that the job needs cannot be had"},
    {"connection_misconfigured",
     "a connection was refused for a reason that no other try mends"},
    {"connection_lost",
     "a connection was lost in mid-job; it may have executed"},
    {"unknown_connection", "no connection of this name and type is configured"},
    {"no_threads", "the operating system refused a thread for a worker"},
    {"unavailable", "the receiver of the message is gone"},
    {"job_failed", "the body said that it failed"},
    {"empty_ticket", "the ticket is empty: it watches no job"},
    {"value_taken", "the value of the job was moved out already"},
    {"not_local", "messages of another process are not served"},
    {"forked", "the system was made in the parent of this process"},
    {"unknown", "not a code of foreman"},
  }};
  return result;
}

// Made when the program is loaded: an error without a text of its own must not
// need memory.
[[maybe_unused]] const code_texts& loaded = texts();

const code_text& text_of(errc code) noexcept {
  return texts()[std::min<std::size_t>(static_cast<std::size_t>(code),
                                       errc_count)];
}

class category final : public std::error_category {
public:
  const char* name() const noexcept override {
    return "foreman";
  }

  std::string message(int code) const override {
    return describe(static_cast<errc>(code));
  }
};

} // namespace

std::string_view to_string(errc code) noexcept {
  return text_of(code).name;
}

const std::string& describe(errc code) noexcept {
  return text_of(code).sentence;
}

const std::error_category& error_category() noexcept {
  static const category instance;
  return instance;
}

std::error_code make_error_code(errc code) noexcept {
  return {static_cast<int>(code), error_category()};
}

} // namespace foreman
