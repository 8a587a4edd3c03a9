#include "job_log.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace supervisor {

namespace {

std::string reason() {
  return std::generic_category().message(errno);
}

} // namespace

job_log::job_log(const std::filesystem::path& folder, const std::string& name,
                 std::uint64_t limit)
  : room_{limit} {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  make(folder, name);
  if (to_.number() < 0)
    throw std::runtime_error{fmt::format(
      "cannot write the log {}: {}; --logs=DIR names another folder",
      file_.string(), failed ? failed.message() : reason())};
}

void job_log::make(const std::filesystem::path& folder,
                   const std::string& name) {
  file_ = folder / (name + ".log");
  for (int i = 2;; ++i) {
    // Not for others: a program may write anything.
    to_ = descriptor{
      open(file_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640)};
    if (to_.number() >= 0 || errno != EEXIST)
      return;
    file_ = folder / fmt::format("{}.{}.log", name, i);
  }
}

job_log::~job_log() {
  if (dropped_ > 0)
    append(fmt::format("\n[foreman-supervisor: {} bytes more were dropped]\n",
                       dropped_));
}

void job_log::write(std::string_view text) {
  const auto part = text.substr(0, std::min<std::uint64_t>(text.size(), room_));
  append(part);
  room_ -= part.size();
  dropped_ += text.size() - part.size();
}

void job_log::append(std::string_view text) {
  while (!text.empty() && failure_.empty()) {
    const auto written = ::write(to_.number(), text.data(), text.size());
    if (written >= 0)
      text.remove_prefix(static_cast<std::size_t>(written));
    else if (errno != EINTR)
      failure_ = reason();
  }
}

} // namespace supervisor
