#pragma once

#include "support/await.hpp"
#include "support/temporary_folder.hpp"

#include <fcntl.h>
#include <httplib.h>
#include <nlohmann/json.hpp>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <system_error>
#include <vector>

namespace foreman::test {

/// The example 100 as a process of its own; it is gone with this object.
class http_host {
public:
  /// Starts it and waits until it says where it listens, or has ended.
  explicit http_host(const std::string& port = "0",
                     std::optional<std::string> token = "secret") {
    std::vector<std::string> environment;
    if (token)
      environment.push_back("FOREMAN_TOKEN=" + *token);
    start({FOREMAN_HTTP_HOST, port}, environment);
    if (!await([this] { return has_ended() || said("\n"); }))
      throw std::runtime_error{"the HTTP host does not start"};
    const auto colon = out().rfind(':');
    if (!has_ended() && colon != std::string::npos)
      port_ = std::stoi(out().substr(colon + 1));
  }

  ~http_host() {
    if (!status_) {
      kill(process_, SIGKILL);
      waitpid(process_, nullptr, 0);
    }
  }

  http_host(const http_host&) = delete;
  http_host& operator=(const http_host&) = delete;

  int port() const noexcept {
    return port_;
  }

  std::string out() const {
    return content_of(folder_ / "out");
  }

  std::string err() const {
    return content_of(folder_ / "err");
  }

  void signal(int which) const {
    kill(process_, which);
  }

  /// Its exit code when it has ended; 128 and the number of a signal that
  /// killed it; -1 if it does not end.
  int exit_code() {
    if (!await([this] { return has_ended(); }))
      return -1;
    return WIFEXITED(*status_) ? WEXITSTATUS(*status_)
                               : 128 + WTERMSIG(*status_);
  }

private:
  void start(std::vector<std::string> command,
             std::vector<std::string> environment) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    const std::string files[]
      = {folder_.write("out", ""), folder_.write("err", "")};
    for (const int stream : {STDOUT_FILENO, STDERR_FILENO})
      posix_spawn_file_actions_addopen(&actions, stream,
                                       files[stream - 1].c_str(), O_WRONLY, 0);
    const auto failed
      = posix_spawn(&process_, command.front().c_str(), &actions, nullptr,
                    pointers(command).data(), pointers(environment).data());
    posix_spawn_file_actions_destroy(&actions);
    if (failed != 0)
      throw std::system_error{failed, std::generic_category(), command.front()};
  }

  static std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> result;
    for (auto& text : texts)
      result.push_back(text.data());
    result.push_back(nullptr);
    return result;
  }

  bool has_ended() {
    int status = 0;
    if (!status_ && waitpid(process_, &status, WNOHANG) == process_)
      status_ = status;
    return status_.has_value();
  }

  bool said(const std::string& text) const {
    return out().find(text) != std::string::npos;
  }

  temporary_folder folder_;
  pid_t process_ = 0;
  std::optional<int> status_;
  int port_ = 0;
};

/// What a host answered.
struct http_answer {
  int status = 0; // 0: nothing
  nlohmann::json body;

  friend bool operator==(const http_answer&, const http_answer&) = default;
};

/// Somebody who asks it, on connections of his own, with a token or without.
class http_client {
public:
  explicit http_client(const http_host& of,
                       const std::string& authorization = "Bearer secret")
    : http_{"127.0.0.1", of.port()} {
    http_.set_read_timeout(patience);
    if (!authorization.empty())
      headers_.emplace("Authorization", authorization);
  }

  http_answer get(const std::string& path) {
    return to_answer(http_.Get(path, headers_));
  }

  http_answer post(const std::string& path, const std::string& body) {
    return to_answer(http_.Post(path, headers_, body, "application/json"));
  }

private:
  static http_answer to_answer(const httplib::Result& from) {
    if (!from)
      return {};
    return {from->status, nlohmann::json::parse(from->body, nullptr, false)};
  }

  httplib::Client http_;
  httplib::Headers headers_;
};

} // namespace foreman::test
