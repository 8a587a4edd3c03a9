#pragma once

#include "support/database_address.hpp"
#include "support/frozen_processes.hpp"
#include "support/reserved_port.hpp"

#include <sys/types.h>

#include <filesystem>
#include <optional>

namespace foreman::test {

/// A real server, for tests that maltreat it, in a folder of its own, as an
/// unprivileged user. It answers when the constructor returns; it and its
/// folder are gone with this object, or when the thread that made it ends.
class database_server {
public:
  /// A fresh one, beside those that all tests share.
  explicit database_server(database_kind kind);

  /// One whose files `make_files` made, or a copy of them.
  database_server(database_kind kind, std::filesystem::path folder);

  ~database_server();
  database_server(const database_server&) = delete;
  database_server& operator=(const database_server&) = delete;

  /// Makes the files of a server that has never run. `folder` must not be
  /// there yet, and its parent be that of an unprivileged user.
  static void make_files(database_kind kind,
                         const std::filesystem::path& folder);

  /// Copies the files of a server that does not run.
  static void copy_files(const std::filesystem::path& from,
                         const std::filesystem::path& to);

  /// Of a database that is there from the beginning and holds nothing.
  const database_address& address() const noexcept {
    return address_;
  }

  pid_t process() const noexcept {
    return process_;
  }

  /// Ends it in order, as its administrator would: connections are closed.
  void stop();

  /// Kills all its processes at once.
  void kill();

  /// Starts it again, on the same port and files; returns when it answers.
  void start();

  /// Stops all its processes, as a server that is overloaded, or whose machine
  /// is suspended: the kernel still accepts connections for it.
  void freeze();

  void thaw();

private:
  void launch();

  bool answers() const;

  std::string log_file() const;

  // What it wrote last.
  std::string complaint() const;

  reserved_port port_;
  database_address address_;
  pid_t process_ = 0;      // 0: it does not run
  int shared_memory_ = -1; // what it leaves to the system when it is killed
  std::optional<frozen_processes> frozen_;
};

} // namespace foreman::test
