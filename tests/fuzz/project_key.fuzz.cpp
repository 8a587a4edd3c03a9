// Project keys: any bytes that a host takes from its own callers.

#include "property.hpp"

#include <foreman/callable_job.hpp>
#include <foreman/project_key.hpp>
#include <foreman/table.hpp>

#include <support/jobs.hpp>

#include <cstdint>
#include <string>
#include <string_view>

using namespace foreman;
using foreman::fuzz::require;

namespace {

// UTF-8 by what it means rather than by the table of its bytes: decode each
// code point and look at its value.
bool decodes(std::string_view text) {
  constexpr std::uint32_t least[] = {0, 0x80, 0x800, 0x10000};
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = [&](std::size_t k) -> std::uint32_t {
      return static_cast<std::uint8_t>(text[k]);
    };
    const auto lead = byte(i++);
    if (lead < 0x80)
      continue;
    const std::size_t more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
    if (lead < 0xC0 || lead >= 0xF8 || text.size() - i < more)
      return false;
    auto point = lead & (0x3FU >> more);
    for (std::size_t k = 0; k < more; ++k, ++i) {
      if ((byte(i) & 0xC0U) != 0x80)
        return false;
      point = point << 6U | (byte(i) & 0x3FU);
    }
    if (point < least[more] || point > 0x10FFFF
        || (point >= 0xD800 && point < 0xE000))
      return false;
  }
  return true;
}

void check_refusal(const error& why) {
  require(why.code() == errc::invalid_project, "a bad key is invalid_project",
          to_string(why));
  require(why.message().find("the project key ") == 0 && is_utf8(why.message()),
          "a refusal says in plain text what is wrong with the key",
          why.message());
}

void check_on_table(const std::string& key, bool good) {
  table jobs{test::make_shared_state()};
  const auto work = test::idle_job();
  const auto admitted = jobs.submit(key, work, {});
  const auto status = jobs.status(key);
  require(admitted.has_value() == good && status.has_value() == good,
          "a table takes a key if and only if check_project does");
  require(jobs.is_busy(key) == good && !jobs.is_running(key),
          "a project is busy once it has a job, and others are not");
  if (!good) {
    check_refusal(admitted.error());
    check_refusal(status.error());
    check_refusal(jobs.cancel(key, {1}).error());
    return;
  }
  require(status->project == key && status->queued == 1,
          "the status is that of the key, byte by byte");
  require(!jobs.is_busy(key + 'x'), "no two keys share an entry");
  require(jobs.cancel(key, work->id()).has_value(),
          "what was submitted under a key is cancelled under it");
  require(jobs.cancel(key, work->id()).error().code() == errc::unknown_job,
          "a job is cancelled once");
  require(!jobs.is_busy(key) && admitted->home->rest()
            && jobs.retire(*admitted->home) && !jobs.find(key),
          "a project whose job was cancelled is idle and retires");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string key{reinterpret_cast<const char*>(data), size};
  const bool good = !key.empty() && key.size() <= 256 && decodes(key);
  require(is_utf8(key) == decodes(key), "is_utf8 knows UTF-8");
  const auto verdict = check_project(key);
  require(verdict.has_value() == good,
          "a key is 1 to 256 bytes of UTF-8, and nothing else");
  if (!verdict)
    check_refusal(verdict.error());
  check_on_table(key, good);
  return 0;
}
