#pragma once

#include "kind.hpp"

#include <cstdint>
#include <filesystem>

namespace supervisor {

/// Where the programs of the kind `command` run and write.
struct command_settings {
  /// The folder that a `directory` is relative to.
  std::filesystem::path data;
  /// Where each job has its log, ID-PROJECT.log; made when first needed.
  std::filesystem::path logs;
  /// The size at which a log stops to grow, in bytes.
  std::uint64_t log_limit;
};

/// The kind `command`: a program with its arguments, run without a shell.
///
///     {"command": ["gzip", "-9", "notes.txt"], "directory": "texts",
///      "environment": {"LC_ALL": "C"}, "timeout_seconds": 60}
///
/// All that it started ends with it. Past its timeout, or when the job is to
/// stop, its process group gets SIGTERM and five seconds later SIGKILL. The
/// passwords of databases are not in its environment.
kind command_kind(command_settings settings);

} // namespace supervisor
