#pragma once

#include "descriptor.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace supervisor {

/// The log file of one job: what its program wrote, up to a bound.
class job_log {
public:
  /// Makes `NAME.log` in `folder`, or `NAME.2.log` and so on: what an earlier
  /// run left is not lost. Throws `std::runtime_error` with what to do if that
  /// fails.
  job_log(const std::filesystem::path& folder, const std::string& name,
          std::uint64_t limit);

  /// Says at its end how much was dropped.
  ~job_log();

  job_log(const job_log&) = delete;
  job_log& operator=(const job_log&) = delete;

  void write(std::string_view text);

  const std::filesystem::path& file() const noexcept {
    return file_;
  }

  /// Why not all could be written, such as a full disk; empty if all was, or
  /// the bound was met.
  const std::string& failure() const noexcept {
    return failure_;
  }

private:
  void make(const std::filesystem::path& folder, const std::string& name);

  void append(std::string_view text);

  std::uint64_t room_;
  std::filesystem::path file_;
  descriptor to_;
  std::uint64_t dropped_ = 0;
  std::string failure_;
};

} // namespace supervisor
