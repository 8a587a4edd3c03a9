#include <foreman/outcome.hpp>
#include <foreman/printable.hpp>
#include <foreman/type_name.hpp>

#include <cxxabi.h>
#include <fmt/format.h>

#include <exception>
#include <string>
#include <system_error>
#include <typeinfo>

namespace foreman {

namespace {

// Of each text: bodies put whole statements into theirs.
constexpr std::size_t max_text = 4096;

// Of causes: nobody reads more.
constexpr int max_causes = 8;

// `text (type)`, as logs of many languages have it the other way round: what
// happened comes first here, as everywhere in foreman.
std::string text_of(const std::exception& e) {
  const char* what = e.what();
  const auto text = what != nullptr ? printable(what, max_text)
                                    : "an exception without a text";
  return (text.empty() ? "" : text + " ") + "(" + type_name(typeid(e)) + ")";
}

std::string text_of_unknown() {
  const auto* type = abi::__cxa_current_exception_type();
  return "something that is no std::exception"
    + (type != nullptr ? " (" + type_name(*type) + ")" : std::string{});
}

// What is nested in `e`, all the way down; empty if nothing is.
template <class E>
std::string causes_of(const E& e, int depth = 0) {
  const auto* outer = dynamic_cast<const std::nested_exception*>(&e);
  if (outer == nullptr || !outer->nested_ptr())
    return {};
  if (depth == max_causes)
    return "; and more";
  try {
    outer->rethrow_nested();
  } catch (const exception& inner) {
    return "; caused by " + to_string(inner.why())
      + causes_of(static_cast<const std::exception&>(inner), depth + 1);
  } catch (const std::exception& inner) {
    return "; caused by " + text_of(inner) + causes_of(inner, depth + 1);
  } catch (const std::nested_exception& inner) {
    return "; caused by " + text_of_unknown() + causes_of(inner, depth + 1);
  } catch (...) {
    return "; caused by " + text_of_unknown();
  }
}

// A code of foreman that travels in a `std::system_error`.
errc code_of(const std::system_error& e) noexcept {
  const auto& code = e.code();
  return code && code.category() == error_category()
    ? static_cast<errc>(code.value())
    : errc::job_threw;
}

} // namespace

error reason_of(error why) noexcept {
  switch (why.code()) {
    case errc::not_finished:
    case errc::would_deadlock:
    case errc::empty_ticket:
    case errc::value_taken:
      return describe_if_possible(errc::job_failed,
                                  [&why] { return to_string(why); });
    default:
      return why;
  }
}

error error_of_current_exception(std::string_view threw) noexcept {
  const auto told = [threw](const std::string& what) {
    return fmt::format("{} {}", threw, what);
  };
  try {
    throw;
  } catch (const exception& e) {
    const std::exception& base = e;
    if (!e.why())
      return describe_if_possible(errc::job_threw, [&] {
        return told("an exception without a code" + causes_of(base));
      });
    return describe_if_possible(e.why().code(), [&] {
      return printable(e.why().message(), max_text) + causes_of(base);
    });
  } catch (const std::system_error& e) {
    return describe_if_possible(code_of(e),
                                [&] { return text_of(e) + causes_of(e); });
  } catch (const std::exception& e) {
    return describe_if_possible(errc::job_threw,
                                [&] { return text_of(e) + causes_of(e); });
  } catch (const std::nested_exception& e) {
    return describe_if_possible(
      errc::job_threw, [&] { return told(text_of_unknown() + causes_of(e)); });
  } catch (...) {
    return describe_if_possible(errc::job_threw,
                                [&] { return told(text_of_unknown()); });
  }
}

outcome outcome_of_current_exception() noexcept {
  try {
    throw;
  } catch (const stopped&) {
    return {job_state::cancelled, describe_if_possible(errc::cancelled, [] {
              return std::string{"the job stopped when it was asked to"};
            })};
  } catch (...) {
    return {job_state::failed,
            reason_of(error_of_current_exception("the body threw"))};
  }
}

} // namespace foreman
